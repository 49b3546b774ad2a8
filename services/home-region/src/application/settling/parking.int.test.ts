import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Closing,
  dropDeadLetter,
  type Incoming,
  listDeadLetters,
  type Reprocessing,
  redriveDeadLetter,
} from '@yijie/exchange';
import { batchOf, HomeFixture, type Replica, replyTo } from '../../../test/home-fixture.ts';
import { NOON } from '../../../test/wire-commands.ts';
import type { PolicyComputation } from '../../core/policy/policy-book.ts';
import type { HomeRules } from '../../core/settling/settle.ts';

const POISON = 'X99.999';
const fixtures: HomeFixture[] = [];
let home: HomeFixture;
let replica: Replica;
let isBroken: boolean;
let unwritable = false;

beforeEach(async () => {
  isBroken = true;
  home = await HomeFixture.start((rules) => breakable(rules));
  fixtures.push(home);
  replica = await home.replica();
});
afterAll(() => Promise.all(fixtures.map((fixture) => fixture.close())));

/** A planted fault in a policy: one diagnosis can't be computed until it is mended. */
function breakable(rules: HomeRules): HomeRules {
  return {
    ...rules,
    policies: {
      ...rules.policies,
      find(question) {
        const found = rules.policies.find(question);
        if (!found.ok) return found;
        return {
          ...found,
          policy: {
            ...found.policy,
            compute(input) {
              if (isBroken && input.facts.diseaseCode === POISON) throw new Error('planted');
              const computed = found.policy.compute(input);
              const isPlanted = unwritable && input.facts.diseaseCode === POISON;
              return isPlanted && computed.ok ? withUnwritableNote(computed) : computed;
            },
          },
        };
      },
    },
  };
}

/** A note that no message can carry. */
function withUnwritableNote(computed: PolicyComputation & { ok: true }): PolicyComputation {
  const notes = [undefined as unknown as string];
  return { ...computed, result: { ...computed.result, notes } };
}

function poisonFor(person: string): Incoming {
  const bill = home.make.bill({});
  const visit = bill.visit && { ...bill.visit, diagnosisCode: POISON };
  return home.make.settle({ person, bill: { ...bill, visit } });
}

async function waitingLetter(): Promise<number> {
  const [letter, ...others] = await listDeadLetters(home.database, {
    after: 0,
    size: 10,
    includeClosed: false,
  });
  expect(others).toEqual([]);
  if (letter === undefined) throw new Error('no dead letter');
  return letter.deadLetterId;
}

const closing = (deadLetterId: number): Closing => ({
  deadLetterId,
  by: { actor: 'agency:430100/reviewer-1', certificateSerial: '01', role: 'reviewer' },
  reason: 'mended',
  nowMs: NOON,
});

function again(): Reprocessing {
  const { processor } = replica;
  return {
    verifier: home.verifier,
    process: (message) => processor.processAgain(message),
    giveUp: (message) => processor.giveUp(message),
  };
}

describe('a command that the core cannot decide', () => {
  test('parks its person alone: what came before is done, what comes after waits, others go on', async () => {
    const [person, other] = [await home.person(), await home.person()];
    const before = home.make.settle({ person });
    const poison = poisonFor(person);
    const behind = home.make.settle({ person });
    const others = home.make.settle({ person: other });
    await replica.processor.process(batchOf(before, poison, behind, others));

    expect((await replyTo(replica, before)).$case).toBe('settled');
    expect((await replyTo(replica, poison)).$case).toBe('parked');
    expect((await replyTo(replica, behind)).$case).toBe('parked');
    expect((await replyTo(replica, others)).$case).toBe('settled');
    const later = home.make.refund(person, before);
    const reverse = home.make.reverse(person, behind);
    await replica.processor.process(batchOf(later, reverse, home.make.settle({ person: other })));
    expect((await replyTo(replica, later)).$case).toBe('parked');
    expect((await replyTo(replica, reverse)).$case).toBe('parked');
    expect(await home.count('settlement')).toBe(3);
    expect(await home.count('exchange_parked')).toBe(3);
    // What was answered before is answered as before, parked or not.
    await replica.processor.process(batchOf(home.make.again(before)));
    expect((await replyTo(replica, before)).$case).toBe('settled');
  });

  test('while it still fails, redriving says why and nothing moves', async () => {
    const person = await home.person();
    await replica.processor.process(batchOf(poisonFor(person), home.make.settle({ person })));
    const letter = await waitingLetter();
    expect(await redriveDeadLetter(home.database, again(), closing(letter))).toEqual({
      result: 'STILL_FAILING',
      cause: 'planted',
      unparked: 0,
    });
    expect(await home.count('settlement')).toBe(0);
    expect(await home.count('exchange_parked')).toBe(1);
  });

  test('mended and redriven, it and what waited are done in order; redriven twice is one effect', async () => {
    const person = await home.person();
    const poison = poisonFor(person);
    const behind = home.make.settle({ person });
    const reverse = home.make.reverse(person, behind);
    // Sent again while it waits, as a treatment site does with what has no final answer.
    await replica.processor.process(batchOf(poison, behind, reverse, home.make.again(poison)));
    const letter = await waitingLetter();
    isBroken = false;
    // Long past its expiry: it had been read in time.
    home.clock.nowMs = NOON + 86_400_000;
    expect(await redriveDeadLetter(home.database, again(), closing(letter))).toEqual({
      result: 'PROCESSED',
      unparked: 3,
    });
    expect((await replyTo(replica, poison)).$case).toBe('settled');
    expect(await replyTo(replica, reverse)).toMatchObject({ $case: 'reversed', reversed: { result: 3 } });
    const { rows } = await home.database.query<{ ordinal: number; stays: number }>(
      `SELECT ordinal, (values_after->>'inpatientStays')::int AS stays FROM accumulator_entry
        WHERE person_token = $1 ORDER BY ordinal`,
      [person],
    );
    expect(rows).toEqual([
      { ordinal: 1, stays: 1 },
      { ordinal: 2, stays: 2 },
    ]);

    expect(await redriveDeadLetter(home.database, again(), closing(letter))).toEqual({
      result: 'ALREADY_CLOSED',
      unparked: 0,
    });
    await replica.processor.processAgain(poison);
    expect(await home.count('settlement')).toBe(2);
    expect(await home.count('exchange_parked')).toBe(0);
    home.clock.nowMs = NOON;
    const next = home.make.settle({ person });
    await replica.processor.process(batchOf(next));
    expect((await replyTo(replica, next)).$case).toBe('settled');
  });

  test('given up, it is refused for ever, also when it comes again, and what waited goes on', async () => {
    const person = await home.person();
    const poison = poisonFor(person);
    const behind = home.make.settle({ person });
    await replica.processor.process(batchOf(poison, behind, home.make.again(poison)));
    const letter = await waitingLetter();
    expect(await dropDeadLetter(home.database, again(), closing(letter))).toEqual({
      result: 'PROCESSED',
      unparked: 2,
    });
    expect(await replyTo(replica, poison)).toMatchObject({
      $case: 'refused',
      refused: { code: 'DLQ-FAILED' },
    });
    expect((await replyTo(replica, behind)).$case).toBe('settled');
    isBroken = false;
    await replica.processor.process(batchOf(home.make.again(poison)));
    expect((await replyTo(replica, poison)).$case).toBe('refused');
    expect(await home.count('settlement')).toBe(1);
  });

  test('a row that the database refuses is found among its batch and kept apart in the same way', async () => {
    const [person, other] = [await home.person(), await home.person()];
    await home.database.query(`ALTER TABLE settlement ADD CONSTRAINT planted CHECK (total_fen <> 66600)`);
    const refused = home.make.settle({ person, totalFen: 66_600 });
    const [behind, others] = [home.make.settle({ person }), home.make.settle({ person: other })];
    await replica.processor.process(batchOf(others, refused, behind));
    expect((await replyTo(replica, others)).$case).toBe('settled');
    expect((await replyTo(replica, refused)).$case).toBe('parked');
    expect((await replyTo(replica, behind)).$case).toBe('parked');
    expect(await home.count('settlement')).toBe(1);
  });

  test('so is an answer that cannot be written down', async () => {
    const [person, other] = [await home.person(), await home.person()];
    unwritable = true;
    const poison = poisonFor(person);
    const [behind, others] = [home.make.settle({ person }), home.make.settle({ person: other })];
    isBroken = false;
    await replica.processor.process(batchOf(others, poison, behind));
    expect((await replyTo(replica, others)).$case).toBe('settled');
    expect((await replyTo(replica, poison)).$case).toBe('parked');
    expect((await replyTo(replica, behind)).$case).toBe('parked');
    expect(await home.count('settlement')).toBe(1);
    unwritable = false;
    const letter = await waitingLetter();
    expect(await redriveDeadLetter(home.database, again(), closing(letter))).toMatchObject({
      result: 'PROCESSED',
    });
    expect((await replyTo(replica, poison)).$case).toBe('settled');
  });

  test('a fault that concerns all commands makes none of them a dead letter', async () => {
    const person = await home.person();
    const message = home.make.settle({ person });
    await home.database.query('ALTER TABLE settlement RENAME TO settlement_gone');
    await expect(replica.processor.process(batchOf(message))).rejects.toMatchObject({ code: '42P01' });
    await home.database.query('ALTER TABLE settlement_gone RENAME TO settlement');
    expect(await home.count('exchange_dead_letter')).toBe(0);
    await replica.processor.process(batchOf(message));
    expect((await replyTo(replica, message)).$case).toBe('settled');
  });

  test('a message that is no command parks its person; one of another kind, too', async () => {
    const person = await home.person();
    const torn = home.make.signed({ ...home.make.settle({ person }), payload: Buffer.from([0x0a, 0xff]) });
    const behind = home.make.settle({ person });
    await replica.processor.process(batchOf(torn, behind));
    expect((await replyTo(replica, behind)).$case).toBe('parked');
    const letter = await waitingLetter();
    expect(await redriveDeadLetter(home.database, again(), closing(letter))).toMatchObject({
      result: 'STILL_FAILING',
    });
    await dropDeadLetter(home.database, again(), closing(letter));
    expect((await replyTo(replica, behind)).$case).toBe('settled');
  });
});
