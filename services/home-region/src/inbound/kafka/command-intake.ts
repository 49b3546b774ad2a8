import type { Bus } from '@yijie/bus';
import { type Intake, requestTopic, startIntake } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Logger } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import type { IntakeProgress } from '@yijie/service';
import type { CommandProcessor } from '../../application/settling/process-commands.ts';

export interface CommandIntakeParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly processor: CommandProcessor;
  readonly verifier: RecordVerifier;
  readonly logger: Logger;
  readonly province: string;
  readonly topicPrefix: string;
  readonly progress: IntakeProgress;
}

/** Reads the request topic of the province; the database's positions decide where (invariant I20). */
export function startCommandIntake(parts: CommandIntakeParts): Promise<Intake> {
  const { bus, database, processor, verifier, logger, province, topicPrefix, progress } = parts;
  const topic = requestTopic(province, topicPrefix);
  return startIntake({
    bus,
    database,
    verifier,
    logger,
    topics: [topic],
    groupId: `${topicPrefix}home-region-${province}`,
    handle: (batch) => progress.handling(topic, () => processor.process(batch)),
    onLag: progress.lag,
  });
}
