import { type BaseOptions, type MessageToProduce, ProduceAcks, Producer } from '@platformatic/kafka';
import type { PlacedRecord } from '../publish-queue.ts';
import type { IdempotentProducer } from '../replaceable-sender.ts';

export function openPlatformaticProducer(options: BaseOptions): IdempotentProducer {
  const producer = new Producer({ ...options, idempotent: true });
  // Errors come back with the send that met them.
  producer.on('error', () => {});
  return {
    async send(topic, records) {
      const messages = records.map((record) => messageOf(topic, record));
      await producer.send({ messages, idempotent: true, acks: ProduceAcks.ALL });
    },
    close: () => producer.close(),
  };
}

function messageOf(topic: string, record: PlacedRecord): MessageToProduce {
  const headers = new Map<Buffer, Buffer>();
  for (const [name, value] of Object.entries(record.headers)) headers.set(Buffer.from(name), bufferOf(value));
  return {
    topic,
    partition: record.partition,
    key: Buffer.from(record.key),
    value: bufferOf(record.value),
    headers,
  };
}

/** The same memory, as the class that the client asks for. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
