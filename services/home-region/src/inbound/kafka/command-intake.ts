import type { Bus } from '@yijie/bus';
import { type Intake, requestTopic, startIntake } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Logger } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import type { CommandProcessor } from '../../application/process-commands.ts';

export interface CommandIntakeParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly processor: CommandProcessor;
  readonly verifier: RecordVerifier;
  readonly logger: Logger;
  readonly province: string;
  readonly topicPrefix: string;
  onLag(topic: string, partition: number, lag: number): void;
}

/** Reads the request topic of the province; the database's positions decide where (invariant I20). */
export function startCommandIntake(parts: CommandIntakeParts): Promise<Intake> {
  const { bus, database, processor, verifier, logger, province, topicPrefix } = parts;
  return startIntake({
    bus,
    database,
    verifier,
    logger,
    topics: [requestTopic(province, topicPrefix)],
    groupId: `${topicPrefix}home-region-${province}`,
    handle: (batch) => processor.process(batch),
    onLag: parts.onLag,
  });
}
