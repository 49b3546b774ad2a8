import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { fen } from '@yijie/money';
import { applyChange } from '@yijie/policy';
import { BANK, CLERK, ClaimDesk, PAPERS, REVIEWER } from '../../../test/claim-desk.ts';
import { batchOf, factsOf, HomeFixture, type Replica, replyTo } from '../../../test/home-fixture.ts';
import { HOME_POOL, NOON } from '../../../test/wire-commands.ts';
import type { Claim } from '../../core/claims/reimbursement-claim.ts';
import { historyOf, overdueClaims } from '../../repositories/claims/reimbursement-rows.ts';
import { previewPapers, receivePapers } from './check-reimbursement-papers.ts';
import { moveReimbursement } from './move-reimbursement.ts';
import { openReimbursement } from './open-reimbursement.ts';

const REVIEWER_2 = { name: 'agency:430100/reviewer-2', pool: HOME_POOL };
const DAY_MS = 86_400_000;

let home: HomeFixture;
let replica: Replica;
let desk: ClaimDesk;
beforeAll(async () => {
  home = await HomeFixture.start();
  replica = await home.replica();
  desk = await ClaimDesk.at(home);
}, 60_000);
afterAll(() => home.close());

describe('a visit that was paid in full', () => {
  test('is claimed: previewed, received, entered, decided, paid; counted once and not cleared', async () => {
    const person = await home.person({ filing: 'TM_REFERRAL', ownFen: 100_000 });
    const id = await desk.opened(person, { useAccount: true });
    const incomplete = await desk.desk.call((tx) =>
      previewPapers(tx, id, ['identity', 'receipt'], CLERK, NOON),
    );
    expect(incomplete).toMatchObject({
      found: { state: 'DRAFTED' },
      missing: ['itemised-list', 'bank-account', 'discharge-record'],
    });
    expect(await desk.desk.call((tx) => previewPapers(tx, id, PAPERS, CLERK, NOON))).toMatchObject({
      found: { state: 'PREVIEWED' },
      missing: [],
    });
    // 30 working days from Monday 2 June 2025: no holiday in between.
    expect(await desk.receive(id)).toMatchObject({ found: { state: 'RECEIVED', dueOn: '2025-07-14' } });
    expect(await overdueClaims(home.database, localDate('2025-07-14'))).toBe(0);
    expect(await overdueClaims(home.database, localDate('2025-07-15'))).toBe(1);
    const entered = await desk.enter(id, desk.bill(3_000_000));
    if (!entered.ok) throw new Error(entered.code);
    expect(entered.amounts).toMatchObject({ ratioClass: 'REDUCED_A', accountFen: 100_000 });
    expect(await home.accumulators(person)).toEqual({});

    const { amounts } = entered;
    const decided = await desk.approve(id, amounts.payableFen, REVIEWER, NOON + 7 * DAY_MS);
    expect(decided).toMatchObject({ found: { state: 'DECIDED', decision: { handledDays: 5 } } });
    expect(await home.accumulators(person)).toEqual(amounts.result.accumulatorsAfter);
    expect(await home.account(person)).toEqual({ ownFen: 0, familyFen: 0 });
    expect(await desk.pay(id, 'REI-1')).toMatchObject({ found: { state: 'PAID' } });
    expect((await historyOf(home.database, id)).map(({ event }) => event)).toEqual([
      'open',
      'preview-incomplete',
      'preview',
      'receive',
      'enter-bill',
      'approve',
      'pay',
    ]);
    expect(factsOf(home.all)).toEqual([]);
    const { rows } = await home.database.query('SELECT 1 FROM settlement WHERE person_token = $1', [person]);
    expect(rows).toEqual([]);
  });

  test('brings what a direct settlement of that day brings', async () => {
    const direct = await home.person({ filing: 'TM_OTHER' });
    const settledAtMs = Date.parse('2025-04-01T02:00:00Z');
    const message = home.make.settle({
      person: direct,
      totalFen: 3_000_000,
      settledAtMs,
      admissionDate: 20250320,
      dischargeDate: 20250401,
    });
    await replica.processor.process(batchOf(message));
    const settled = await replyTo(home.all, message);
    if (settled.$case !== 'settled') throw new Error(JSON.stringify(settled));
    const claimed = await home.person({ filing: 'TM_OTHER' });
    const { id, amounts } = await desk.underReview(claimed);
    expect(amounts.result.shares).toEqual(settled.settled.shares);
    await desk.approve(id, amounts.payableFen);
    expect(await home.accumulators(claimed)).toEqual(await home.accumulators(direct));
  });

  test('counts in the year for the next settlement, and the next claim', async () => {
    const person = await home.person({ filing: 'TM_REFERRAL' });
    const first = await desk.underReview(person);
    const second = await desk.underReview(person, { receiptNumber: 'second' });
    expect(await desk.approve(first.id, first.amounts.payableFen)).toMatchObject({ ok: true });
    // The second was computed before the first was counted.
    const drifted = await desk.approve(second.id, second.amounts.payableFen);
    expect(drifted).toMatchObject({ code: 'REI-DRIFT' });
    const payableFen = Number((drifted as { values: Record<string, string> }).values.payableFen);
    expect(payableFen).not.toBe(second.amounts.payableFen);
    expect(await desk.approve(second.id, payableFen)).toMatchObject({ ok: true });
    expect((await home.accumulators(person)).inpatientStays).toBe(2);
  });

  test('of which nothing is payable is closed without a payment', async () => {
    const person = await home.person();
    const { id, amounts } = await desk.underReview(person, { totalFen: fen(10_000) });
    expect(amounts.payableFen).toBe(0);
    expect(await desk.approve(id, 0)).toMatchObject({ found: { state: 'CLOSED' } });
    expect(await desk.pay(id, 'REI-0')).toMatchObject({ code: 'REI-STATE' });
  });
});

describe('what is refused', () => {
  test('too late, at the opening and with the originals', async () => {
    const person = await home.person();
    const late = desk.claim({
      admissionDate: localDate('2024-05-20'),
      dischargeDate: localDate('2024-06-01'),
      paidInFullOn: localDate('2024-06-01'),
    });
    expect(await desk.open(person, late)).toMatchObject({
      code: 'REI-DEADLINE',
      values: { lastDay: '2025-06-01' },
    });
    expect(await desk.open(person, late, NOON - DAY_MS)).toMatchObject({ ok: true });
    const id = await desk.opened(person);
    const lastMailDayMs = Date.parse('2026-05-01T15:59:59Z');
    expect(await desk.receive(id, PAPERS, lastMailDayMs + 1_000)).toMatchObject({ code: 'REI-DEADLINE' });
    expect(await desk.receive(id, PAPERS, lastMailDayMs)).toMatchObject({ ok: true });
  });

  test('a receipt that is claimed, until that claim came to nothing', async () => {
    const person = await home.person();
    const id = await desk.opened(person, { receiptNumber: 'same' });
    const again = desk.claim({ receiptNumber: 'same' });
    expect(await desk.open(person, again)).toMatchObject({ code: 'REI-DUP', values: { state: 'DRAFTED' } });
    // Another person hears nothing of whose it is.
    expect(await desk.open(await home.person(), again)).toMatchObject({ code: 'REI-DUP', values: {} });
    await desk.receive(id);
    expect(await desk.reject(id)).toMatchObject({ found: { state: 'REJECTED' } });
    expect(await desk.open(person, again)).toMatchObject({ ok: true });
  });

  test('a stay that was settled directly, and one whose settlement was refunded is not', async () => {
    const person = await home.person();
    const message = home.make.settle({
      person,
      admissionDate: 20250320,
      dischargeDate: 20250401,
      settledAtMs: Date.parse('2025-04-01T02:00:00Z'),
    });
    await replica.processor.process(batchOf(message));
    await replyTo(home.all, message);
    const id = await desk.opened(person);
    await desk.receive(id);
    expect(await desk.enter(id, desk.bill(3_000_000))).toMatchObject({ code: 'REI-DIRECT' });
    const refund = home.make.refund(person, message);
    await replica.processor.process(batchOf(refund));
    await replyTo(home.all, refund);
    expect(await desk.enter(id, desk.bill(3_000_000))).toMatchObject({ ok: true });
  });

  test.each<[string, Partial<Claim>, string | undefined, string]>([
    ['a liable third party', { injury: true, thirdPartyLiable: true }, undefined, 'INJ-3P'],
    ['an injury without its statement', { injury: true }, undefined, 'INJ-STMT'],
    ['somebody in arrears', {}, 'ARREARS', 'ENR-INACTIVE'],
  ])('%s', async (_, change, status, code) => {
    const person = await home.person(status === undefined ? {} : { status });
    const id = await desk.opened(person, change);
    await desk.receive(id, [...PAPERS, 'injury-statement']);
    expect(await desk.enter(id, desk.bill(3_000_000))).toMatchObject({ code });
  });

  test('papers that are missing, a bill that does not add up, another pool', async () => {
    const person = await home.person();
    const id = await desk.opened(person);
    expect(await desk.receive(id, PAPERS.slice(1))).toMatchObject({
      code: 'REI-MATERIAL',
      values: { missing: 'identity' },
    });
    await desk.receive(id);
    expect(await desk.enter(id, desk.bill(2_999_999))).toMatchObject({ code: 'REI-SUM' });
    const stranger = { name: 'agency:430200/clerk-9', pool: '430200' };
    const seen = await desk.desk.call((tx) => receivePapers(desk.parts, tx, id, PAPERS, stranger, NOON));
    const unknown = await desk.desk.call((tx) =>
      receivePapers(desk.parts, tx, desk.parts.ids.next(), PAPERS, stranger, NOON),
    );
    expect([seen, unknown]).toMatchObject([{ code: 'REI-NOTFOUND' }, { code: 'REI-NOTFOUND' }]);
    const opening = await desk.desk.call((tx) =>
      openReimbursement(desk.parts, tx, person, desk.claim(), BANK, stranger, NOON),
    );
    expect(opening).toMatchObject({ code: 'CRD-TOKEN' });
  });

  test('two of the three acts by one person, also by the database itself; a bank reference twice', async () => {
    const person = await home.person();
    const { id, amounts } = await desk.underReview(person);
    expect(await desk.approve(id, amounts.payableFen, CLERK)).toMatchObject({ code: 'REI-SAME' });
    await expect(
      home.database.query(
        `UPDATE reimbursement SET state = 'REJECTED', decided_by = entered_by WHERE reimbursement_id = $1`,
        [id],
      ),
    ).rejects.toThrow('reimbursement_two_persons');
    await desk.approve(id, amounts.payableFen);
    expect(await desk.pay(id, 'REI-2', REVIEWER)).toMatchObject({ code: 'REI-SAME' });
    await desk.pay(id, 'REI-2');
    const other = await desk.underReview(await home.person());
    await desk.approve(other.id, other.amounts.payableFen);
    expect(await desk.pay(other.id, 'REI-2')).toMatchObject({ code: 'REI-BANK' });
    const withdrawn = await desk.desk.call((tx) =>
      moveReimbursement(tx, other.id, CLERK, NOON, () => ({ event: 'withdraw' })),
    );
    expect(withdrawn).toMatchObject({ code: 'REI-STATE', values: { state: 'DECIDED' } });
  });
});

describe('races', () => {
  test('two reviewers decide one claim: once, and counted once', async () => {
    const person = await home.person();
    const { id, amounts } = await desk.underReview(person);
    const both = await Promise.all([
      desk.approve(id, amounts.payableFen),
      desk.approve(id, amounts.payableFen, REVIEWER_2),
    ]);
    expect(both.map((one) => (one.ok ? 'ok' : one.code)).sort()).toEqual(['REI-STATE', 'ok']);
    expect(await home.accumulators(person)).toEqual(amounts.result.accumulatorsAfter);
  });

  test('a decision and a settlement of the same person at once: both count, in one order or the other', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await home.person();
      const { id, amounts } = await desk.underReview(person);
      const message = home.make.settle({ person, totalFen: 2_000_000 });
      const [decided] = await Promise.all([
        desk.approve(id, amounts.payableFen),
        replica.processor.process(batchOf(message)),
      ]);
      await replyTo(home.all, message);
      const final = decided.ok ? decided : await desk.approve(id, Number(decided.values.payableFen));
      if (!final.ok) throw new Error(final.code);
      const { rows } = await home.database.query<{ accumulator_delta: Record<string, number> }>(
        'SELECT accumulator_delta FROM settlement WHERE person_token = $1',
        [person],
      );
      const { policyInput, result } = final.found.amounts ?? amounts;
      const ofClaim = applyChange(result.accumulatorsAfter, policyInput.accumulators, -1);
      const expected = applyChange(ofClaim, rows[0]?.accumulator_delta ?? {});
      const year = await home.accumulators(person);
      for (const name of new Set([...Object.keys(expected), ...Object.keys(year)]))
        expect([name, year[name] ?? 0]).toEqual([name, expected[name] ?? 0]);
    }
  });
});
