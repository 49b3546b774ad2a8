import type { Bus } from '@yijie/bus';
import { type Intake, offsetPart, quoteTopic, startIntake } from '@yijie/exchange';
import type { Database, Statement } from '@yijie/postgres';
import type { Clock, Logger } from '@yijie/runtime';
import type { RecordVerifier } from '@yijie/security';
import type { IntakeProgress } from '@yijie/service';
import { answerQuestions, type QuestionAnswererParts } from '../../application/settling/answer-questions.ts';

export interface QuestionIntakeParts extends QuestionAnswererParts {
  readonly database: Database;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly verifier: RecordVerifier;
  readonly province: string;
  readonly progress: IntakeProgress;
}

/** Positions are kept now and then: what is read again after a restart has long expired and is dropped. */
const POSITIONS_EVERY_MS = 10_000;

const movePositions: Statement = { name: 'home_move_positions', sql: `WITH ${offsetPart.sql(1)} SELECT 1` };

/** Reads the quote topic: no question ever waits behind a settlement. */
export function startQuestionIntake(parts: QuestionIntakeParts): Promise<Intake> {
  const { bus, database, clock, logger, verifier, province, topicPrefix, progress } = parts;
  const topic = quoteTopic(province, topicPrefix);
  let storedAtMs = clock.monotonic();
  return startIntake({
    bus,
    database,
    verifier,
    logger,
    topics: [topic],
    groupId: `${topicPrefix}home-region-questions-${province}`,
    onLag: progress.lag,
    async handle(batch) {
      await progress.handling(topic, () => answerQuestions(parts, batch));
      if (clock.monotonic() - storedAtMs < POSITIONS_EVERY_MS) return 'nothing-to-store';
      await database.query(movePositions, offsetPart.params(batch.moves));
      storedAtMs = clock.monotonic();
      return 'stored';
    },
  });
}
