import type { Bus } from '@yijie/bus';
import { factTopic, type Intake, startIntake } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Logger } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import type { IntakeProgress } from '@yijie/service';
import type { FactProcessor } from '../../application/matching/process-facts.ts';

export interface FactIntakeParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly processor: FactProcessor;
  readonly verifier: RecordVerifier;
  readonly logger: Logger;
  readonly agency: string;
  readonly topicPrefix: string;
  readonly progress: IntakeProgress;
}

/** Reads both sides' facts; the database's positions decide where (invariant I20). */
export function startFactIntake(parts: FactIntakeParts): Promise<Intake> {
  const { bus, database, processor, verifier, logger, agency, topicPrefix, progress } = parts;
  const topic = factTopic(topicPrefix);
  return startIntake({
    bus,
    database,
    verifier,
    logger,
    topics: [topic],
    groupId: `${topicPrefix}clearing-${agency}`,
    handle: (batch) => progress.handling(topic, () => processor.process(batch)),
    onLag: progress.lag,
  });
}
