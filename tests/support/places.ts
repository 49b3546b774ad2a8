import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CanaryHit, CanaryScanner } from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';

/** A hit with where it was: never what it was. */
export interface PlacedHit extends CanaryHit {
  readonly place: string;
}

/** Scans every file below a folder (or one file) whose name fits, in pieces that overlap. */
export function scanFiles(scanner: CanaryScanner, path: string, fits = /./): PlacedHit[] {
  if (!statSync(path).isDirectory()) return scanFile(scanner, path);
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && fits.test(entry.name))
    .flatMap((entry) => scanFile(scanner, join(entry.parentPath, entry.name)));
}

const PIECE_BYTES = 8 * 1_024 * 1_024;

function scanFile(scanner: CanaryScanner, file: string): PlacedHit[] {
  const hits: PlacedHit[] = [];
  const piece = Buffer.alloc(PIECE_BYTES);
  const handle = openSync(file, 'r');
  try {
    for (let from = 0; ; from += PIECE_BYTES - scanner.overlapBytes) {
      const length = readSync(handle, piece, 0, PIECE_BYTES, from);
      for (const hit of scanner.scan(piece.subarray(0, length))) hits.push({ ...hit, place: file });
      if (length < PIECE_BYTES) return hits;
    }
  } finally {
    closeSync(handle);
  }
}

export function scanText(scanner: CanaryScanner, place: string, text: string): PlacedHit[] {
  return scanner.scan(Buffer.from(text)).map((hit) => ({ ...hit, place }));
}

/** Every key of a Redis with its value as it would be dumped. */
export async function scanRedis(scanner: CanaryScanner, url: string): Promise<PlacedHit[]> {
  const redis = new Redis(url);
  try {
    // A compressed value would hide what is in it.
    await redis.config('SET', 'rdbcompression', 'no');
    const hits: PlacedHit[] = [];
    for (const key of await redis.keysBuffer('*')) {
      const value = await redis.dumpBuffer(key);
      for (const bytes of [key, value ?? Buffer.alloc(0)])
        for (const hit of scanner.scan(bytes)) hits.push({ ...hit, place: `redis ${key.toString('hex')}` });
    }
    return hits;
  } finally {
    redis.disconnect();
  }
}

/** Every record of every topic: key, value and headers, as a consumer gets them. */
export async function scanTopics(
  scanner: CanaryScanner,
  brokers: readonly string[],
): Promise<{ readonly hits: readonly PlacedHit[]; readonly records: number }> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: `scan-${Math.random()}` });
  await Promise.all([admin.connect(), consumer.connect()]);
  try {
    const topics = (await admin.listTopics()).filter((topic) => !topic.startsWith('__'));
    let expected = 0;
    for (const topic of topics)
      for (const { low, high } of await admin.fetchTopicOffsets(topic))
        expected += Number(high) - Number(low);
    const hits: PlacedHit[] = [];
    let records = 0;
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, message }) => {
        records += 1;
        const headers = Object.values(message.headers ?? {}).flat();
        for (const bytes of [message.key, message.value, ...headers]) {
          if (bytes == null) continue;
          for (const hit of scanner.scan(Buffer.from(bytes))) hits.push({ ...hit, place: `topic ${topic}` });
        }
      },
    });
    await waitFor(() => records >= expected, { withinMs: 60_000, what: `${expected} records` });
    return { hits, records };
  } finally {
    await Promise.all([consumer.disconnect(), admin.disconnect()]);
  }
}
