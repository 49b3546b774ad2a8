import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Bus } from '@yijie/bus';
import type { Incoming, IntakeBatch } from '@yijie/exchange';
import type { Database } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import { waitFor } from '@yijie/testkit';
import { connect, factsOf, HomeFixture, type Replica, repliesTo } from '../../../test/home-fixture.ts';
import { idOf } from '../../../test/wire-commands.ts';

const TOPIC = 'yijie.request.430000';

let home: HomeFixture;
/** The replica that goes on when another one has died. */
let next: Replica;
beforeAll(async () => {
  home = await HomeFixture.start();
  next = await home.replica();
});
afterAll(async () => {
  await home.close();
  for (const database of ownDatabases) await database.close();
});

type Moment = 'before' | 'after';

/** Kills a replica at its n-th call to database or bus: from then on nothing it does has any effect. */
class KillSwitch {
  calls = 0;
  isDead = false;
  /** Starting up isn't part of the play. */
  isArmed = false;
  readonly #at: number;
  readonly #moment: Moment;

  constructor(at: number, moment: Moment) {
    this.#at = at;
    this.#moment = moment;
    // Nobody may be waiting for it at that moment.
    this.died.catch(() => {});
  }

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isDead) throw new Error('killed');
    if (!this.isArmed) return work();
    this.calls += 1;
    const isMine = this.calls === this.#at;
    if (isMine && this.#moment === 'before') this.#die();
    const result = await work();
    if (isMine) this.#die();
    if (this.isDead) throw new Error('killed');
    return result;
  }

  #reject: (error: Error) => void = () => {};
  /** Rejects at the end: a killed process finishes nothing that it has begun. */
  readonly died = new Promise<never>((_, reject) => {
    this.#reject = reject;
  });

  #die(): never {
    this.isDead = true;
    const error = new Error('killed');
    this.#reject(error);
    throw error;
  }
}

function throughDatabase(database: Database, kill: KillSwitch): Database {
  return {
    query: (statement, params) => kill.pass(() => database.query(statement, params)),
    // The sweeper's rounds come by the clock: they end with the replica, but aren't counted.
    transaction: async (work) => {
      if (kill.isDead) throw new Error('killed');
      return database.transaction(work);
    },
    session: (work) => database.session(work),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}

function throughBus(bus: Bus, kill: KillSwitch): Bus {
  return {
    ensureTopics: (topics) => bus.ensureTopics(topics),
    partitions: (topic) => bus.partitions(topic),
    publish: (topic, records) => kill.pass(() => bus.publish(topic, records)),
    subscribe: (options) => bus.subscribe(options),
    ping: () => bus.ping(),
    close: () => bus.close(),
  };
}

/** Who is dead never wakes up. */
function throughClock(kill: KillSwitch): Clock {
  const { clock } = home;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => (kill.isDead ? neverUnlessAborted(signal) : clock.sleep(ms, signal)),
    after: (ms, callback) => clock.after(ms, callback),
  };
}

function neverUnlessAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const ownDatabases: Database[] = [];
let partition = 100;

/** Plays a settlement and its refund with a replica that dies on the way; another one goes on. Answers how many acts. */
async function play(at: number, moment: Moment): Promise<number> {
  partition += 1;
  const name = `killed-${partition}`;
  await home.database.query('INSERT INTO exchange_offset VALUES ($1, $2, 0)', [TOPIC, partition]);
  const person = await home.person({ ownFen: 10_000 });
  const settle = { ...home.make.settle({ person, useAccount: true }), partition, offset: 0 };
  const refund = { ...home.make.refund(person, settle), partition, offset: 1 };
  const log: Incoming[] = [settle, refund];

  const kill = new KillSwitch(at, moment);
  const own = connect(home.url, name);
  ownDatabases.push(own);
  const doomed = await home.replica(throughDatabase(own, kill), {
    via: (bus) => throughBus(bus, kill),
    clock: throughClock(kill),
  });
  kill.isArmed = true;
  try {
    for (const message of log) {
      await Promise.race([doomed.processor.process(batch([message], message.offset)), kill.died]);
      await waitFor(() => kill.isDead || doomed.relay.backlog().rows === 0);
    }
  } catch (error) {
    expect((error as Error).message).toBe('killed');
  }
  const { calls } = kill;
  if (!kill.isDead) kill.isDead = true;
  await home.database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [name],
  );

  // The next replica begins where the database says; the treatment site sends again what has no answer.
  const { rows } = await home.database.query<{ next_offset: number }>(
    'SELECT next_offset FROM exchange_offset WHERE topic = $1 AND partition = $2',
    [TOPIC, partition],
  );
  const stands = rows[0]?.next_offset ?? 0;
  if (stands < log.length) await next.processor.process(batch(log.slice(stands), stands));

  for (const message of log) {
    const replies = await repliesTo(home.all, message);
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(replies[0]?.result?.$case).toBe('settled');
    await waitFor(() => factsOf(home.all).some((fact) => fact.settlementId.equals(idOf(message))), {
      what: 'the fact',
    });
  }
  const { rows: settled } = await home.database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM settlement WHERE person_token = $1',
    [person],
  );
  expect(settled).toEqual([{ count: 2 }]);
  expect(await home.account(person)).toEqual({ ownFen: 10_000, familyFen: 0 });
  expect(Object.values(await home.accumulators(person)).filter((used) => used !== 0)).toEqual([]);
  await waitFor(async () => (await home.count('exchange_outbox')) === 0, { what: 'an empty outbox' });
  return calls;
}

function batch(messages: readonly Incoming[], expected: number): IntakeBatch {
  return {
    messages,
    dead: [],
    moves: [{ topic: TOPIC, partition, expected, next: expected + messages.length }],
  };
}

test('killed before and after every act of a settlement and its refund, nothing is lost or done twice', async () => {
  const acts = await play(Number.POSITIVE_INFINITY, 'before');
  expect(acts).toBeGreaterThan(7);
  for (let at = 1; at <= acts; at += 1) {
    for (const moment of ['before', 'after'] as const) await play(at, moment);
  }
}, 240_000);
