import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { ReversalResult, type TreatmentServiceClient } from '@yijie/contracts/treatment';
import { requestTopic } from '@yijie/exchange';
import { waitFor } from '@yijie/testkit';
import { admission, call, unique } from '../test/requests.ts';
import { HOME_POOL, SiteFixture } from '../test/site-fixture.ts';
import { StatementCutter } from '../test/statement-cutter.ts';
import { discharged, settle, settledStay } from '../test/stays.ts';

let fixture: SiteFixture;
let cutter: StatementCutter;
let client: TreatmentServiceClient;

beforeAll(async () => {
  fixture = await SiteFixture.start({ config: { resendAfterMs: 60_000 } });
  cutter = await StatementCutter.start(fixture.databaseUrl);
  client = await fixture.client(await fixture.site({ outboxRowsMax: 5 }, { databaseUrl: cutter.url }));
});
afterEach(() => fixture.bus.release());
afterAll(async () => {
  await fixture.close();
  await cutter.close();
});

describe('the connection is lost around the COMMIT', () => {
  test.each([
    ['before', 'treatment_save_commands'],
    ['after', 'treatment_save_commands'],
    ['before', 'treatment_save_results'],
    ['after', 'treatment_save_results'],
  ] as const)('%s %s: one effect, and the caller is told the truth', async (when, statement) => {
    const stay = await discharged(client);
    const key = unique('settle');
    const cuts = cutter.cuts;
    cutter.arm(statement, when);
    const answer = await settle(client, stay, { key });
    expect(cutter.cuts).toBe(cuts + 1);
    expect(answer.outcome?.state).toBe(OutcomeState.SETTLED);
    expect(await fixture.count('command', `idempotency_key = '${key}'`)).toBe(1);
    expect(await fixture.count('settlement_bill')).toBe(await fixture.count('command', 'call = 8'));
    expect(await fixture.count('command_result')).toBe(await fixture.count('command'));
    const object = `settlement:${answer.settlement?.settlementId}`;
    expect(await fixture.count('audit_entry', `object = '${object}' AND action = 'settled'`)).toBe(1);
    // Nothing is left behind in the outbox: neither the command nor the fact.
    await waitFor(async () => (await fixture.count('exchange_outbox')) === 0);
    expect(await settle(client, stay, { key })).toEqual(answer);
  });

  test.each(['before', 'after'] as const)('%s the save of an admission', async (when) => {
    const request = admission();
    cutter.arm('treatment_save_local_calls', when);
    const answer = await call(client, 'admit', request);
    expect(answer.outcome?.state).toBe(OutcomeState.SETTLED);
    expect(await fixture.count('visit', `person_token = '${request.personToken}'`)).toBe(1);
    expect(await call(client, 'admit', request)).toEqual(answer);
  });
});

describe('the database stays away', () => {
  test('before anything was written: refused, and the key stays free', async () => {
    const stay = await discharged(client);
    const key = unique('settle');
    cutter.arm('treatment_load_settles', 'before', 1_000);
    const refused = await settle(client, stay, { key });
    expect(refused.outcome?.failure).toMatchObject({ code: 'SYS-UNAVAILABLE', sameKeyMayRetry: true });
    cutter.disarm();
    expect((await settle(client, stay, { key })).outcome?.state).toBe(OutcomeState.SETTLED);
  });

  test.each(['before', 'after'] as const)(
    '%s every save: never refused; asking again tells',
    async (when) => {
      const stay = await discharged(client);
      const key = unique('settle');
      cutter.arm('treatment_save_commands', when, 1_000);
      const pending = await settle(client, stay, { key });
      expect(pending.outcome?.failure).toBeUndefined();
      cutter.disarm();
      const answer = await settle(client, stay, { key });
      expect(answer.outcome?.state).toBe(OutcomeState.SETTLED);
      expect(await fixture.count('command', `idempotency_key = '${key}'`)).toBe(1);
      await waitFor(async () => (await fixture.count('exchange_outbox')) === 0);
    },
  );
});

describe('the bus is away', () => {
  test('settlements are accepted while the outbox has room, then refused before acceptance; reversals pass', async () => {
    const stays = await Promise.all(Array.from({ length: 8 }, () => discharged(client)));
    const requests = requestTopic(HOME_POOL);
    fixture.bus.hold((topic) => topic === requests);
    const accepted = stays.slice(0, 5).map((stay) => settle(client, stay, { key: `held-${stay.visitId}` }));
    await waitFor(async () => (await fixture.count('exchange_outbox')) >= 5);
    const before = await fixture.count('command');
    for (const stay of stays.slice(5)) {
      const { outcome } = await settle(client, stay);
      expect(outcome?.failure).toMatchObject({ code: 'OUT-FULL', sameKeyMayRetry: true });
    }
    expect(await fixture.count('command')).toBe(before);
    const reversed = await call(client, 'reverse', {
      idempotencyKey: unique('reverse'),
      call: 8,
      originalKey: unique('never'),
    });
    expect(reversed.result).toBe(ReversalResult.ROLLED_BACK);
    expect((await call(client, 'getVisit', { visitId: stays[0]?.visitId ?? '' })).state).toBe('SETTLING');
    fixture.bus.release();
    for (const answer of await Promise.all(accepted)) {
      expect(answer.outcome?.state).toBe(OutcomeState.SETTLED);
    }
    await waitFor(async () => (await fixture.count('exchange_outbox')) === 0);
    await settledStay(client);
  });
});

test('a home region that is silent to questions is NET-HOME after the budget', async () => {
  const quick = await fixture.client(await fixture.site({ questionBudgetMs: 500 }));
  fixture.home.onQuestion = () => undefined;
  const stay = await discharged(quick);
  const quote = await call(quick, 'preSettle', {
    visitId: stay.visitId,
    totalFen: stay.totalFen,
    useAccount: false,
  });
  expect(quote.failure).toMatchObject({ code: 'NET-HOME', sameKeyMayRetry: true });
  fixture.home.onQuestion = (question) => fixture.home.quote(question);
  const answered = await call(quick, 'preSettle', {
    visitId: stay.visitId,
    totalFen: stay.totalFen,
    useAccount: false,
  });
  expect(answered.quote).toMatchObject({ state: 'PRE-SETTLED', settlementId: '' });
});
