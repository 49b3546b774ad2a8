import type { Bus } from '@yijie/bus';
import { clearingTopic, type Intake, startIntake } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import { recordClosedYears } from '../../application/settling/record-closed-years.ts';

export interface ClosingIntakeParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly verifier: RecordVerifier;
  readonly logger: Logger;
  readonly province: string;
  readonly topicPrefix: string;
}

/** Reads what the national centre says of closed years; the database's positions decide where (invariant I20). */
export function startClosingIntake(parts: ClosingIntakeParts): Promise<Intake> {
  const { bus, database, verifier, logger, province, topicPrefix } = parts;
  return startIntake({
    bus,
    database,
    verifier,
    logger,
    topics: [clearingTopic(topicPrefix)],
    groupId: `${topicPrefix}home-region-closing-${province}`,
    async handle(batch) {
      await recordClosedYears(parts, batch);
      return 'stored';
    },
  });
}
