import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { SettlementFact } from '@yijie/contracts/exchange';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { contentHashOf, factTopic } from '@yijie/exchange';
import { sumShares } from '@yijie/money';
import { waitFor } from '@yijie/testkit';
import { bill, call, unique } from '../test/requests.ts';
import { settled } from '../test/scripted-home.ts';
import { SiteFixture } from '../test/site-fixture.ts';
import { discharged, SILENT, settle, settledStay, stayingSilent } from '../test/stays.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;
const facts: SettlementFact[] = [];

beforeAll(async () => {
  fixture = await SiteFixture.start({ config: { settleBudgetMs: 1_000, resendAfterMs: 1_500 } });
  client = await fixture.client(await fixture.site());
  await fixture.bus.subscribe({
    topics: [factTopic()],
    groupId: 'facts-of-the-test',
    startOffset: async () => undefined,
    onBatch: async ({ records }) => {
      for (const record of records) facts.push(SettlementFact.decode(record.value));
    },
  });
});
beforeEach(() => {
  fixture.home.onCommand = stayingSilent(fixture.home);
  fixture.home.signing = fixture.homeSigning;
  fixture.home.mangle = (reply) => reply;
});
afterAll(() => fixture.close());

const deadLetters = (code: string) => fixture.count('exchange_dead_letter', `reason_code = '${code}'`);
const factOf = (id: string) =>
  waitFor(() => facts.find((fact) => fact.settlementId.toString('hex') === id.replaceAll('-', '')));

describe('a fact', () => {
  test('of a settlement and of its refund carries what the hospital confirmed, with its hash', async () => {
    const stay = await settledStay(client);
    const fact = await factOf(stay.settlementId);
    expect(fact).toMatchObject({
      side: 1,
      kind: 1,
      totalFen: stay.totalFen,
      institutionCode: 'H41010599901',
      homePool: '430100',
      treatmentPool: '410100',
      visitKind: 1,
    });
    expect(sumShares(fact.shares as never)).toBe(stay.totalFen);
    expect(fact.contentHash).toEqual(contentHashOf(fact));
    const refund = await call(client, 'refund', {
      idempotencyKey: unique('refund'),
      settlementId: stay.settlementId,
      reason: '01',
    });
    const negative = await factOf(refund.settlement?.settlementId ?? '');
    expect(negative).toMatchObject({ kind: 2, totalFen: -stay.totalFen });
    expect(negative.originalSettlementId).toEqual(fact.settlementId);
    // Settled again after the refund: a settlement of its own.
    const again = await settle(client, stay);
    expect(again.settlement?.settlementId).not.toBe(stay.settlementId);
    expect(await call(client, 'getSettlement', { settlementId: stay.settlementId })).toMatchObject({
      settlement: { state: 'REFUNDED' },
    });
  });
});

describe('an answer', () => {
  test('to a command that nobody sent becomes a dead letter', async () => {
    const before = await deadLetters('KEY-UNKNOWN');
    const commandId = Buffer.from('0190000000007000800000000000abcd', 'hex');
    await fixture.home.send('410100', 0, 'person-nobody', {
      answers: commandId,
      result: { $case: 'settled', settled: settled(commandId, 100) },
    });
    await waitFor(async () => (await deadLetters('KEY-UNKNOWN')) === before + 1);
  });

  test.each([
    ['doesn’t sum', { poolFundFen: 1 }],
    ['is negative', { poolFundFen: -5, personalCashFen: 1_000_000 }],
  ])('whose shares %s becomes a dead letter; the right one, redriven, settles', async (_, shares) => {
    const before = await deadLetters('STL-SUM');
    fixture.home.mangle = (reply) =>
      reply.result?.$case === 'settled'
        ? {
            ...reply,
            result: {
              $case: 'settled',
              settled: {
                ...reply.result.settled,
                shares: { ...reply.result.settled.shares, ...shares } as never,
              },
            },
          }
        : reply;
    const stay = await discharged(client);
    const key = unique('settle');
    const answer = await settle(client, stay, { key });
    expect(answer.outcome?.state).toBe(OutcomeState.PENDING);
    expect(await deadLetters('STL-SUM')).toBe(before + 1);
    expect(await call(client, 'getVisit', { visitId: stay.visitId })).toMatchObject({ state: 'SETTLING' });
    // It is sent again only when the dead letter has been dealt with.
    fixture.home.mangle = (reply) => reply;
    const sent = () => fixture.home.commands.filter((each) => each.personToken === stay.personToken).length;
    const before2 = sent();
    await fixture.database.query(
      `UPDATE exchange_dead_letter SET state = 'DROPPED' WHERE key = $1 AND state = 'WAITING'`,
      [stay.personToken],
    );
    await waitFor(() => sent() > before2, { withinMs: 20_000 });
    expect((await settle(client, stay, { key })).outcome?.state).toBe(OutcomeState.SETTLED);
  });

  test('signed by another region than the one asked becomes a dead letter', async () => {
    fixture.home.signing = fixture.siteSigning;
    const before = await deadLetters('SIG-REGION');
    const stay = await discharged(client);
    const { outcome } = await settle(client, stay);
    expect(outcome?.state).toBe(OutcomeState.PENDING);
    expect(await deadLetters('SIG-REGION')).toBeGreaterThan(before);
  });

  test('that comes three times counts once', async () => {
    const stay = await settledStay(client);
    const command = await waitFor(() =>
      fixture.home.commands.find((each) => each.personToken === stay.personToken),
    );
    const result = fixture.home.settleOrRefund(command);
    if (result === undefined) throw new Error('no answer');
    for (let time = 0; time < 3; time += 1) await fixture.home.answer(command, result);
    await settledStay(client);
    await factOf(stay.settlementId);
    expect(facts.filter((fact) => fact.settlementId.equals(command.commandId))).toHaveLength(1);
  });

  test('that is lost is asked for again, with the same bytes', async () => {
    const stay = await discharged(client, bill(5), { personToken: unique(SILENT) });
    const key = unique('settle');
    expect((await settle(client, stay, { key })).outcome?.state).toBe(OutcomeState.PENDING);
    const ofPerson = () => fixture.home.commands.filter((each) => each.personToken === stay.personToken);
    await waitFor(() => ofPerson().length >= 2, { withinMs: 20_000 });
    expect(ofPerson()[1]).toEqual(ofPerson()[0]);
    fixture.home.onCommand = (command) => fixture.home.settleOrRefund(command);
    await waitFor(async () => (await settle(client, stay, { key })).outcome?.state === OutcomeState.SETTLED, {
      withinMs: 20_000,
    });
  });

  test('EXPIRED and PARKED', async () => {
    fixture.home.onCommand = () => ({ $case: 'expired', expired: { readAtMs: 1 } });
    const expired = await settle(client, await discharged(client));
    expect(expired.outcome?.failure).toMatchObject({ code: 'STL-EXPIRED', sameKeyMayRetry: false });
    fixture.home.onCommand = () => ({ $case: 'parked', parked: {} });
    const parked = await settle(client, await discharged(client));
    expect(parked.outcome).toMatchObject({ state: OutcomeState.PENDING, askAgainAfterMs: 60_000 });
  });

  test('that another replica stored is found by its key', async () => {
    const stay = await discharged(client, bill(5), { personToken: unique(SILENT) });
    const key = unique('settle');
    const waiting = settle(client, stay, { key });
    const command = await waitFor(() =>
      fixture.home.commands.find((each) => each.personToken === stay.personToken),
    );
    const result = fixture.home.settleOrRefund(command);
    if (result?.$case !== 'settled') throw new Error('no answer');
    // What a replica does that got the partition in a rebalance.
    const { Reply } = await import('@yijie/contracts/exchange');
    await fixture.database.query(
      'INSERT INTO command_result (command_id, outcome, reply, stored_at_ms) VALUES ($1, 1, $2, 0)',
      [command.commandId, Buffer.from(Reply.encode({ answers: command.commandId, result }).finish())],
    );
    expect((await waiting).outcome?.state).toBe(OutcomeState.SETTLED);
  });
});

test('every change of state has its audit row', async () => {
  const stay = await settledStay(client);
  const { rows } = await fixture.database.query<{ action: string; actor: string }>(
    `SELECT action, actor FROM audit_entry WHERE object IN ($1, $2) ORDER BY entry_id`,
    [`visit:${stay.visitId}`, `settlement:${stay.settlementId}`],
  );
  expect(rows).toEqual([
    { action: 'admit', actor: 'institution:H41010599901' },
    { action: 'upload-charges', actor: 'institution:H41010599901' },
    { action: 'discharge', actor: 'institution:H41010599901' },
    { action: 'settle', actor: 'institution:H41010599901' },
    { action: 'settled', actor: 'region:430000' },
  ]);
});
