import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDate, localDateAt } from '@yijie/calendar';
import { OutcomeState } from '@yijie/contracts/common';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { admission, bill, call, settleRequest, totalOf, unique } from '../test/requests.ts';
import { SiteFixture } from '../test/site-fixture.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;

beforeAll(async () => {
  fixture = await SiteFixture.start();
  client = await fixture.client(await fixture.site());
});
afterAll(() => fixture.close());

describe('settle', () => {
  test('a stay is admitted, charged, discharged, quoted and settled', async () => {
    const { visitId, outcome } = await call(client, 'admit', admission());
    expect(outcome?.state).toBe(OutcomeState.SETTLED);
    const lines = bill(50);
    const totalFen = lines.reduce((sum, line) => sum + line.amountFen, 0);
    const uploaded = await call(client, 'uploadCharges', { idempotencyKey: 'u1', visitId, lines });
    expect(uploaded).toMatchObject({ storedLines: 50, visitLines: 50, visitTotalFen: totalFen });
    const discharged = await call(client, 'discharge', {
      idempotencyKey: 'd1',
      visitId,
      dischargeDate: 20250610,
      dischargeDiagnosisCode: 'C34.9',
      lineCount: 50,
      totalFen,
    });
    expect(discharged.outcome?.failure).toBeUndefined();
    const quote = await call(client, 'preSettle', { visitId, totalFen, useAccount: false });
    expect(quote.failure).toBeUndefined();
    expect(quote.quote?.totalFen).toBe(totalFen);
    const settled = await call(client, 'settle', settleRequest({ visitId, totalFen }));
    expect(settled.outcome?.failure).toBeUndefined();
    expect(settled.outcome?.state).toBe(OutcomeState.SETTLED);
    expect(settled.settlement?.totalFen).toBe(totalFen);
  });

  test('a running stay is quoted as if it ended on the day of its settlement', async () => {
    const trial = await fixture.client(await fixture.site({ settlementDay: localDate('2025-06-10') }));
    const { visitId } = await call(trial, 'admit', admission());
    const lines = bill(5);
    const totalFen = totalOf(lines);
    await call(trial, 'uploadCharges', { idempotencyKey: unique('u'), visitId, lines });
    const quote = await call(trial, 'preSettle', { visitId, totalFen, useAccount: false });
    expect(quote.failure).toBeUndefined();
    await call(
      trial,
      'settle',
      settleRequest({
        visitId,
        totalFen,
        quoteHash: quote.quoteHash,
        dischargeDate: 20250610,
        dischargeDiagnosisCode: 'C34.9',
      }),
    );
    const asked = fixture.home.questions.at(-1)?.body;
    const sent = fixture.home.commands.at(-1)?.body;
    if (asked?.$case !== 'preSettle' || sent?.$case !== 'settle') throw new Error('not asked and sent');
    // What the quote was computed from is what the settlement is computed from, its hash and time of day apart.
    const { settle } = asked.preSettle;
    const quoted = {
      ...settle,
      quoteHash: Buffer.from(quote.quoteHash),
      settledAtMs: sent.settle.settledAtMs,
    };
    expect(sent.settle).toEqual(quoted);
    expect(localDateAt(settle?.settledAtMs ?? 0)).toBe('2025-06-10');
  });
});
