import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { classifyFailure } from '@yijie/postgres';
import { waitFor } from '@yijie/testkit';
import { deadLetterPart, type IntakeBatch, offsetPart, sealRecords, startIntake } from '../src/index.ts';
import { clock, message, openSide, type Side, silent } from './side.ts';

let side: Side;

beforeAll(async () => {
  side = await openSide();
  await side.database.query('CREATE TABLE effect (text text PRIMARY KEY)');
});

afterAll(() => side.close());

async function topicOf(name: string, partitions = 1): Promise<string> {
  const topic = side.named(name);
  await side.bus.ensureTopics([{ name: topic, partitions }]);
  return topic;
}

/** What a service does with a batch, in its smallest form: one statement with effects, dead letters and moves. */
async function store(batch: IntakeBatch): Promise<'stored'> {
  await side.database.query(
    `WITH ${offsetPart.sql(1)}, ${deadLetterPart.sql(5)},
          effects AS (INSERT INTO effect SELECT * FROM unnest($15::text[]))
     SELECT 1`,
    [
      ...offsetPart.params(batch.moves),
      ...deadLetterPart.params({ rows: batch.dead, nowMs: clock.now() }),
      batch.messages.map((one) => Buffer.from(one.payload).toString()),
    ],
  );
  return 'stored';
}

async function publish(topic: string, ...texts: string[]): Promise<void> {
  await side.bus.publish(
    topic,
    sealRecords(
      side.signer,
      texts.map((text) => message(topic, 'p', text)),
    ),
  );
}

async function effects(prefix: string): Promise<string[]> {
  const { rows } = await side.database.query<{ text: string }>(
    'SELECT text FROM effect WHERE starts_with(text, $1) ORDER BY text',
    [prefix],
  );
  return rows.map((row) => row.text);
}

function intake(
  topic: string,
  handle: (batch: IntakeBatch) => Promise<'stored' | 'nothing-to-store'> = store,
) {
  return startIntake({
    bus: side.bus,
    database: side.database,
    verifier: side.verifier,
    logger: silent,
    topics: [topic],
    groupId: `${topic}.group`,
    handle,
  });
}

describe('intake', () => {
  test('goes on where the database stands, not where the broker does', async () => {
    const topic = await topicOf('positions');
    await publish(topic, 'a1', 'a2');
    const first = await intake(topic);
    await waitFor(async () => (await effects('a')).length === 2);
    await first.close();

    // As after restoring the database from a backup: the broker has it that both were read.
    await side.database.query("DELETE FROM effect WHERE text = 'a2'");
    await side.database.query('UPDATE exchange_offset SET next_offset = 1 WHERE topic = $1', [topic]);
    await publish(topic, 'a3');
    const second = await intake(topic);
    await waitFor(async () => (await effects('a')).length === 3);
    expect(await effects('a')).toEqual(['a1', 'a2', 'a3']);
    await second.close();
  });

  test('a handler that fails gets the same messages again, and nothing is stored twice', async () => {
    const topic = await topicOf('again');
    let failures = 2;
    const running = await intake(topic, async (batch) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('not yet');
      }
      return store(batch);
    });
    await publish(topic, 'b1', 'b2', 'b3');
    await waitFor(async () => (await effects('b')).length === 3, { withinMs: 20_000 });
    await running.close();
  });

  test('a zombie whose position is stale writes nothing at all', async () => {
    const topic = await topicOf('zombie');
    const held: IntakeBatch[] = [];
    const zombie = await intake(topic, async (batch) => {
      held.push(batch);
      return 'nothing-to-store';
    });
    await publish(topic, 'c1');
    await waitFor(() => held.length === 1);
    await zombie.close();
    const successor = await intake(topic);
    await waitFor(async () => (await effects('c')).length === 1);

    await side.database.query("DELETE FROM effect WHERE text = 'c1'");
    const error = await store(held[0] as IntakeBatch).catch((cause) => cause);
    expect(classifyFailure(error)).toEqual({ kind: 'conflict', constraint: 'exchange_offset_stale' });
    expect(await effects('c')).toEqual([]);
    await successor.close();
  });

  test('unsigned, forged, altered and unknown records become dead letters that park nobody; reading goes on', async () => {
    const topic = await topicOf('rubbish');
    const stranger = await openSide('110000');
    const [good] = sealRecords(side.signer, [message(topic, 'p', 'd-good')]);
    const [forged] = sealRecords(stranger.signer, [message(topic, 'p', 'd-forged')]);
    const [moved] = sealRecords(side.signer, [message('elsewhere', 'p', 'd-moved')]);
    if (!good || !forged || !moved) throw new Error('nothing sealed');
    const { 'yijie-sig': _, ...unsigned } = good.headers;
    await side.bus.publish(topic, [
      { key: 'p', value: Buffer.from('d-plain'), headers: {} },
      { ...good, headers: unsigned },
      { ...good, value: Buffer.from('d-altered') },
      { ...good, key: 'somebody else' },
      { ...good, headers: { ...good.headers, schema: Buffer.from('99') } },
      forged,
      { ...forged, headers: { ...forged.headers, region: Buffer.from('410000') } },
      moved,
      good,
    ]);
    const running = await intake(topic);
    await waitFor(async () => (await effects('d')).length === 1);
    expect(await effects('d')).toEqual(['d-good']);
    const { rows } = await side.database.query(
      'SELECT reason_code, parks FROM exchange_dead_letter WHERE topic = $1 ORDER BY log_offset',
      [topic],
    );
    expect(rows).toEqual(
      [
        'DLQ-SCHEMA',
        'SIG-NONE',
        'SIG-FALSE',
        'SIG-FALSE',
        'DLQ-SCHEMA',
        'SIG-KEY',
        'SIG-KEY',
        'SIG-FALSE',
      ].map((reason_code) => ({ reason_code, parks: false })),
    );
    await running.close();
    await stranger.close();
  });

  test('messages of all partitions come as one batch, in order per key', async () => {
    const topic = await topicOf('merged', 4);
    const texts = Array.from({ length: 400 }, (_, index) => `e${index.toString().padStart(3, '0')}`);
    await side.bus.publish(
      topic,
      sealRecords(
        side.signer,
        texts.map((text, index) => message(topic, `person-${index % 20}`, text)),
      ),
    );
    const perKey = new Map<string, string[]>();
    const running = await intake(topic, async (batch) => {
      for (const one of batch.messages) {
        perKey.set(one.key, [...(perKey.get(one.key) ?? []), Buffer.from(one.payload).toString()]);
      }
      return store(batch);
    });
    await waitFor(async () => (await effects('e')).length === 400);
    for (const seen of perKey.values()) expect(seen).toEqual([...seen].sort());
    expect(perKey.size).toBe(20);
    await running.close();
  });
});
