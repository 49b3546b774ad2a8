import { type Kafka, Partitioners } from 'kafkajs';
import type { PlacedRecord } from '../publish-queue.ts';
import type { IdempotentProducer } from '../replaceable-sender.ts';

export function openKafkajsProducer(kafka: Kafka, retries: number): IdempotentProducer {
  const producer = kafka.producer({
    idempotent: true,
    // Every record names its partition; saying so keeps kafkajs from warning about its default.
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 1_000, retries },
  });
  const connected = producer.connect();
  connected.catch(() => {});
  return {
    async send(topic, records) {
      await connected;
      await producer.send({ topic, acks: -1, messages: records.map(messageOf) });
    },
    close: () => producer.disconnect(),
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
