import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import type { Incoming } from '@yijie/exchange';
import { CountingIds } from '@yijie/testkit';
import { BureauDesk } from '../../../test/bureau-desk.ts';
import { batchOf, HomeFixture, type Replica, replyTo } from '../../../test/home-fixture.ts';
import { HOME_POOL, idOf, NOON } from '../../../test/wire-commands.ts';
import type { CorrectedFacts } from '../../core/claims/correct-settlement.ts';
import { lockCorrection } from '../../repositories/claims/correction-rows.ts';
import { decideCorrection } from './decide-correction.ts';
import { payCorrection } from './pay-correction.ts';
import { proposeCorrection } from './propose-correction.ts';

const CLERK = { name: 'agency:430100/clerk-1', pool: HOME_POOL };
const REVIEWER = { name: 'agency:430100/reviewer-1', pool: HOME_POOL };
const CASHIER = { name: 'agency:430100/finance-1', pool: HOME_POOL };
const ids = new CountingIds(7n);

let home: HomeFixture;
let replica: Replica;
let desk: BureauDesk;
beforeAll(async () => {
  home = await HomeFixture.start();
  replica = await home.replica();
  desk = new BureauDesk(home.database);
}, 60_000);
afterAll(() => home.close());

async function settled(totalFen = 5_000_000): Promise<{ person: string; message: Incoming }> {
  const person = await home.person({ filing: 'TM_OTHER', ownFen: 300_000 });
  const message = home.make.settle({ person, totalFen, useAccount: true });
  await replica.processor.process(batchOf(message));
  expect(await replyTo(home.all, message)).toMatchObject({ $case: 'settled' });
  return { person, message };
}

const propose = (settlement: Incoming, facts: CorrectedFacts, actor = CLERK) =>
  desk.call((tx) =>
    proposeCorrection(
      { ids, policies: home.rules.policies },
      tx,
      {
        settlementId: idOf(settlement),
        reasonCode: 'WRONG_CLASS',
        reason: 'filed as a long-term resident',
        facts,
        policyVersion: undefined,
      },
      actor,
      NOON,
    ),
  );

const decide = (
  correctionId: Uint8Array,
  netFen: number,
  options: { approve?: boolean; recover?: boolean; actor?: typeof CLERK } = {},
) =>
  desk.call((tx) =>
    decideCorrection(
      tx,
      {
        correctionId,
        netFen,
        approve: options.approve ?? true,
        recover: options.recover ?? false,
        reason: 'checked',
      },
      options.actor ?? REVIEWER,
      NOON,
    ),
  );

const pay = (correctionId: Uint8Array, bankReference: string, actor = CASHIER) =>
  desk.call((tx) =>
    payCorrection(tx, correctionId, { bankReference, paidOn: localDate('2025-06-05') }, actor, NOON),
  );

async function proposed(settlement: Incoming, facts: CorrectedFacts) {
  const answer = await propose(settlement, facts);
  if (!answer.ok) throw new Error(answer.code);
  return answer.correction;
}

const refund = async (person: string, settlement: Incoming) => {
  const message = home.make.refund(person, settlement);
  await replica.processor.process(batchOf(message));
  return replyTo(home.all, message);
};

describe('a settlement with the wrong class', () => {
  test('is corrected by the difference: proposed, approved, paid; the settlement stays as it is', async () => {
    const { person, message } = await settled();
    const [before, account] = [await home.accumulators(person), await home.account(person)];
    const correction = await proposed(message, { ratioClass: 'LOCAL' });
    expect(correction).toMatchObject({ state: 'OPEN', ordinal: 1 });
    expect(correction.netFen).toBeGreaterThan(0);
    // Proposing changes nothing.
    expect(await home.accumulators(person)).toEqual(before);

    expect(await decide(correction.correctionId, correction.netFen)).toMatchObject({
      ok: true,
      correction: { state: 'APPROVED' },
    });
    const after = await home.accumulators(person);
    expect((after.inpatientFundFen ?? 0) - (before.inpatientFundFen ?? 0)).toBe(
      correction.difference.poolFundFen,
    );
    expect(await home.account(person)).toEqual(account);
    expect(await pay(correction.correctionId, 'BANK-1')).toMatchObject({
      ok: true,
      correction: { state: 'PAID' },
    });
    expect(await decide(correction.correctionId, correction.netFen)).toMatchObject({ code: 'COR-STATE' });
    expect(await home.accumulators(person)).toEqual(after);
    // No fact, no refund, no second settlement: clearing sees nothing.
    const { rows } = await home.database.query('SELECT 1 FROM settlement WHERE person_token = $1', [person]);
    expect(rows).toHaveLength(1);
  });

  test('gives the same as if it had been settled rightly', async () => {
    const wrong = await settled();
    const right = await home.person({ filing: 'LT_RESIDENT', ownFen: 300_000 });
    const message = home.make.settle({ person: right, totalFen: 5_000_000, useAccount: true });
    await replica.processor.process(batchOf(message));
    await replyTo(home.all, message);
    const correction = await proposed(wrong.message, { ratioClass: 'LOCAL' });
    await decide(correction.correctionId, correction.netFen);
    expect(await home.accumulators(wrong.person)).toEqual(await home.accumulators(right));
  });

  test('is not refunded while the correction stands, and can be once it is taken back', async () => {
    const { person, message } = await settled();
    const original = await home.accumulators(person);
    const first = await proposed(message, { ratioClass: 'LOCAL' });
    await decide(first.correctionId, first.netFen);
    await pay(first.correctionId, 'BANK-2');
    expect(await refund(person, message)).toMatchObject({ refused: { code: 'REV-CORRECTED' } });

    const back = await proposed(message, {});
    expect(back.netFen).toBe(-first.netFen);
    expect(await decide(back.correctionId, back.netFen)).toMatchObject({ code: 'COR-RECOVER' });
    expect(await decide(back.correctionId, back.netFen, { recover: true })).toMatchObject({ ok: true });
    expect(await home.accumulators(person)).toEqual(original);
    expect(await refund(person, message)).toMatchObject({ $case: 'settled' });
    expect(Object.values(await home.accumulators(person)).every((value) => value === 0)).toBe(true);
  });

  test('is corrected after other settlements of the year by exactly its own difference', async () => {
    const { person, message } = await settled();
    const next = home.make.settle({ person, totalFen: 2_000_000 });
    await replica.processor.process(batchOf(next));
    await replyTo(home.all, next);
    const before = await home.accumulators(person);
    const correction = await proposed(message, { ratioClass: 'LOCAL' });
    await decide(correction.correctionId, correction.netFen);
    const after = await home.accumulators(person);
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      expect((after[name] ?? 0) - (before[name] ?? 0)).toBe(correction.accumulatorDelta[name] ?? 0);
  });
});

describe('what is refused', () => {
  test('a second open correction, a settlement of another pool, a refund, an unknown policy', async () => {
    const { person, message } = await settled();
    const correction = await proposed(message, { ratioClass: 'LOCAL' });
    expect(await propose(message, { ratioClass: 'LOCAL' })).toMatchObject({ code: 'COR-OPEN' });
    const stranger = { name: 'agency:430200/clerk-9', pool: '430200' };
    expect(await propose(message, {}, stranger)).toMatchObject({ code: 'STL-NOTFOUND' });
    expect(await decide(correction.correctionId, correction.netFen, { actor: stranger })).toMatchObject({
      code: 'COR-NOTFOUND',
    });
    expect(await decide(correction.correctionId, 0, { approve: false })).toMatchObject({
      correction: { state: 'REJECTED' },
    });
    const undone = home.make.refund(person, message);
    await replica.processor.process(batchOf(undone));
    await replyTo(home.all, undone);
    expect(await propose(message, {})).toMatchObject({ code: 'STL-REFUNDED' });
    expect(await propose(undone, {})).toMatchObject({ code: 'COR-REFUND' });
  });

  test('two of the three acts by one person, also by the database itself', async () => {
    const { message } = await settled();
    const correction = await proposed(message, { ratioClass: 'LOCAL' });
    const { correctionId, netFen } = correction;
    expect(await decide(correctionId, netFen, { actor: CLERK })).toMatchObject({ code: 'COR-SAME' });
    await expect(
      home.database.query(
        `UPDATE correction SET state = 'APPROVED', decided_by = proposed_by WHERE correction_id = $1`,
        [correctionId],
      ),
    ).rejects.toThrow('correction_two_persons');
    expect(await decide(correctionId, netFen + 1)).toMatchObject({ code: 'COR-NET' });
    await decide(correctionId, netFen);
    expect(await pay(correctionId, 'BANK-3', REVIEWER)).toMatchObject({ code: 'COR-SAME' });
    await pay(correctionId, 'BANK-3');
    const another = await settled();
    const second = await proposed(another.message, { ratioClass: 'LOCAL' });
    await decide(second.correctionId, second.netFen);
    expect(await pay(second.correctionId, 'BANK-3')).toMatchObject({ code: 'COR-BANK' });
  });
});

describe('races', () => {
  test('two reviewers approve at once: one approval, one move of the accumulators', async () => {
    const { person, message } = await settled();
    const before = await home.accumulators(person);
    const { correctionId, netFen, difference } = await proposed(message, { ratioClass: 'LOCAL' });
    const second = { ...REVIEWER, name: 'agency:430100/reviewer-2' };
    const both = await Promise.all([
      decide(correctionId, netFen),
      decide(correctionId, netFen, { actor: second }),
    ]);
    expect(both.map((one) => (one.ok ? 'ok' : one.code)).sort()).toEqual(['COR-STATE', 'ok']);
    const after = await home.accumulators(person);
    expect((after.inpatientFundFen ?? 0) - (before.inpatientFundFen ?? 0)).toBe(difference.poolFundFen);
  });

  test('a refund and an approval at once, twenty times: one of them, never both', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const { person, message } = await settled();
      const { correctionId, netFen } = await proposed(message, { ratioClass: 'LOCAL' });
      const [refunded, approved] = await Promise.all([refund(person, message), decide(correctionId, netFen)]);
      const wasRefunded = refunded.$case === 'settled';
      outcomes.add(wasRefunded ? 'refund' : 'approval');
      expect(approved.ok).toBe(!wasRefunded);
      if (wasRefunded) {
        expect(approved).toMatchObject({ code: 'STL-REFUNDED' });
        expect(Object.values(await home.accumulators(person)).every((value) => value === 0)).toBe(true);
      } else expect(refunded).toMatchObject({ refused: { code: 'REV-CORRECTED' } });
      const row = await home.database.transaction((tx) => lockCorrection(tx, correctionId, HOME_POOL));
      expect(row?.state).toBe(wasRefunded ? 'OPEN' : 'APPROVED');
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });
});
