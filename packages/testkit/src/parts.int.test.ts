import { expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { kafka, postgres, redis } from './index.ts';

test('each call gives a fresh, empty database of the same server', async () => {
  const [first, second] = [await postgres(), await postgres()];
  expect(first.url).not.toBe(second.url);
  for (const { url, version } of [first, second]) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const tables = await client.query(`select 1 from pg_tables where schemaname = 'public'`);
    expect([tables.rowCount, (await client.query('show server_version')).rows[0].server_version]).toEqual([
      0,
      version,
    ]);
    await client.end();
  }
});

test('the broker makes a topic under the suite’s own prefix', async () => {
  const { brokers, named } = await kafka();
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: named('made'), numPartitions: 2 }], waitForLeaders: true });
  expect(await admin.listTopics()).toContain(named('made'));
  await admin.disconnect();
});

test('Redis keeps a key under the suite’s own prefix', async () => {
  const { url, prefix } = await redis();
  const client = new Redis(url);
  await client.set(`${prefix}a`, '1');
  expect(await client.get(`${prefix}a`)).toBe('1');
  await client.quit();
});
