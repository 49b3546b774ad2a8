import { type OutboxRow, resultTopic } from '@yijie/exchange';
import type { Logger } from '@yijie/runtime';
import type { Command } from '../../core/settling/command.ts';

/** Where answers go: to the partition that the waiting replica reads, when there is one. */
export interface ReplyRoutes {
  /** To be called before the batch's answers are addressed. */
  learn(commands: readonly Command[]): Promise<void>;
  message(command: Command, reply: Uint8Array): OutboxRow;
}

export function createReplyRoutes(parts: {
  readonly topicPrefix: string;
  readonly logger: Logger;
  /** Partitions of a result topic. */
  partitions(topic: string): Promise<number>;
}): ReplyRoutes {
  const { topicPrefix, logger } = parts;
  const counts = new Map<string, number>();
  const topicOf = (command: Command) => resultTopic(command.treatmentPool, topicPrefix);

  return {
    async learn(commands) {
      for (const topic of new Set(commands.map(topicOf))) {
        if (counts.has(topic)) continue;
        try {
          counts.set(topic, await parts.partitions(topic));
        } catch (cause) {
          logger.warn('result-topic.not-found', { topic, cause: cause as Error });
        }
      }
    },

    message(command, reply) {
      const topic = topicOf(command);
      const { replyPartition, personToken: key, traceParent } = command;
      // A partition that doesn't exist would stop every answer behind it: such an answer goes to any.
      const exists = replyPartition !== null && replyPartition < (counts.get(topic) ?? 0);
      return {
        topic,
        key,
        partition: exists ? replyPartition : null,
        kind: 'reply',
        payload: reply,
        traceParent,
      };
    },
  };
}
