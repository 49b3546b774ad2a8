import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { Call, ReversalResult, type TreatmentServiceClient } from '@yijie/contracts/treatment';
import { waitFor } from '@yijie/testkit';
import { bill, call, unique } from '../test/requests.ts';
import { OTHER_HOSPITAL, SiteFixture } from '../test/site-fixture.ts';
import { discharged, SILENT, type Stay, settle, settledStay, stayingSilent } from '../test/stays.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;

beforeAll(async () => {
  fixture = await SiteFixture.start({ config: { settleBudgetMs: 1_000 } });
  client = await fixture.client(await fixture.site());
});
beforeEach(() => {
  fixture.home.onCommand = stayingSilent(fixture.home);
});
afterAll(() => fixture.close());

const reverse = (originalKey: string, originalCall: Call = Call.SETTLE, key = unique('reverse')) =>
  call(client, 'reverse', { idempotencyKey: key, call: originalCall, originalKey });

async function settlingStay(): Promise<Stay & { readonly key: string }> {
  const stay = await discharged(client, bill(5), { personToken: unique(SILENT) });
  const key = unique('settle');
  const { outcome } = await settle(client, stay, { key });
  expect(outcome?.state).toBe(OutcomeState.PENDING);
  return { ...stay, key };
}

const commandOf = (stay: Stay) =>
  waitFor(() =>
    fixture.home.commands.find(
      (each) => each.personToken === stay.personToken && each.body?.$case === 'settle',
    ),
  );

describe('a reversal', () => {
  test('before its original lays a tombstone: the late original takes no effect', async () => {
    const stay = await discharged(client);
    const key = unique('settle');
    const reversed = await reverse(key);
    expect(reversed).toMatchObject({
      outcome: { state: OutcomeState.SETTLED },
      result: ReversalResult.ROLLED_BACK,
    });
    const late = await settle(client, stay, { key });
    expect(late.outcome?.failure).toMatchObject({ code: 'REV-ROLLEDBACK', sameKeyMayRetry: false });
    const asked = await call(client, 'getOutcome', { call: Call.SETTLE, idempotencyKey: key });
    expect(asked.outcome?.failure?.code).toBe('REV-ROLLEDBACK');
    // The visit is as it was: another key settles it.
    expect((await settle(client, stay)).outcome?.state).toBe(OutcomeState.SETTLED);
  });

  test('and its original at the same moment end in one of the two ways', async () => {
    for (let round = 0; round < 10; round += 1) {
      const stay = await discharged(client);
      const key = unique('settle');
      const [settled, reversed] = await Promise.all([settle(client, stay, { key }), reverse(key)]);
      if (reversed.result === ReversalResult.ROLLED_BACK) {
        expect(settled.outcome?.failure?.code).toBe('REV-ROLLEDBACK');
        expect(await call(client, 'getVisit', { visitId: stay.visitId })).toMatchObject({
          state: 'DISCHARGED',
        });
      } else {
        expect(reversed.result).toBe(ReversalResult.HAD_SETTLED);
        expect(settled.outcome?.state).toBe(OutcomeState.SETTLED);
        expect(reversed.settlement).toEqual(settled.settlement);
      }
    }
  });

  test('while the home region hasn’t decided: the original is rolled back and the visit free again', async () => {
    const stay = await settlingStay();
    fixture.home.onCommand = (command) =>
      command.body?.$case === 'settle' ? undefined : fixture.home.settleOrRefund(command);
    const reversed = await reverse(stay.key);
    expect(reversed.result).toBe(ReversalResult.ROLLED_BACK);
    const asked = await call(client, 'getOutcome', { call: Call.SETTLE, idempotencyKey: stay.key });
    expect(asked.outcome?.failure?.code).toBe('REV-ROLLEDBACK');
    expect(await call(client, 'getVisit', { visitId: stay.visitId })).toMatchObject({ state: 'DISCHARGED' });
    // The home region's own answer to the late original is the tombstone's, which changes nothing more.
    await fixture.home.answer(await commandOf(stay), { $case: 'rolledBack', rolledBack: {} });
    fixture.home.onCommand = (command) => fixture.home.settleOrRefund(command);
    expect((await settle(client, stay)).outcome?.state).toBe(OutcomeState.SETTLED);
  });

  test('of what had settled unseen gives that answer, and the fact goes out once', async () => {
    const stay = await settlingStay();
    const command = await commandOf(stay);
    const result = fixture.home.settleOrRefund(command);
    if (result === undefined) throw new Error('no answer');
    // Decided, and the answer lost on its way.
    const { mangle } = fixture.home;
    fixture.home.mangle = (reply) => ({ ...reply, answers: Buffer.from(questionId(reply.answers)) });
    await fixture.home.answer(command, result);
    fixture.home.mangle = mangle;
    fixture.home.onCommand = (each) =>
      each.body?.$case === 'settle' ? undefined : fixture.home.settleOrRefund(each);

    const reversed = await reverse(stay.key);
    expect(reversed).toMatchObject({
      outcome: { state: OutcomeState.SETTLED },
      result: ReversalResult.HAD_SETTLED,
      settlement: { totalFen: stay.totalFen, state: 'SETTLED' },
    });
    const again = await settle(client, stay, { key: stay.key });
    expect(again.settlement).toEqual(reversed.settlement);
    await fixture.home.answer(command, result);
    expect(await reverse(stay.key)).toMatchObject({ result: ReversalResult.HAD_SETTLED });
    const object = `settlement:${again.settlement?.settlementId}`;
    expect(await fixture.count('audit_entry', `object = '${object}' AND action = 'settled'`)).toBe(1);
  });

  test('of a known settlement says so; of a refused one that there is nothing to undo', async () => {
    const key = unique('settle');
    const stay = await discharged(client);
    const settled = await settle(client, stay, { key });
    expect(await reverse(key)).toMatchObject({
      result: ReversalResult.HAD_SETTLED,
      settlement: settled.settlement,
    });
    fixture.home.onCommand = () => ({
      $case: 'refused',
      refused: { code: 'FIL-NONE', values: {}, quote: undefined },
    });
    const refusedKey = unique('settle');
    const refused = await settle(client, await discharged(client), { key: refusedKey });
    expect(refused.outcome?.failure).toMatchObject({ code: 'FIL-NONE', sameKeyMayRetry: false });
    expect(await reverse(refusedKey)).toMatchObject({ result: ReversalResult.NOTHING_TO_UNDO });
  });

  test('repeated gives its first answer; under another body it is refused', async () => {
    const original = unique('settle');
    const key = unique('reverse');
    const first = await reverse(original, Call.SETTLE, key);
    expect(await reverse(original, Call.SETTLE, key)).toEqual(first);
    const other = await reverse(unique('settle'), Call.SETTLE, key);
    expect(other.outcome?.failure?.code).toBe('KEY-REUSED');
    expect((await reverse(original, Call.ADMIT)).outcome?.failure?.code).toBe('REV-KIND');
  });

  test('of another institution’s key means nothing to it', async () => {
    const key = unique('settle');
    const stay = await discharged(client);
    const settled = await settle(client, stay, { key });
    const [site] = fixture.running;
    if (site === undefined) throw new Error('no site');
    const other = await fixture.client(site, OTHER_HOSPITAL);
    const answer = await call(other, 'reverse', {
      idempotencyKey: unique('reverse'),
      call: Call.SETTLE,
      originalKey: key,
    });
    expect(answer.result).toBe(ReversalResult.ROLLED_BACK);
    expect((await settle(client, stay, { key })).settlement).toEqual(settled.settlement);
  });

  test('of a refund', async () => {
    const stay = await settledStay(client);
    const key = unique('refund');
    expect(await reverse(key, Call.REFUND)).toMatchObject({ result: ReversalResult.ROLLED_BACK });
    const late = await call(client, 'refund', {
      idempotencyKey: key,
      settlementId: stay.settlementId,
      reason: '01',
    });
    expect(late.outcome?.failure?.code).toBe('REV-ROLLEDBACK');
    const refunded = await call(client, 'refund', {
      idempotencyKey: unique('refund'),
      settlementId: stay.settlementId,
      reason: '01',
    });
    expect(refunded.settlement?.refundedSettlementId).toBe(stay.settlementId);
  });
});

/** Version 8 of RFC 9562, which the site takes for a late answer to a question and drops. */
function questionId(id: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(id);
  changed[6] = 0x80 | ((changed[6] ?? 0) & 0x0f);
  return changed;
}
