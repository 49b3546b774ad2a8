import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NO_FUNDS, nextPeriod, type Period } from '@yijie/clearing';
import { EXAMPLE_PERIOD, exampleMarch, exampleRows } from '@yijie/clearing/worked-example';
import { fen } from '@yijie/money';
import {
  confirmedRuns,
  longId,
  person,
  placeRows,
  type RunFixture,
  startRunFixture,
  withLongIds,
} from '../../test/run-fixture.ts';
import { deductionsOfRun } from '../repositories/deductions/deductions.ts';
import { loadRun } from '../repositories/runs/runs.ts';
import { answerCheck, askCheck } from './deductions/check-stay.ts';
import { answerDispute, raiseDispute } from './deductions/dispute-row.ts';
import { decideObjection, objectToDeduction, recordDeduction } from './deductions/record-deduction.ts';
import { cutRun } from './runs/cut-run.ts';
import { generateRuns } from './runs/generate-runs.ts';

const OWNERS = ['CN', '110000', '220000', '440000'];
const PARTIES = [
  '110000',
  '220000',
  '440000',
  '110000P',
  '220000P',
  '440000P',
  '220100',
  '220200',
  '440100',
  '440300',
];
const APRIL = nextPeriod(EXAMPLE_PERIOD);
const [clerk, other, hospital] = ['clerk', 'other', 'hospital'].map(person) as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
];

let fixture: RunFixture;
beforeAll(async () => {
  fixture = await startRunFixture(OWNERS, PARTIES);
  const { S0, S1, S2, S3 } = exampleRows;
  await placeRows(fixture.database, withLongIds([S0]), 202602 as Period);
  await placeRows(
    fixture.database,
    withLongIds(exampleMarch.filter((row) => row.kind === 'settlement')),
    EXAMPLE_PERIOD,
  );
  expect([S1, S2, S3].every(({ kind }) => kind === 'settlement')).toBe(true);
  await confirmedRuns(fixture, [202602 as Period]);
  await fixture.on('2026-04-13');
}, 60_000);
afterAll(() => fixture?.close());

const deduct = (deductId: string, name: string, yuan: number, fund = 'poolFundFen') =>
  recordDeduction(
    fixture.desk,
    {
      deductId,
      settlementId: longId(name),
      funds: { ...NO_FUNDS, [fund]: fen(yuan * 100) },
      reason: 'OVER_PRICE',
      reasonText: '超标准收费',
      source: 'SPOT',
      evidenceNo: 'E1',
    },
    clerk,
  );
const booked = async (period: Period) =>
  (await deductionsOfRun(fixture.database, 'CN', period)).map(({ deductId, funds }) => [
    deductId,
    funds.poolFundFen / 100,
  ]);
const periodOf = async (name: string) =>
  (
    await fixture.database.query<{ p: number }>(
      'SELECT national_period AS p FROM cleared_row WHERE settlement_id = $1',
      [Buffer.from(longId(name), 'hex')],
    )
  ).rows[0]?.p;

test('never more than the settlement claims of the fund, over all deductions of it', async () => {
  expect(await deduct('A1', 'S1', 20_000)).toMatchObject({ ok: true });
  expect(await deduct('A1', 'S1', 20_000)).toMatchObject({ ok: true, deduction: { deductId: 'A1' } });
  expect(await deduct('A2', 'S1', 10_000.01)).toMatchObject({ code: 'CLR-DED-BOUND' });
  expect(await deduct('A2', 'S1', 1, 'medicalAidFen')).toMatchObject({ code: 'CLR-DED-BOUND' });
  expect(await deduct('A3', 'S9', 1)).toMatchObject({ code: 'CLR-ROW' });
});

test('a check request: of a large stay of one’s own people alone, answered once', async () => {
  const ask = (checkId: string, name: string, party: string) =>
    askCheck(fixture.desk, { checkId, settlementId: longId(name), party, question: '费用异常' }, clerk);
  expect(await ask('C1', 'S3', '440100')).toMatchObject({ code: 'CLR-COST-KIND' });
  expect(await ask('C1', 'S2', '220200')).toMatchObject({ code: 'CLR-COST-MIN' });
  expect(await ask('C1', 'S1', '440100')).toMatchObject({ code: 'CLR-ROW' });
  expect(await ask('C1', 'S1', '220100')).toMatchObject({ ok: true, check: { dueOn: '2026-05-26' } });
  const answer = () => answerCheck(fixture.desk, { checkId: 'C1', answer: '属实' }, other);
  expect(await answer()).toMatchObject({ ok: true });
  expect(await answer()).toMatchObject({ code: 'CLR-COST-STATE' });
});

test('an open objection at the cut carries the row; a dispute takes its row out of a run not yet confirmed', async () => {
  const { desk, database } = fixture;
  await deduct('B1', 'S2', 500);
  const object = (deductId: string) => objectToDeduction(desk, { deductId, reason: '不同意' }, hospital);
  expect(await object('B1')).toMatchObject({ ok: true, deduction: { objectionState: 'OPEN' } });
  await fixture.on('2026-04-20');
  for (const owner of OWNERS)
    expect(await cutRun(desk, owner, EXAMPLE_PERIOD, clerk)).toMatchObject({ ok: true });
  expect(await booked(EXAMPLE_PERIOD)).toEqual([['A1', 20_000]]);
  expect(await periodOf('S2')).toBe(APRIL);

  await fixture.on('2026-04-21');
  expect(await object('A1')).toMatchObject({ code: 'CLR-OBJ-LATE' });
  const generate = () => generateRuns(desk, { owners: OWNERS, period: EXAMPLE_PERIOD, dryRun: false }, clerk);
  expect(await generate()).toMatchObject({ ok: true });
  const form = {
    disputeId: 'X1',
    settlementId: longId('S1'),
    deductId: 'A1',
    party: '220000',
    reason: '重复扣款',
  };
  expect(await raiseDispute(desk, form, other)).toMatchObject({ ok: true, rowCarried: true });
  expect(await periodOf('S1')).toBe(APRIL);
  expect((await loadRun(database, 'CN', EXAMPLE_PERIOD))?.isStale).toBe(true);
  expect(await generate()).toMatchObject({ ok: true });
  const answer = (event: 'accept' | 'escalate' | 'decide', who = clerk) =>
    answerDispute(desk, { disputeId: 'X1', event, words: '核实', stands: true }, who);
  expect(await answer('decide')).toMatchObject({ code: 'CLR-DSP-STATE' });
  expect(await answer('accept', other)).toMatchObject({ code: 'CLR-FOUREYES' });
  expect(await answer('escalate')).toMatchObject({ ok: true, dispute: { level: 'PROVINCE' } });
  expect(await answer('decide')).toMatchObject({ ok: true, dispute: { state: 'DECIDED' } });
});

test('decided objections and a refund: the next run books one, drops the other and takes back the third', async () => {
  const { desk, database } = fixture;
  const decide = (upheld: boolean, who = other) =>
    decideObjection(desk, { deductId: 'B1', upheld, reason: '复核' }, who);
  expect(await decide(true, clerk)).toMatchObject({ code: 'CLR-FOUREYES' });
  expect(await decide(false)).toMatchObject({ ok: true, deduction: { objectionState: 'REJECTED' } });
  await confirmedRuns(fixture, [EXAMPLE_PERIOD], 'cut');
  const { S1 } = exampleRows;
  const refund = { ...S1, settlementId: 'R1', originalId: 'S1', kind: 'refund' as const };
  const negative = {
    ...refund,
    settledPeriod: APRIL,
    medicalFen: fen(-S1.medicalFen),
    clearing: Object.fromEntries(Object.entries(S1.clearing).map(([name, amount]) => [name, -amount])),
    personalCashFen: fen(-S1.personalCashFen),
  } as unknown as typeof S1;
  await placeRows(database, withLongIds([negative]), APRIL);
  await fixture.on('2026-05-20');
  for (const owner of OWNERS) expect(await cutRun(desk, owner, APRIL, clerk)).toMatchObject({ ok: true });
  expect(await booked(APRIL)).toEqual([
    ['A1', 20_000],
    ['A1-R', -20_000],
    ['B1', 500],
  ]);
  await fixture.on('2026-05-21');
  const made = await generateRuns(desk, { owners: OWNERS, period: APRIL, dryRun: false }, clerk);
  expect(made).toMatchObject({ ok: true });
});
