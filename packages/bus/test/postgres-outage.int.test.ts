import { describe, expect, test } from '@jest/globals';
import { systemClock } from '@yijie/runtime';
import { postgres, waitFor } from '@yijie/testkit';
import pg from 'pg';
import { createPostgresBus } from '../src/index.ts';
import { outagesOfBus } from './outage.ts';
import { silentLogger } from './silent-logger.ts';

const shared = { schema: 'bus', clock: systemClock(), logger: silentLogger };

describe('PostgreSQL', () => {
  outagesOfBus('postgres', ({ url }, timeoutMs) =>
    createPostgresBus({ ...shared, connectionString: url, timeoutMs }),
  );

  test('partitions of a member whose session is cut off go to the others, and come back', async () => {
    const { url } = await postgres();
    const [first, second] = await Promise.all([open(url), open(url)]);
    await first.ensureTopics([{ name: 't', partitions: 4 }]);
    const seen: string[] = [];
    const subscribe = (bus: typeof first) =>
      bus.subscribe({
        topics: ['t'],
        groupId: 'g',
        startOffset: async () => undefined,
        onBatch: async ({ records }) => {
          for (const { value } of records) seen.push(Buffer.from(value).toString());
        },
      });
    const one = await subscribe(first);
    const other = await subscribe(second);
    await waitFor(() => one.owned('t').length === 2 && other.owned('t').length === 2, { what: 'two each' });

    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    const cut = await admin.query(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and granted group by pid limit 1`,
    );
    expect(cut.rowCount).toBe(1);
    await admin.end();
    await waitFor(() => one.owned('t').length === 2 && other.owned('t').length === 2, {
      what: 'two each again',
      withinMs: 30_000,
    });
    const partitions = [...one.owned('t'), ...other.owned('t')].sort();
    expect(partitions).toEqual([0, 1, 2, 3]);
    await first.publish(
      't',
      [0, 1, 2, 3].map((partition) => ({
        key: 'k',
        value: Buffer.from(`p${partition}`),
        headers: {},
        partition,
      })),
    );
    await waitFor(() => new Set(seen).size === 4, { what: 'a record of each partition' });
    await first.close();
    await second.close();
  });

  test('a member that died without a word is not dealt any partition', async () => {
    const { url } = await postgres();
    const bus = await open(url);
    await bus.ensureTopics([{ name: 't', partitions: 4 }]);
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    // What a killed process leaves: its row with a lease that still runs, and no session that holds the row's lock.
    await admin.query(
      `insert into bus.member (group_id, topics, alive_until) values ('g', '{t}', now() + interval '1 h')`,
    );
    const one = await bus.subscribe({
      topics: ['t'],
      groupId: 'g',
      startOffset: async () => undefined,
      onBatch: async () => {},
    });
    expect(one.owned('t')).toEqual([0, 1, 2, 3]);
    expect((await admin.query('select 1 from bus.member')).rowCount).toBe(1);
    await admin.end();
    await bus.close();
  });

  test('records past the retention of their topic are deleted, others stay', async () => {
    const { url } = await postgres();
    const bus = await open(url);
    await bus.ensureTopics([
      { name: 'short', partitions: 1, retentionMs: 1 },
      { name: 'for-ever', partitions: 1 },
    ]);
    const old = { key: 'k', value: Buffer.from('old'), headers: {} };
    await bus.publish('short', [old, old]);
    await bus.publish('for-ever', [old]);
    // A fresh client deletes what is old when it opens.
    const next = await open(url);
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    await waitFor(
      async () => (await admin.query(`select 1 from bus.record where topic = 'short'`)).rowCount === 0,
    );
    expect((await admin.query(`select 1 from bus.record`)).rowCount).toBe(1);
    await admin.end();

    // The offsets of what is gone aren't given again.
    const offsets: bigint[] = [];
    await next.subscribe({
      topics: ['short'],
      groupId: 'g',
      startOffset: async () => undefined,
      onBatch: async ({ records }) => {
        for (const { offset } of records) offsets.push(offset);
      },
    });
    await next.publish('short', [old]);
    await waitFor(() => offsets.length === 1, { what: 'the new record' });
    expect(offsets).toEqual([2n]);
    await bus.close();
    await next.close();
  });
});

function open(connectionString: string) {
  return createPostgresBus({ ...shared, connectionString });
}
