import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bus } from '@yijie/bus';
import { waitFor } from '@yijie/testkit';
import { insertedRows } from '../src/index.ts';
import { insertOutbox, message, openDatabase, openSide, readAll, type Side } from './side.ts';

let side: Side;

beforeAll(async () => {
  side = await openSide();
});

afterAll(() => side.close());

async function topicOf(name: string, partitions = 1): Promise<string> {
  const topic = side.named(name);
  await side.bus.ensureTopics([{ name: topic, partitions }]);
  return topic;
}

function texts(records: readonly { text: string }[]): string[] {
  return records.map((record) => record.text);
}

describe('the outbox relay', () => {
  test('publishes in the order of the commits and leaves no row behind', async () => {
    const topic = await topicOf('order');
    const relay = await side.relay();
    const expected: string[] = [];
    for (let batch = 0; batch < 20; batch += 1) {
      const rows = Array.from({ length: 10 }, (_, index) =>
        message(topic, `person-${index}`, `${batch}.${index}`),
      );
      expected.push(...rows.map((row) => Buffer.from(row.payload).toString()));
      relay.publish(await side.insert(rows, relay.owner));
    }
    expect(texts(await readAll(side, topic, 200))).toEqual(expected);
    await waitFor(async () => (await side.outboxRows()) === 0);
    expect(relay.backlog()).toEqual({ rows: 0, oldestMs: 0 });
    await relay.close();
  });

  test('sends what a replica left when it died between commit and publishing, in order', async () => {
    const topic = await topicOf('orphans');
    const dead = await side.relay();
    await side.insert(
      [message(topic, 'p', '1'), message(topic, 'q', '2'), message(topic, 'p', '3')],
      dead.owner,
    );
    await dead.close();
    const relay = await side.relay();
    expect(texts(await readAll(side, topic, 3))).toEqual(['1', '2', '3']);
    await waitFor(async () => (await side.outboxRows()) === 0);
    await relay.close();
  });

  test('a new message never overtakes an older one of its key that waits in another living replica', async () => {
    const topic = await topicOf('overtaking');
    const slow = await side.relay();
    const older = await side.insert([message(topic, 'p', 'older')], slow.owner);
    const relay = await side.relay();
    const newer = await side.insert(
      [message(topic, 'p', 'newer'), message(topic, 'q', 'other')],
      relay.owner,
    );
    expect(newer.map((row) => row.mine)).toEqual([false, true]);
    relay.publish(newer);
    expect(texts(await readAll(side, topic, 1))).toEqual(['other']);
    expect(await side.outboxRows()).toBeGreaterThanOrEqual(2);

    slow.publish(older);
    expect(texts(await readAll(side, topic, 3))).toEqual(['other', 'older', 'newer']);
    await Promise.all([slow.close(), relay.close()]);
  });

  test('a replica that stopped without dying holds nobody up, and is a replica again when it wakes', async () => {
    const topic = await topicOf('silent');
    // Alive for the database, and as silent as a stopped process.
    const silent = openDatabase(side.url);
    const owner = 2 ** 52 + 7;
    let wake: () => void = () => {};
    const asleep = silent.session(async (session) => {
      await session.query('SELECT pg_advisory_lock($1::int8)', [owner]);
      await side.database.query('INSERT INTO exchange_owner (owner) VALUES ($1)', [owner]);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    });
    await waitFor(async () => {
      const { count } = await side.database.query('SELECT 1 FROM exchange_owner WHERE owner = $1', [owner]);
      return count === 1;
    });
    await side.insert([message(topic, 'p', 'older')], owner);
    const relay = await side.relay({ silentAfterMs: 300 });
    relay.publish(await side.insert([message(topic, 'p', 'newer')], relay.owner));
    expect(texts(await readAll(side, topic, 2))).toEqual(['older', 'newer']);
    wake();
    await asleep;
    await Promise.all([silent.close(), relay.close()]);
  });

  test('a replica that lost its lock for a moment is swept when it dies later', async () => {
    const topic = await topicOf('struck-off');
    const unlucky = await side.relay();
    const other = await side.relay();
    await side.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND ((classid::int8 << 32) | objid::int8) = $1::int8`,
      [unlucky.owner],
    );
    await side.database.query('DELETE FROM exchange_owner WHERE owner = $1', [unlucky.owner]);
    await waitFor(async () => {
      const { count } = await side.database.query('SELECT 1 FROM exchange_owner WHERE owner = $1', [
        unlucky.owner,
      ]);
      return count === 1;
    });
    await side.insert([message(topic, 'p', 'left behind')], unlucky.owner);
    await unlucky.close();
    expect(texts(await readAll(side, topic, 1))).toEqual(['left behind']);
    await other.close();
  });

  test('ids that become visible out of order are all sent', async () => {
    const topic = await topicOf('visibility');
    const relay = await side.relay();
    const other = openDatabase(side.url);
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const drawn = new Promise<void>((resolve, reject) => {
      other
        .transaction(async (tx) => {
          // Draws the lower id and commits last; nobody publishes it from memory.
          await insertOutbox(tx, [message(topic, 'early', 'drawn first')], 0);
          resolve();
          await released;
        })
        .catch(reject);
    });
    await drawn;
    relay.publish(await side.insert([message(topic, 'late', 'committed first')], relay.owner));
    expect(texts(await readAll(side, topic, 1))).toEqual(['committed first']);
    await waitFor(async () => (await side.outboxRows()) === 0);
    release();
    // Owner 0 is nobody's lock: the sweeper finds it as a dead replica's row once it is visible.
    await side.database.query('INSERT INTO exchange_owner (owner) VALUES (0) ON CONFLICT DO NOTHING');
    expect(texts(await readAll(side, topic, 2))).toEqual(['committed first', 'drawn first']);
    await relay.close();
    await other.close();
  });

  test('keeps the order while the bus refuses again and again', async () => {
    const topic = await topicOf('refusing');
    let refusals = 3;
    const stubborn: Bus = {
      ...side.bus,
      publish: async (name, records) => {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('the broker is away');
        }
        return side.bus.publish(name, records);
      },
    };
    const relay = await side.relay({ bus: stubborn });
    for (const text of ['1', '2', '3']) {
      relay.publish(await side.insert([message(topic, 'p', text)], relay.owner));
    }
    expect(relay.backlog().rows).toBe(3);
    expect(texts(await readAll(side, topic, 3))).toEqual(['1', '2', '3']);
    expect(refusals).toBe(0);
    await relay.close();
  });

  test('pairs rows with their ids or fails loudly', () => {
    expect(() => insertedRows([message('t', 'k', 'x')], [])).toThrow('1 messages, 0 outbox rows');
  });
});
