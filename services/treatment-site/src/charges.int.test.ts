import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState, VisitKind } from '@yijie/contracts/common';
import type { ChargeLine, TreatmentServiceClient, UploadChargesResponse } from '@yijie/contracts/treatment';
import { admission, bill, call, line, settleRequest, totalOf, unique } from '../test/requests.ts';
import { SiteFixture } from '../test/site-fixture.ts';
import { admitted, charged, settle } from '../test/stays.ts';

/** Invented: no region 999999, with the right check digit. */
const IDENTITY = '999999195901010072';

let fixture: SiteFixture;
let client: TreatmentServiceClient;

beforeAll(async () => {
  fixture = await SiteFixture.start();
  client = await fixture.client(await fixture.site());
});
afterAll(() => fixture.close());

const upload = (visitId: string, lines: ChargeLine[]): Promise<UploadChargesResponse> =>
  call(client, 'uploadCharges', { idempotencyKey: unique('upload'), visitId, lines });
const withdraw = (visitId: string, lineNumbers: number[]) =>
  call(client, 'withdrawCharges', { idempotencyKey: unique('withdraw'), visitId, lineNumbers });
const stored = (visitId: string) => call(client, 'listStoredLines', { visitId });

describe('uploading charges', () => {
  test('only what is missing, or everything again, ends in the same bill', async () => {
    const lines = bill(30);
    const { visitId } = await admitted(client);
    await upload(visitId, [...lines.slice(0, 10), ...lines.slice(20)]);
    expect((await stored(visitId)).ranges).toEqual([
      { from: 1, until: 11 },
      { from: 21, until: 31 },
    ]);
    expect(await upload(visitId, lines.slice(10, 20))).toMatchObject({ storedLines: 10, knownLines: 0 });
    expect(await upload(visitId, lines)).toMatchObject({
      storedLines: 0,
      knownLines: 30,
      visitLines: 30,
      visitTotalFen: totalOf(lines),
    });
    expect(await stored(visitId)).toEqual({
      ranges: [{ from: 1, until: 31 }],
      visitLines: 30,
      visitTotalFen: totalOf(lines),
    });
  });

  test('thousands of lines in one call, at most 10,000', async () => {
    const { visitId } = await admitted(client);
    const lines = bill(10_000).map((each) => ({
      ...each,
      unitPriceE4: 100,
      amountFen: each.quantityE4 / 10_000,
    }));
    expect(await upload(visitId, lines)).toMatchObject({
      storedLines: 10_000,
      visitTotalFen: totalOf(lines),
    });
    const { outcome } = await upload(visitId, bill(10_001));
    expect(outcome?.failure).toMatchObject({ code: 'CAT-TOO-MANY', values: { count: '10001' } });
  });

  test.each<[string, string, number[], ChargeLine[]]>([
    ['a line number twice', 'CAT-LINE-DUP', [2], [line(1), line(2), line(2)]],
    ['an unmapped item', 'CAT-UNMAPPED', [2], [line(1), line(2, { itemCode: 'NEW-1' })]],
    ['a day before the admission', 'CAT-DATE', [1], [line(1, { serviceDate: 20250531 })]],
    ['another amount than quantity × price', 'CAT-AMOUNT', [1], [line(1, { amountFen: 1 })]],
    ['a quantity of nothing', 'CAT-FORM', [1], [line(1, { quantityE4: 0, amountFen: 0 })]],
  ])('with %s is refused whole', async (_, code, lineNumbers, lines) => {
    const { visitId } = await charged(client, bill(2, 50));
    const before = await stored(visitId);
    const { outcome } = await upload(visitId, lines);
    expect(outcome?.state).toBe(OutcomeState.REFUSED);
    expect(outcome?.failure).toMatchObject({ code, lineNumbers });
    expect(await stored(visitId)).toEqual(before);
  });

  test('a stored line number with another content is refused', async () => {
    const { visitId } = await charged(client, bill(3));
    const { outcome } = await upload(visitId, [line(2, { quantityE4: 10_000, amountFen: 102 }), line(9)]);
    expect(outcome?.failure).toMatchObject({ code: 'CAT-LINE-CHANGED', lineNumbers: [2] });
    expect((await stored(visitId)).visitLines).toBe(3);
  });

  test('a bill with an identity number in a text is refused, uploaded or settled', async () => {
    const { visitId } = await charged(client, bill(3));
    const named = line(9, { itemName: '患者 99999919590101007X 用药' });
    const carried = { ...named, itemName: `患者 ${IDENTITY} 用药` };
    expect((await upload(visitId, [named])).outcome?.state).toBe(OutcomeState.SETTLED);
    expect((await upload(visitId, [carried])).outcome?.failure?.code).toBe('FRM-IDENTITY');
    const settled = await call(client, 'settle', settleRequest({ visitId, lines: [carried], totalFen: 1 }));
    expect(settled.outcome?.failure?.code).toBe('FRM-IDENTITY');
  });

  test('returns take back at most what was charged, over all uploads', async () => {
    const given = line(1, { quantityE4: 30_000, unitPriceE4: 10_000, amountFen: 300 });
    const back = (lineNumber: number, boxes: number) =>
      line(lineNumber, {
        quantityE4: -boxes * 10_000,
        unitPriceE4: 10_000,
        amountFen: -boxes * 100,
      });
    const { visitId } = await charged(client, [given]);
    expect((await upload(visitId, [back(2, 2)])).visitTotalFen).toBe(100);
    const { outcome } = await upload(visitId, [back(3, 2)]);
    expect(outcome?.failure).toMatchObject({ code: 'CAT-RETURN' });
    expect((await upload(visitId, [back(4, 1), line(5)])).visitTotalFen).toBe(line(5).amountFen);
    // What was given can't be withdrawn from under its returns.
    expect((await withdraw(visitId, [1])).outcome?.failure?.code).toBe('CAT-RETURN');
  });
});

describe('withdrawing charges', () => {
  test('some, then all; the line numbers are free again', async () => {
    const lines = bill(6);
    const { visitId } = await charged(client, lines);
    const some = await withdraw(visitId, [2, 3]);
    expect(some).toMatchObject({ visitLines: 4, visitTotalFen: totalOf(lines) - totalOf(lines.slice(1, 3)) });
    expect((await stored(visitId)).ranges).toEqual([
      { from: 1, until: 2 },
      { from: 4, until: 7 },
    ]);
    const changed = line(2, { quantityE4: 50_000, amountFen: 510 });
    expect((await upload(visitId, [changed])).visitTotalFen).toBe(some.visitTotalFen + 510);
    expect((await withdraw(visitId, [99])).outcome?.failure).toMatchObject({
      code: 'CAT-LINE-UNKNOWN',
      lineNumbers: [99],
    });
    expect(await withdraw(visitId, [])).toMatchObject({ visitLines: 0, visitTotalFen: 0 });
    expect(await call(client, 'getVisit', { visitId })).toMatchObject({ state: 'ADMITTED', lineCount: 0 });
  });
});

describe('an unmapped item', () => {
  test('is queued with its name, mapped, and its refused upload passes', async () => {
    const { visitId } = await admitted(client);
    const itemCode = unique('NEW');
    const lines = [
      line(1),
      line(2, { itemCode, itemName: '新耗材' }),
      line(3, { itemCode, itemName: '新耗材' }),
    ];
    expect((await upload(visitId, lines)).outcome?.failure?.code).toBe('CAT-UNMAPPED');
    const queue = await call(client, 'listUnmappedItems', { pageSize: 0, pageToken: '' });
    expect(queue.items.find((item) => item.itemCode === itemCode)).toMatchObject({
      itemName: '新耗材',
      seenLines: 2,
    });
    const wrong = await call(client, 'mapItems', {
      idempotencyKey: unique('map'),
      mappings: [
        { itemCode, nationalCode: 'NO-SUCH-CODE', selfPaidReason: '', validFrom: 20250101, categoryCode: '' },
      ],
    });
    expect(wrong.outcome?.failure).toMatchObject({ code: 'CAT-MAPPING' });
    const request = {
      idempotencyKey: unique('map'),
      mappings: [
        { itemCode, nationalCode: '', selfPaidReason: '无国家编码', validFrom: 20250101, categoryCode: '08' },
      ],
    };
    const mapped = await call(client, 'mapItems', request);
    expect(mapped).toMatchObject({ mapped: 1, visitsToRerun: [visitId] });
    expect(await call(client, 'mapItems', request)).toEqual(mapped);
    expect((await upload(visitId, lines)).outcome?.state).toBe(OutcomeState.SETTLED);
    const visit = await call(client, 'getVisit', { visitId });
    expect(visit.categories.find((row) => row.code === '08')).toMatchObject({
      totalFen: line(2).amountFen + line(3).amountFen,
      selfPaidFen: line(2).amountFen + line(3).amountFen,
    });
    const left = await call(client, 'listUnmappedItems', { pageSize: 0, pageToken: '' });
    expect(left.items.some((item) => item.itemCode === itemCode)).toBe(false);
  });
});

describe('settling', () => {
  const outpatient = () =>
    admitted(client, { terms: { ...admission().terms, kind: VisitKind.OUTPATIENT } as never });

  test('with charges and discharge in the same call, beside charges uploaded before', async () => {
    const { visitId } = await charged(client, bill(5));
    const lines = bill(10);
    const answer = await call(
      client,
      'settle',
      settleRequest({
        visitId,
        lines,
        totalFen: totalOf(lines),
        dischargeDate: 20250610,
        dischargeDiagnosisCode: 'C34.9',
      }),
    );
    expect(answer.outcome?.failure).toBeUndefined();
    expect(answer.settlement?.totalFen).toBe(totalOf(lines));
    expect(await call(client, 'getVisit', { visitId })).toMatchObject({
      state: 'SETTLED',
      dischargeDate: 20250610,
      totalFen: totalOf(lines),
      settlementId: answer.settlement?.settlementId,
    });
    const again = await call(client, 'admit', admission({ personToken: unique('person') }));
    expect(again.outcome?.state).toBe(OutcomeState.SETTLED);
  });

  test('the stored bill is the bytes that arrived', async () => {
    const { visitId } = await outpatient();
    const lines = bill(3);
    const request = settleRequest({ visitId, lines, totalFen: totalOf(lines) });
    const { settlement } = await call(client, 'settle', request);
    const { SettleRequest } = await import('@yijie/contracts/treatment');
    const { rows } = await fixture.database.query<{ bytes: Buffer }>(
      'SELECT bytes FROM settlement_bill WHERE command_id = $1',
      [Buffer.from((settlement?.settlementId ?? '').replaceAll('-', ''), 'hex')],
    );
    expect(rows[0]?.bytes).toEqual(Buffer.from(SettleRequest.encode(request).finish()));
  });

  test('the bill is told line by line, whether its lines came before the settlement or with it', async () => {
    const { visitId } = await call(client, 'admit', admission());
    const lines = bill(2_500);
    const uploaded = lines.slice(0, 2_000);
    await call(client, 'uploadCharges', { idempotencyKey: unique('u'), visitId, lines: uploaded });
    await call(client, 'withdrawCharges', { idempotencyKey: unique('w'), visitId, lineNumbers: [7] });
    const rest = lines.slice(2_000);
    const kept = lines.filter(({ lineNumber }) => lineNumber !== 7);
    const discharge = { dischargeDate: 20250610, dischargeDiagnosisCode: 'C34.9' };
    const request = settleRequest({ visitId, lines: rest, totalFen: totalOf(kept), ...discharge });
    const { settlement, outcome } = await call(client, 'settle', request);
    expect(outcome?.failure).toBeUndefined();
    const settlementId = settlement?.settlementId ?? '';
    const told: typeof lines = [];
    let afterLine = 0;
    do {
      const page = await call(client, 'listBillLines', { settlementId, afterLine });
      told.push(...page.lines);
      afterLine = page.nextAfterLine;
    } while (afterLine !== 0);
    expect(told).toEqual(kept);
    const another = { settlementId: unique('settlement'), afterLine: 0 };
    await expect(call(client, 'listBillLines', another)).rejects.toThrow('STL-NOTFOUND');
  });

  test('with another total is refused with both values', async () => {
    const stay = await outpatient();
    const lines = bill(3);
    const answer = await call(
      client,
      'settle',
      settleRequest({ visitId: stay.visitId, lines, totalFen: totalOf(lines) + 1 }),
    );
    expect(answer.outcome?.failure).toMatchObject({
      code: 'STL-SUM',
      values: { statedFen: String(totalOf(lines) + 1), countedFen: String(totalOf(lines)) },
    });
    const right = await settle(client, { ...stay, totalFen: 1 });
    expect(right.outcome?.failure?.code).toBe('STL-NOLINES');
  });

  test('a discharge whose count or total differs is refused', async () => {
    const stay = await charged(client, bill(4));
    const request = {
      idempotencyKey: unique('discharge'),
      visitId: stay.visitId,
      dischargeDate: 20250610,
      dischargeDiagnosisCode: 'C34.9',
      lineCount: 3,
      totalFen: stay.totalFen,
    };
    const refused = await call(client, 'discharge', request);
    expect(refused.outcome?.failure).toMatchObject({
      code: 'STL-SUM',
      values: { statedLines: '3', countedLines: '4' },
    });
    // Nothing was kept of it: the same key may bring the right count.
    const corrected = await call(client, 'discharge', { ...request, lineCount: 4 });
    expect(corrected.outcome?.state).toBe(OutcomeState.SETTLED);
  });
});

describe('admission', () => {
  test('a person is in one stay at a time, and a number in one open stay', async () => {
    const personToken = unique('person');
    const localAdmissionNumber = unique('number');
    await admitted(client, { personToken, localAdmissionNumber });
    const codeOf = async (changes: Parameters<typeof admission>[0]) =>
      (await call(client, 'admit', admission(changes))).outcome?.failure?.code;
    expect(await codeOf({ personToken })).toBe('VST-OPENHERE');
    expect(await codeOf({ localAdmissionNumber })).toBe('VST-NUMBER');
    expect(await codeOf({ homePool: '410100' })).toBe('HOME-POOL');
    expect(await codeOf({ homePool: 'x' })).toBe('FRM-REGION');
    expect(await codeOf({ personToken: '' })).toBe('FRM-REQUIRED');
    expect(await codeOf({ department: '11010519491231002X' })).toBe('FRM-IDENTITY');
    expect(await codeOf({ terms: { ...admission().terms, admissionDate: 20251301 } as never })).toBe(
      'FRM-DATE',
    );
  });

  test('twenty admissions of a person at once make one stay', async () => {
    const personToken = unique('person');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(client, 'admit', admission({ personToken }))),
    );
    expect(answers.filter((answer) => answer.outcome?.state === OutcomeState.SETTLED)).toHaveLength(1);
    expect(await fixture.count('visit', `person_token = '${personToken}'`)).toBe(1);
  });
});

test('the slip shows the person, whose name is stored encrypted', async () => {
  const stay = await admitted(client, {
    personOnSlip: {
      name: '测试乙甲',
      certificateNumber: '999999190001019990',
      gender: '女',
      birthDate: 19590101,
    },
  });
  const lines = bill(4);
  const { settlement } = await call(
    client,
    'settle',
    settleRequest({
      visitId: stay.visitId,
      lines,
      totalFen: totalOf(lines),
      dischargeDate: 20250610,
      dischargeDiagnosisCode: 'C34.9',
    }),
  );
  const slip = await call(client, 'getSlip', {
    settlementId: settlement?.settlementId ?? '',
    withExplanation: true,
    remarks: ['试运行'],
  });
  expect(slip.text).toContain('测试乙甲');
  expect(slip.text).toContain('起付标准');
  expect(slip.text).toContain('试运行');
  expect(slip.settlement).toEqual(settlement);
  const { rows } = await fixture.database.query<{ identity: Buffer }>(
    'SELECT slip_identity AS identity FROM visit WHERE visit_id = $1',
    [Buffer.from(stay.visitId.replaceAll('-', ''), 'hex')],
  );
  expect(rows[0]?.identity.length).toBeGreaterThan(0);
  expect(rows[0]?.identity.toString('utf8')).not.toContain('测试乙甲');
});

test('an institution lists its own settlements, newest first, page by page', async () => {
  const ids: string[] = [];
  const listed: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const lines = bill(1);
    const { visitId } = await admitted(client, {
      terms: { ...admission().terms, kind: VisitKind.OUTPATIENT } as never,
    });
    const { settlement } = await call(
      client,
      'settle',
      settleRequest({ visitId, lines, totalFen: totalOf(lines) }),
    );
    ids.unshift(settlement?.settlementId ?? '');
  }
  let pageToken = '';
  for (let page = 0; page < 2; page += 1) {
    const answer = await call(client, 'listSettlements', {
      pageSize: 2,
      pageToken,
      fromDate: 0,
      untilDate: 0,
    });
    listed.push(...answer.settlements.map((each) => each.settlementId));
    pageToken = answer.nextPageToken;
  }
  expect(listed.slice(0, 3)).toEqual(ids);
  const nothing = await call(client, 'listSettlements', {
    pageSize: 0,
    pageToken: '',
    fromDate: 0,
    untilDate: 20250101,
  });
  expect(nothing).toEqual({ settlements: [], nextPageToken: '' });
});
