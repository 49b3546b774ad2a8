import type { Bus } from '@yijie/bus';
import { provinceOf } from '@yijie/codes';
import { Question, type Reply } from '@yijie/contracts/exchange';
import { type Outgoing, quoteTopic, sealRecords } from '@yijie/exchange';
import { type Batcher, createBatcher } from '@yijie/postgres';
import { type Clock, type Ids, idToText, type Logger } from '@yijie/runtime';
import type { RecordSigner } from '@yijie/security';
import type { Institution } from '../../core/institution.ts';

/** Questions that change nothing: they go out without an outbox, and their answers are kept by nobody but the asker. */
export interface HomeQuestions {
  /** The answer, or undefined when the home region doesn't give one in time. */
  ask(
    asker: Institution,
    homePool: string,
    body: NonNullable<Question['body']>,
    budgetMs: number,
    traceParent: string | null,
  ): Promise<Reply | undefined>;
  /** Takes the answer to a question; false when it answers none of ours. */
  answer(questionId: Buffer, reply: Reply, signedBy: string): boolean;
  readonly waiting: number;
}

export interface HomeQuestionsOptions {
  readonly bus: Bus;
  readonly signer: RecordSigner;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly topicPrefix: string;
  readonly replyPartition: () => number;
}

/** Version 8 of RFC 9562 marks questions, so that a late answer to one is never taken for that of a lost command. */
const QUESTION_VERSION = 0x80;
const BATCH_MAX = 500;

export function isQuestionId(id: Uint8Array): boolean {
  return ((id[6] ?? 0) & 0xf0) === QUESTION_VERSION;
}

export function createHomeQuestions(options: HomeQuestionsOptions): HomeQuestions {
  const { bus, signer, clock, ids, logger, topicPrefix } = options;
  const waiting = new Map<string, { province: string; resolve(reply: Reply): void }>();
  const senders = new Map<string, Batcher<Outgoing, void>>();

  function sender(topic: string): Batcher<Outgoing, void> {
    let batcher = senders.get(topic);
    if (batcher === undefined) {
      batcher = createBatcher<Outgoing, void>({
        batchMax: BATCH_MAX,
        flush: async (messages) => {
          await bus.publish(topic, sealRecords(signer, messages));
          return messages.map(() => undefined);
        },
      });
      senders.set(topic, batcher);
    }
    return batcher;
  }

  return {
    get waiting() {
      return waiting.size;
    },

    ask(asker, homePool, body, budgetMs, traceParent) {
      const questionId = Buffer.from(ids.next());
      questionId[6] = QUESTION_VERSION | ((questionId[6] ?? 0) & 0x0f);
      const nowMs = clock.now();
      const question: Question = {
        questionId,
        homePool,
        treatmentPool: asker.pool,
        institutionCode: asker.institutionCode,
        askedAtMs: nowMs,
        expiresAtMs: nowMs + budgetMs,
        replyPartition: options.replyPartition(),
        body,
      };
      const key = questionId.toString('latin1');
      const topic = quoteTopic(homePool, topicPrefix);
      return new Promise((resolve) => {
        const end = (reply: Reply | undefined) => {
          waiting.delete(key);
          cancel();
          resolve(reply);
        };
        const cancel = clock.after(Math.max(0, budgetMs), () => end(undefined));
        waiting.set(key, { province: provinceOf(homePool), resolve: end });
        const payload = Question.encode(question).finish();
        sender(topic)
          .add({ topic, key: idToText(questionId), partition: null, kind: 'question', payload, traceParent })
          .catch((error: Error) => {
            logger.warn('question-not-sent', { topic, cause: error });
            end(undefined);
          });
      });
    },

    answer(questionId, reply, signedBy) {
      const asked = waiting.get(questionId.toString('latin1'));
      // An answer signed by another region than the one asked isn't an answer.
      if (asked === undefined || asked.province !== signedBy) return false;
      asked.resolve(reply);
      return true;
    },
  };
}
