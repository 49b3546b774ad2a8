import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { admission, bill, call, settleRequest } from '../test/requests.ts';
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
});
