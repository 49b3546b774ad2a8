import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { PlacedRecord } from '../publish-queue.ts';

export interface KafkajsSender {
  send(topic: string, records: readonly PlacedRecord[]): Promise<void>;
  close(): Promise<void>;
}

interface Identity {
  readonly producer: Producer;
  readonly connected: Promise<void>;
  sending: number;
  retired: boolean;
}

/**
 * An idempotent producer that is thrown away after a failed send. Its sequence numbers would otherwise stand where
 * the failed batch stood, and if the broker had stored that batch after all, it would take the next one for a repeat
 * and drop it.
 */
export function createSender(kafka: Kafka, retries: number): KafkajsSender {
  let current: Identity | undefined;

  function identity(): Identity {
    if (current === undefined) {
      const producer = kafka.producer({
        idempotent: true,
        // Every record names its partition; saying so keeps kafkajs from warning about its default.
        createPartitioner: Partitioners.DefaultPartitioner,
        allowAutoTopicCreation: false,
        retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1_000, retries },
      });
      current = { producer, connected: producer.connect(), sending: 0, retired: false };
      current.connected.catch(() => {});
    }
    return current;
  }

  async function retire(identity: Identity): Promise<void> {
    if (current === identity) current = undefined;
    identity.retired = true;
    // Other topics may still be sending by it.
    if (identity.sending === 0) await identity.producer.disconnect().catch(() => {});
  }

  return {
    async send(topic, records) {
      const by = identity();
      by.sending += 1;
      let failed = true;
      try {
        await by.connected;
        await by.producer.send({ topic, acks: -1, messages: records.map(messageOf) });
        failed = false;
      } finally {
        by.sending -= 1;
        if (failed || by.retired) await retire(by);
      }
    },
    async close() {
      if (current !== undefined) await retire(current);
    },
  };
}

function messageOf(record: PlacedRecord) {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(record.headers)) headers[name] = bufferOf(value);
  return { key: record.key, value: bufferOf(record.value), partition: record.partition, headers };
}

/** The same memory, as the class that kafkajs asks for. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
