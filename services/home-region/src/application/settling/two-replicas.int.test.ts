import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Incoming } from '@yijie/exchange';
import type { Database, Queryable, Statement } from '@yijie/postgres';
import { waitFor } from '@yijie/testkit';
import {
  batchOf,
  connect,
  factsOf,
  HomeFixture,
  type Replica,
  repliesTo,
  replyTo,
} from '../../../test/home-fixture.ts';
import { SeverableProxy } from '../../../test/severable-proxy.ts';
import { idOf } from '../../../test/wire-commands.ts';

const STORE = 'home_store_effects';

let home: HomeFixture;
let one: Replica;

beforeAll(async () => {
  home = await HomeFixture.start();
  one = await home.replica();
});
afterAll(() => home.close());

/** Holds a replica between what it has read and what it wants to write. */
class Barrier {
  readonly database: Database;
  #open: () => void = () => {};
  #reached: () => void = () => {};
  readonly reached = new Promise<void>((resolve) => {
    this.#reached = resolve;
  });
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(database: Database) {
    const query: Queryable['query'] = async (statement, params) => {
      if (nameOf(statement) === STORE) {
        this.#reached();
        await this.#opened;
      }
      return database.query(statement, params);
    };
    this.database = {
      query,
      transaction: (work) => database.transaction(work),
      session: (work) => database.session(work),
      ping: () => database.ping(),
      close: () => database.close(),
    };
  }

  open(): void {
    this.#open();
  }
}

function nameOf(statement: string | Statement): string {
  return typeof statement === 'string' ? '' : statement.name;
}

async function settledCount(person: string): Promise<number> {
  const { rows } = await home.database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM settlement WHERE person_token = $1',
    [person],
  );
  return rows[0]?.count ?? 0;
}

async function ordinals(person: string): Promise<number[]> {
  const { rows } = await home.database.query<{ ordinal: number }>(
    'SELECT ordinal FROM accumulator_entry WHERE person_token = $1 ORDER BY ordinal',
    [person],
  );
  return rows.map((row) => row.ordinal);
}

describe('two replicas on one database', () => {
  test("both settle a person's first stay of the year: neither is lost, the second counts the first", async () => {
    const person = await home.person({ ownFen: 40_000 });
    const barrier = new Barrier(home.database);
    const two = await home.replica(barrier.database);
    const [first, second] = [1, 2].map(() => home.make.settle({ person, useAccount: true })) as [
      Incoming,
      Incoming,
    ];
    // Both have read "nothing settled this year" before either writes.
    const slow = two.processor.process(batchOf(first));
    await barrier.reached;
    await one.processor.process(batchOf(second));
    barrier.open();
    await slow;

    expect(await ordinals(person)).toEqual([1, 2]);
    expect(await home.accumulators(person)).toMatchObject({ inpatientStays: 2 });
    expect((await home.account(person)).ownFen).toBe(0);
    const [later, earlier] = [await replyTo(home.all, first), await replyTo(home.all, second)];
    if (later.$case !== 'settled' || earlier.$case !== 'settled') throw new Error('not settled');
    expect(earlier.settled.shares?.ownAccountFen).toBe(40_000);
    expect(later.settled.shares?.ownAccountFen).toBe(0);
    expect(later.settled.deductiblePaidFen).toBeLessThan(earlier.settled.deductiblePaidFen);
  });

  test('the same command at both: one effect, equal answers', async () => {
    const person = await home.person();
    const barrier = new Barrier(home.database);
    const two = await home.replica(barrier.database);
    const message = home.make.settle({ person });
    const slow = two.processor.process(batchOf(message));
    await barrier.reached;
    await one.processor.process(batchOf(message));
    barrier.open();
    await slow;
    expect(await settledCount(person)).toBe(1);
    const [first, second] = await repliesTo(home.all, message, 2);
    expect(second).toEqual(first);
    expect(factsOf(home.all).filter((fact) => fact.settlementId.equals(idOf(message)))).toHaveLength(1);
  });

  test('forty rounds of the same keys at once: never neither, never both', async () => {
    const two = await home.replica();
    for (let round = 0; round < 40; round += 1) {
      const person = await home.person();
      const settle = home.make.settle({ person });
      const reverse = home.make.reverse(person, settle);
      await Promise.all([
        one.processor.process(batchOf(settle)),
        two.processor.process(batchOf(home.make.again(settle))),
        two.processor.process(batchOf(reverse)),
      ]);
      const [answer, reversed] = [await replyTo(home.all, settle), await replyTo(home.all, reverse)];
      const done = await settledCount(person);
      if (reversed.$case !== 'reversed') throw new Error(`answered ${reversed.$case}`);
      // Rolled back means no effect, had settled means one; every answer says the same.
      expect([done, answer.$case, reversed.reversed.result]).toEqual(
        reversed.reversed.result === 1 ? [0, 'rolledBack', 1] : [1, 'settled', 3],
      );
      for (const reply of await repliesTo(home.all, settle, 2)) expect(reply.result).toEqual(answer);
    }
  }, 60_000);

  test('a zombie held between reading and writing loses to the offset that others have moved', async () => {
    const person = await home.person();
    const topic = 'yijie.request.430000';
    await home.database.query(
      'INSERT INTO exchange_offset (topic, partition, next_offset) VALUES ($1, 7, 10)',
      [topic],
    );
    const barrier = new Barrier(home.database);
    const zombie = await home.replica(barrier.database);
    const message = home.make.settle({ person });
    const other = home.make.settle({ person });
    const moves = [{ topic, partition: 7, expected: 10, next: 11 }];
    const held = zombie.processor.process({ messages: [message], dead: [], moves });
    await barrier.reached;
    await one.processor.process({ messages: [other], dead: [], moves });
    barrier.open();
    await expect(held).rejects.toMatchObject({ constraint: 'exchange_offset_stale' });
    expect(await settledCount(person)).toBe(1);
    expect(zombie.bus.published).toEqual([]);
  });
});

describe('the acknowledgement of COMMIT is lost', () => {
  test.each([
    ['the commit happened', 'before-answer'],
    ['the commit never happened', 'before-request'],
  ] as const)('%s: delivered again, there is one effect, its answer and its fact', async (_, cut) => {
    const person = await home.person();
    const topic = 'yijie.request.430000';
    const partition = cut === 'before-answer' ? 20 : 21;
    await home.database.query(
      'INSERT INTO exchange_offset (topic, partition, next_offset) VALUES ($1, $2, 0)',
      [topic, partition],
    );
    const proxy = new SeverableProxy(home.url);
    const database = connect(await proxy.listen());
    const replica = await home.replica(database);
    // The statement is known to the connection by its name from the second time on.
    await replica.processor.process(batchOf(home.make.settle({ person: await home.person() })));

    const message = home.make.settle({ person });
    const batch = { messages: [message], dead: [], moves: [{ topic, partition, expected: 0, next: 1 }] };
    proxy.cutNext(cut, STORE, async () => (await settledCount(person)) === 1);
    const lost = await replica.processor.process(batch).catch((error: Error) => error);
    expect(lost).toBeInstanceOf(Error);
    expect(await settledCount(person)).toBe(cut === 'before-answer' ? 1 : 0);

    // The bus delivers again from where the database stands.
    const { rows } = await home.database.query<{ next_offset: number }>(
      'SELECT next_offset FROM exchange_offset WHERE topic = $1 AND partition = $2',
      [topic, partition],
    );
    const stands = rows[0]?.next_offset ?? 0;
    expect(stands).toBe(cut === 'before-answer' ? 1 : 0);
    if (stands === 0) await replica.processor.process(batch);
    expect((await replyTo(home.all, message)).$case).toBe('settled');
    expect(await settledCount(person)).toBe(1);
    const facts = await waitFor(() => {
      const found = factsOf(home.all).filter((fact) => fact.settlementId.equals(idOf(message)));
      return found.length > 0 && found;
    });
    expect(facts).toHaveLength(1);
    // Nothing stays behind in the outbox.
    await waitFor(async () => (await home.count('exchange_outbox')) === 0);
    await database.close();
    await proxy.close();
  });
});
