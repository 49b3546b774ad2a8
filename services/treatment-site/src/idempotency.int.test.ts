import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import { AdmitResponse, Call, SettleResponse, type TreatmentServiceClient } from '@yijie/contracts/treatment';
import { waitFor } from '@yijie/testkit';
import { admission, bill, call, settleRequest, totalOf, unique } from '../test/requests.ts';
import { SiteFixture } from '../test/site-fixture.ts';
import { admitted, discharged, SILENT, settle, stayingSilent } from '../test/stays.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;

beforeAll(async () => {
  fixture = await SiteFixture.start();
  client = await fixture.client(await fixture.site());
});
afterAll(() => fixture.close());

describe('the same key from 1,000 callers at once', () => {
  test('has one effect and gives equal answers, also on another replica and after a restart', async () => {
    const stay = await discharged(client);
    const key = unique('settle');
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => settle(client, stay, { key })));
    const bytes = new Set(answers.map((answer) => hex(SettleResponse.encode(answer).finish())));
    expect(bytes.size).toBe(1);
    expect(answers[0]?.outcome?.state).toBe(OutcomeState.SETTLED);
    expect(await fixture.count('command', `idempotency_key = '${key}'`)).toBe(1);
    const commandId = idOf(answers[0]);
    expect(fixture.home.commands.filter((command) => command.commandId.equals(commandId))).toHaveLength(1);

    const replica = await fixture.site();
    const elsewhere = await settle(await fixture.client(replica), stay, { key });
    expect(bytes).toContain(hex(SettleResponse.encode(elsewhere).finish()));
    await fixture.stop(replica);
    const restarted = await fixture.client(await fixture.site());
    const later = await Promise.all(Array.from({ length: 50 }, () => settle(restarted, stay, { key })));
    for (const answer of later) expect(bytes).toContain(hex(SettleResponse.encode(answer).finish()));
    expect(await fixture.count('command', `idempotency_key = '${key}'`)).toBe(1);
  });

  test('on two replicas at once has one effect', async () => {
    const replica = await fixture.client(await fixture.site());
    const stay = await discharged(client);
    const key = unique('settle');
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, index) => settle(index % 2 ? client : replica, stay, { key })),
    );
    expect(new Set(answers.map((answer) => hex(SettleResponse.encode(answer).finish()))).size).toBe(1);
    expect(await fixture.count('command', `idempotency_key = '${key}'`)).toBe(1);
    expect(await fixture.count('settlement_bill')).toBe(await fixture.count('command', 'call = 8'));
  });

  test('holds for an admission, too', async () => {
    const request = admission();
    const answers = await Promise.all(Array.from({ length: 200 }, () => call(client, 'admit', request)));
    expect(new Set(answers.map((answer) => hex(AdmitResponse.encode(answer).finish()))).size).toBe(1);
    expect(await fixture.count('visit', `person_token = '${request.personToken}'`)).toBe(1);
  });
});

describe('the same key with another body', () => {
  test('is refused for a settlement and changes nothing', async () => {
    const stay = await discharged(client);
    const key = unique('settle');
    const first = await settle(client, stay, { key });
    const second = await call(
      client,
      'settle',
      settleRequest({
        visitId: stay.visitId,
        totalFen: stay.totalFen,
        idempotencyKey: key,
        useAccount: true,
      }),
    );
    expect(second.outcome?.failure).toMatchObject({ code: 'KEY-REUSED', sameKeyMayRetry: false });
    expect(await settle(client, stay, { key })).toEqual(first);
  });

  test('is refused while the first is under way', async () => {
    const stay = await discharged(client);
    const key = unique('settle');
    const [first, second] = await Promise.all([
      settle(client, stay, { key }),
      call(
        client,
        'settle',
        settleRequest({ visitId: stay.visitId, totalFen: stay.totalFen + 1, idempotencyKey: key }),
      ),
    ]);
    const codes = [first, second].map((answer) => answer.outcome?.failure?.code ?? 'settled').sort();
    // Whichever came first decides: a wrong total is refused unkept, and then the right one settles.
    expect([
      ['KEY-REUSED', 'settled'],
      ['STL-SUM', 'settled'],
    ]).toContainEqual(codes);
  });

  test('is refused for an admission', async () => {
    const request = admission();
    await call(client, 'admit', request);
    const { outcome } = await call(client, 'admit', { ...request, bedNumber: '99' });
    expect(outcome?.failure?.code).toBe('KEY-REUSED');
  });

  test('a key of 0 or 65 characters is refused', async () => {
    for (const idempotencyKey of ['', 'x'.repeat(65)]) {
      const { outcome } = await call(client, 'admit', admission({ idempotencyKey }));
      expect(outcome?.failure?.code).toBe('KEY-MISSING');
    }
  });
});

describe('an answer that is late', () => {
  test('is PENDING first; asking again with the key finds it', async () => {
    fixture.home.onCommand = stayingSilent(fixture.home);
    const stay = await discharged(client, bill(5), { personToken: unique(SILENT) });
    const key = unique('settle');
    const pending = await settle(client, stay, { key, deadlineMs: 800 });
    expect(pending.outcome).toMatchObject({ state: OutcomeState.PENDING, askAgainAfterMs: 2_000 });
    const asked = await call(client, 'getOutcome', { call: Call.SETTLE, idempotencyKey: key });
    expect(asked.outcome?.state).toBe(OutcomeState.PENDING);

    const command = await waitFor(() =>
      fixture.home.commands.find((each) => each.personToken === stay.personToken),
    );
    const result = fixture.home.settleOrRefund(command);
    if (result === undefined) throw new Error('no answer');
    const waiting = settle(client, stay, { key });
    await fixture.home.answer(command, result);
    const answer = await waiting;
    expect(answer.outcome).toMatchObject({
      state: OutcomeState.SETTLED,
      messageId: pending.outcome?.messageId,
    });
    const again = await call(client, 'getOutcome', { call: Call.SETTLE, idempotencyKey: key });
    expect(again.answer).toEqual({ $case: 'settle', settle: answer });
  });
});

test('the outcome of every kind of key can be asked for, and an unknown key says so', async () => {
  const request = admission();
  const admitted = await call(client, 'admit', request);
  const asked = await call(client, 'getOutcome', {
    call: Call.ADMIT,
    idempotencyKey: request.idempotencyKey,
  });
  expect(asked.answer).toEqual({ $case: 'admit', admit: admitted });
  await expect(
    call(client, 'getOutcome', { call: Call.SETTLE, idempotencyKey: unique('never') }),
  ).rejects.toMatchObject({ code: 5 });
});

test('two settlements of one visit at the same moment: one is accepted', async () => {
  const stay = await discharged(client);
  const answers = await Promise.all(Array.from({ length: 20 }, () => settle(client, stay)));
  const settled = answers.filter((answer) => answer.outcome?.state === OutcomeState.SETTLED);
  expect(settled).toHaveLength(1);
  for (const { outcome } of answers.filter((answer) => !settled.includes(answer))) {
    expect(['STL-RUNNING', 'STL-DUP']).toContain(outcome?.failure?.code);
  }
});

test('an upload and a settlement of one visit at the same moment never miss each other', async () => {
  for (let round = 0; round < 10; round += 1) {
    const lines = bill(3);
    const stay = await admitted(client, { terms: { ...admission().terms, kind: 2 } as never });
    await call(client, 'uploadCharges', { idempotencyKey: unique('u'), visitId: stay.visitId, lines });
    const [uploaded, settled] = await Promise.all([
      call(client, 'uploadCharges', {
        idempotencyKey: unique('u'),
        visitId: stay.visitId,
        lines: bill(1, 50),
      }),
      settle(client, { ...stay, totalFen: totalOf(lines) }),
    ]);
    const isUploaded = uploaded.outcome?.state === OutcomeState.SETTLED;
    const isSettled = settled.outcome?.state === OutcomeState.SETTLED;
    const visit = await call(client, 'getVisit', { visitId: stay.visitId });
    // Either the charges came first and the total no longer fits, or the settlement did and the charges are refused.
    if (isSettled) expect(uploaded.outcome?.failure?.code).toMatch(/^VST-SETT/);
    else expect([isUploaded, settled.outcome?.failure?.code]).toEqual([true, 'STL-SUM']);
    expect(visit.lineCount).toBe(isSettled ? 3 : 4);
  }
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function idOf(answer: SettleResponse | undefined): Buffer {
  return Buffer.from((answer?.settlement?.settlementId ?? '').replaceAll('-', ''), 'hex');
}
