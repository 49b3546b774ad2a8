import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Question, Reply } from '@yijie/contracts/exchange';
import { contentHashOf, type Incoming } from '@yijie/exchange';
import {
  batchOf,
  factsOf,
  HomeFixture,
  type Replica,
  repliesTo,
  replyTo,
} from '../../../test/home-fixture.ts';
import { idOf, NOON } from '../../../test/wire-commands.ts';
import { answerQuestions } from './answer-questions.ts';

let home: HomeFixture;
let replica: Replica;

beforeAll(async () => {
  home = await HomeFixture.start();
  replica = await home.replica();
});
afterAll(() => home.close());

async function process(...messages: Incoming[]): Promise<NonNullable<Reply['result']>[]> {
  await replica.processor.process(batchOf(...messages));
  return Promise.all(messages.map((message) => replyTo(replica, message)));
}

function settledOf(result: NonNullable<Reply['result']> | undefined) {
  if (result?.$case !== 'settled') throw new Error(`answered ${JSON.stringify(result)}`);
  return result.settled;
}

describe('settle', () => {
  test('a referred employee settles: shares add up, state and fact are stored, the reply names its partition', async () => {
    const person = await home.person({ ownFen: 20_000 });
    const message = home.make.settle({ person, totalFen: 500_000, inScopeFen: 450_000, useAccount: true });
    const settled = settledOf((await process(message))[0]);

    const shares = Object.values(settled.shares ?? {});
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(500_000);
    expect(settled.shares?.poolFundFen).toBeGreaterThan(0);
    expect(settled.shares?.ownAccountFen).toBe(20_000);
    expect(settled.eligibilityCode).toBe('OK');
    expect(settled.accountBalanceAfterFen).toBe(0);
    expect(settled.quoteHash).toHaveLength(16);
    expect(await home.account(person)).toEqual({ ownFen: 0, familyFen: 0 });
    expect(await home.accumulators(person)).toMatchObject({
      inpatientStays: 1,
      inpatientFundFen: settled.shares?.poolFundFen,
    });

    const [fact] = factsOf(replica).filter((one) => one.settlementId.equals(idOf(message)));
    expect(fact).toMatchObject({ side: 2, kind: 1, totalFen: 500_000, shares: settled.shares });
    expect(fact?.contentHash).toEqual(fact && contentHashOf(fact));
    const record = replica.bus.published.find((one) => one.topic === 'yijie.result.410000');
    expect(record).toMatchObject({ partition: 3, key: person });
  });

  test('repeats get the first answer byte for byte, for ever, and nothing happens twice', async () => {
    const person = await home.person();
    const message = home.make.settle({ person });
    await process(message);
    const before = await home.count('settlement');
    await replica.processor.process(batchOf(home.make.again(message), home.make.again(message)));
    // Long after its expiry, too.
    home.clock.nowMs = NOON + 86_400_000;
    await replica.processor.process(batchOf(home.make.again(message)));
    home.clock.nowMs = NOON;
    const replies = await repliesTo(replica, message, 4);
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(await home.count('settlement')).toBe(before);
    expect(factsOf(replica).filter((one) => one.settlementId.equals(idOf(message)))).toHaveLength(1);
  });

  test('several stays of one person in one batch see each other, as if they had come one by one', async () => {
    const [together, apart] = [await home.person(), await home.person()];
    const inOne = [1, 2, 3].map(() => home.make.settle({ person: together, totalFen: 1_200_000 }));
    const results = await process(...inOne);
    const single = [];
    for (let stay = 0; stay < 3; stay += 1)
      single.push(...(await process(home.make.settle({ person: apart, totalFen: 1_200_000 }))));
    expect(results.map((result) => settledOf(result).shares)).toEqual(
      single.map((result) => settledOf(result).shares),
    );
    expect(await home.accumulators(together)).toEqual(await home.accumulators(apart));
    expect(settledOf(results[1]).deductiblePaidFen).toBeLessThan(settledOf(results[0]).deductiblePaidFen);
  });

  test('a refusal is the final answer and touches neither accumulators nor account', async () => {
    const person = await home.person({ filing: null, ownFen: 5_000 });
    const message = home.make.settle({ person, useAccount: true });
    const [result] = await process(message);
    expect(result).toMatchObject({ $case: 'refused', refused: { code: 'FIL-NONE' } });
    expect(await home.accumulators(person)).toEqual({});
    expect(await home.account(person)).toEqual({ ownFen: 5_000, familyFen: 0 });
    expect(factsOf(replica).filter((one) => one.settlementId.equals(idOf(message)))).toHaveLength(0);
  });

  test.each([
    ['an unknown token', { person: 'nobody0000000000000000' }, 'CRD-TOKEN'],
    ['another home pool', { homePool: '430200' }, 'CRD-TOKEN'],
    ['arrears', { status: 'ARREARS' }, 'ENR-INACTIVE'],
    ['a day without policy', { settledAtMs: Date.parse('2031-05-05T02:00:00Z') }, 'POL-NONE'],
  ])('%s is refused with its own code', async (_, options, code) => {
    const person = await home.person('status' in options ? { status: options.status } : {});
    const message = home.make.settle({ person, ...options });
    expect((await process(message))[0]).toMatchObject({ $case: 'refused', refused: { code } });
  });

  test('categories that add up to something else are refused with both totals', async () => {
    const person = await home.person();
    const bill = home.make.bill({ totalFen: 100_000 });
    const message = home.make.settle({ person, bill: { ...bill, totalFen: 100_001 } });
    expect((await process(message))[0]).toMatchObject({
      $case: 'refused',
      refused: { code: 'STL-SUM', values: { statedFen: '100001', countedFen: '100000' } },
    });
  });

  test('an emergency without filing settles and leaves the filing it was deemed to have, once', async () => {
    const person = await home.person({ filing: null });
    const message = home.make.settle({ person, emergency: true });
    expect(settledOf((await process(message))[0]).eligibilityCode).toBe('OK-DEEMED');
    await process(home.make.again(message));
    const { rows } = await home.database.query<{ type: string; state: string; channel: string }>(
      'SELECT type, state, channel FROM filing WHERE person_token = $1',
      [person],
    );
    expect(rows).toEqual([{ type: 'TM_EMERGENCY', state: 'EFFECTIVE', channel: 'DEEMED' }]);
    // It serves that visit alone.
    expect((await process(home.make.settle({ person })))[0]).toMatchObject({ refused: { code: 'FIL-NONE' } });
  });
});

describe('expiry', () => {
  const expiresAtMs = NOON + 30_000;
  test.each([
    ['at its time limit', expiresAtMs, 'settled'],
    ['60 s late: within the tolerance of two clocks', expiresAtMs + 60_000, 'settled'],
    ['60.001 s late', expiresAtMs + 60_001, 'expired'],
  ])('read %s', async (_, nowMs, outcome) => {
    const person = await home.person();
    const message = home.make.settle({ person, expiresAtMs });
    home.clock.nowMs = nowMs;
    const [result] = await process(message);
    home.clock.nowMs = NOON;
    expect(result?.$case).toBe(outcome);
    // What was said first stays, also when the message comes again in time.
    expect((await process(home.make.again(message)))[0]?.$case).toBe(outcome);
    expect(await home.accumulators(person)).toEqual(outcome === 'settled' ? expect.anything() : {});
  });

  test('a slow clock here is caught by the time at which the log took the record', async () => {
    const person = await home.person();
    const message = { ...home.make.settle({ person, expiresAtMs }), appendedAtMs: expiresAtMs + 60_001 };
    expect((await process(message))[0]?.$case).toBe('expired');
  });

  test('a late refund expires too, a late reversal does what it is for', async () => {
    const person = await home.person();
    const settle = home.make.settle({ person });
    await process(settle);
    const refund = home.make.refund(person, settle, { expiresAtMs });
    const unseen = home.make.settle({ person, expiresAtMs });
    const reverse = home.make.reverse(person, unseen);
    home.clock.nowMs = expiresAtMs + 86_400_000;
    const [refunded, reversed] = await process(refund, reverse);
    home.clock.nowMs = NOON;
    expect(refunded?.$case).toBe('expired');
    expect(reversed).toMatchObject({ $case: 'reversed', reversed: { result: 1 } });
  });
});

describe('refund', () => {
  test('restores accumulators and account exactly, negates every share, and suggests what to look at again', async () => {
    const person = await home.person({ ownFen: 700_000, familyFen: 10_000 });
    const first = home.make.settle({ person, useAccount: true });
    const second = home.make.settle({ person, useAccount: true });
    const third = home.make.settle({ person, useAccount: true });
    const settled = settledOf((await process(first))[0]);
    const afterFirst = { used: await home.accumulators(person), account: await home.account(person) };
    await process(second);
    const secondRefund = home.make.refund(person, second);
    expect(settledOf((await process(secondRefund))[0]).refundedSettlementId).toEqual(idOf(second));
    expect(withoutZeroes(await home.accumulators(person))).toEqual(withoutZeroes(afterFirst.used));
    expect(await home.account(person)).toEqual(afterFirst.account);

    await process(third);
    const refund = settledOf((await process(home.make.refund(person, first)))[0]);
    expect(refund.totalFen).toBe(-500_000);
    for (const [name, share] of Object.entries(settled.shares ?? {}))
      expect([name, refund.shares?.[name as 'poolFundFen']]).toEqual([name, share === 0 ? 0 : -share]);
    // The second was refunded itself.
    expect(refund.recalculationSuggested).toEqual([idOf(third)]);
    const [fact] = factsOf(replica).filter((one) => one.originalSettlementId.equals(idOf(first)));
    expect(fact).toMatchObject({ kind: 2, totalFen: -500_000, shares: refund.shares });
  });

  test('settle and refund in one batch, then settle again as if nothing had been', async () => {
    const [person, fresh] = [await home.person(), await home.person()];
    const settle = home.make.settle({ person });
    const refund = home.make.refund(person, settle);
    const again = home.make.settle({ person });
    const [, , resettled] = await process(settle, refund, again);
    const [once] = await process(home.make.settle({ person: fresh }));
    expect(settledOf(resettled).shares).toEqual(settledOf(once).shares);
  });

  test.each([
    ['what was never settled', 'STL-NOTFOUND'],
    ["another person's", 'STL-NOTFOUND'],
    ["another institution's", 'REV-NOTOWNER'],
    ['what is refunded already', 'STL-REFUNDED'],
    ['a refund', 'STL-NOTFOUND'],
    ['a settlement of a closed year', 'REV-CLOSED'],
  ])('%s is refused and changes nothing', async (what, code) => {
    const person = await home.person({ ownFen: 1_000 });
    const settle = home.make.settle({
      person,
      ...(what.endsWith('closed year')
        ? {
            settledAtMs: Date.parse('2025-02-05T02:00:00Z'),
            admissionDate: 20250201,
            dischargeDate: 20250204,
          }
        : {}),
    });
    settledOf((await process(settle))[0]);
    let refund = home.make.refund(person, settle);
    if (what.startsWith('what was never')) refund = home.make.refund(person, home.ids.next());
    if (what.startsWith('another person')) refund = home.make.refund(await home.person(), settle);
    if (what.startsWith('another institution'))
      refund = home.make.refund(person, settle, { institutionCode: 'H41010500999' });
    if (what.startsWith('what is refunded')) await process(home.make.refund(person, settle));
    if (what === 'a refund') {
      const known = home.make.refund(person, settle);
      await process(known);
      refund = home.make.refund(person, known);
    }
    if (what.endsWith('closed year'))
      await home.database.query('INSERT INTO closed_year (settlement_year, closed_at_ms) VALUES (2025, 0)');
    const before = await home.count('accumulator_entry');
    const [result] = await process(refund);
    if (what.endsWith('closed year')) await home.database.query('DELETE FROM closed_year');
    expect(result).toMatchObject({ $case: 'refused', refused: { code } });
    expect(await home.count('accumulator_entry')).toBe(before);
  });
});

describe('reversal', () => {
  test('before its original: a tombstone, and the late original is rolled back, each time it comes', async () => {
    const person = await home.person();
    const settle = home.make.settle({ person });
    const [reversed] = await process(home.make.reverse(person, settle));
    expect(reversed).toMatchObject({
      $case: 'reversed',
      reversed: { result: 1, originalCommandId: idOf(settle) },
    });
    expect((await process(settle))[0]).toMatchObject({ $case: 'rolledBack' });
    expect((await process(home.make.again(settle)))[0]).toMatchObject({ $case: 'rolledBack' });
    expect(await home.accumulators(person)).toEqual({});
  });

  test('in the same batch, before and after', async () => {
    const person = await home.person();
    const [kept, done] = [home.make.settle({ person }), home.make.settle({ person })];
    const results = await process(
      home.make.reverse(person, kept),
      kept,
      done,
      home.make.reverse(person, done),
    );
    expect(results.map((result) => result.$case)).toEqual(['reversed', 'rolledBack', 'settled', 'reversed']);
    expect(results[3]).toMatchObject({ reversed: { result: 3, settled: settledOf(results[2]) } });
  });

  test('after it settled: the answer it got, and the settlement stands', async () => {
    const person = await home.person();
    const settle = home.make.settle({ person });
    const settled = settledOf((await process(settle))[0]);
    const used = await home.accumulators(person);
    const [reversed] = await process(home.make.reverse(person, settle));
    expect(reversed).toMatchObject({ $case: 'reversed', reversed: { result: 3, settled } });
    expect(await home.accumulators(person)).toEqual(used);
  });

  test('after it was refused or expired: nothing to undo', async () => {
    const person = await home.person({ filing: null });
    const refused = home.make.settle({ person });
    await process(refused);
    expect((await process(home.make.reverse(person, refused)))[0]).toMatchObject({ reversed: { result: 2 } });
  });

  test('twice, under two keys and under one: the same result', async () => {
    const person = await home.person();
    const settle = home.make.settle({ person });
    const reverse = home.make.reverse(person, settle);
    const results = await process(reverse, home.make.reverse(person, settle), home.make.again(reverse));
    for (const result of results)
      expect(result).toMatchObject({ $case: 'reversed', reversed: { result: 1 } });
    expect((await process(settle))[0]?.$case).toBe('rolledBack');
  });

  test("another person's command is not touched", async () => {
    const [person, other] = [await home.person(), await home.person()];
    const settle = home.make.settle({ person });
    await process(settle);
    expect((await process(home.make.reverse(other, settle)))[0]).toMatchObject({
      refused: { code: 'REV-NOTOWNER' },
    });
  });
});

describe('quotes', () => {
  test('a quote is what the settlement then is, and one that no longer holds is refused with a fresh one', async () => {
    const person = await home.person({ ownFen: 30_000 });
    const bill = home.make.bill({ useAccount: true });
    const quoted = await quote(person, bill);
    const holds = home.make.settle({ person, bill, quoteHash: quoted.quoteHash });
    const settled = settledOf((await process(holds))[0]);
    expect({ ...settled, settlementId: quoted.settlementId }).toEqual(quoted);

    const next = home.make.bill({ useAccount: true });
    const stale = await quote(person, next);
    await process(home.make.settle({ person }));
    const drifted = (await process(home.make.settle({ person, bill: next, quoteHash: stale.quoteHash })))[0];
    if (drifted?.$case !== 'refused') throw new Error('settled with a stale quote');
    expect(drifted.refused.code).toBe('STL-DRIFT');
    const fresh = await quote(person, next);
    expect({ ...drifted.refused.quote, settlementId: fresh.settlementId }).toEqual(fresh);
    const agreed = home.make.settle({ person, bill: next, quoteHash: fresh.quoteHash });
    expect(settledOf((await process(agreed))[0]).shares).toEqual(fresh.shares);
  });

  test('quoting writes nothing', async () => {
    const person = await home.person();
    const before = await tableRows();
    await quote(person, home.make.bill({}));
    expect(await tableRows()).toEqual(before);
  });
});

describe('the log', () => {
  test('what an outage left comes in one go: every command is answered, the positions move with the last', async () => {
    const topic = 'yijie.request.430000';
    await home.database.query('INSERT INTO exchange_offset VALUES ($1, 9, 0)', [topic]);
    const persons = await Promise.all(Array.from({ length: 30 }, () => home.person()));
    const messages = Array.from({ length: 1_200 }, (_, index) =>
      home.make.settle({ person: persons[index % persons.length] as string, totalFen: 1_000 }),
    );
    const before = await home.count('settlement');
    const moves = [{ topic, partition: 9, expected: 0, next: 1_200 }];
    await replica.processor.process({ messages, dead: [], moves });
    expect(await home.count('settlement')).toBe(before + 1_200);
    expect(await home.accumulators(persons[0] as string)).toMatchObject({ inpatientStays: 40 });
    const { rows } = await home.database.query('SELECT next_offset FROM exchange_offset WHERE partition = 9');
    expect(rows).toEqual([{ next_offset: 1_200 }]);
  });

  test('a province that speaks for another parks nobody; the partition goes on', async () => {
    const person = await home.person();
    const forged = { ...home.make.settle({ person }), signedBy: '420000' };
    const right = home.make.settle({ person });
    await replica.processor.process(batchOf(forged, right));
    expect((await replyTo(replica, right)).$case).toBe('settled');
    const { rows } = await home.database.query<{ reason_code: string; parks: boolean }>(
      'SELECT reason_code, parks FROM exchange_dead_letter WHERE key = $1',
      [person],
    );
    expect(rows).toEqual([{ reason_code: 'SIG-REGION', parks: false }]);
  });
});

async function quote(personToken: string, settle: ReturnType<typeof home.make.bill>) {
  const questionId = Buffer.from(home.ids.next());
  const payload = Question.encode({
    questionId,
    homePool: '430100',
    treatmentPool: '410100',
    institutionCode: 'H41010500123',
    askedAtMs: NOON,
    expiresAtMs: NOON + 1_000,
    replyPartition: 0,
    body: {
      $case: 'preSettle',
      preSettle: { personToken, settle: { ...settle, quoteHash: Buffer.alloc(0) } },
    },
  }).finish();
  const message: Incoming = {
    topic: 'yijie.quote.430000',
    partition: 0,
    offset: 0,
    key: '',
    kind: 'question',
    payload,
    signedBy: '410000',
    traceParent: null,
    headers: {},
    appendedAtMs: NOON,
  };
  await answerQuestions(home.questionParts(replica), batchOf(message));
  const reply = replica.bus.published
    .map((record) => (record.topic.startsWith('yijie.result') ? Reply.decode(record.value) : undefined))
    .find((one) => one?.answers.equals(questionId));
  if (reply?.result?.$case !== 'quoted') throw new Error(`answered ${JSON.stringify(reply)}`);
  return reply.result.quoted;
}

async function tableRows(): Promise<Record<string, number>> {
  const tables = [
    'inbox',
    'settlement',
    'accumulator_entry',
    'account_entry',
    'filing',
    'refusal',
    'audit_entry',
  ];
  return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await home.count(table)])));
}

function withoutZeroes(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));
}
