import { describe, expect, test } from '@jest/globals';
import { localDate } from '@yijie/calendar';
import { type Fen, fen } from '@yijie/money';
import {
  answerCheckRequest,
  applyDisputeCommand,
  carriedByObjection,
  checkR20,
  type DeductibleSettlement,
  type Deduction,
  type Dispute,
  decideDeduction,
  defaultParameters,
  effectOfDispute,
  isDisputeOpen,
  NO_FUNDS,
  openCheckRequest,
  period,
  RAISED_DISPUTE,
  raiseObjection,
  takeBackDeductions,
} from '../src/index.ts';
import { exampleDeduction, exampleRows } from '../src/worked-example/worked-example.ts';

const pool = (amount: number) => ({ ...NO_FUNDS, poolFundFen: amount as Fen });

describe('a deduction', () => {
  const settlement: DeductibleSettlement = {
    clearing: exampleRows.S1.clearing,
    deducted: pool(150_000),
    isCleared: false,
    year: 2026,
    isYearClosed: false,
  };
  test.each<[string, typeof NO_FUNDS, Partial<DeductibleSettlement>, string]>([
    ['before the run is confirmed', pool(100), {}, 'A'],
    ['after it', pool(100), { isCleared: true }, 'B'],
    ['of all that is left', pool(2_850_000), {}, 'A'],
    ['one fen more', pool(2_850_001), {}, 'CLR-DED-BOUND'],
    ['of a fund without a claim', { ...NO_FUNDS, medicalAidFen: fen(1) }, {}, 'CLR-DED-BOUND'],
    ['of nothing', NO_FUNDS, {}, 'CLR-DED-NONE'],
    ['with a negative fund', { ...pool(2), largeAmountFen: fen(-1) }, {}, 'CLR-DED-NONE'],
    ['of a refunded settlement', pool(1), { refundId: 'S9' }, 'CLR-DED-REFUNDED'],
    ['of a closed year', pool(1), { isYearClosed: true }, 'CLR-YE-CLOSED'],
  ])('%s', (_, funds, change, expected) => {
    const reply = decideDeduction(funds, { ...settlement, ...change });
    expect(reply.ok ? reply.stage : reply.code).toBe(expected);
  });
});

describe('the refund of a deducted settlement', () => {
  const APRIL = period(202604);
  const refund = {
    settledAt: exampleRows.S6.settledAt,
    settledPeriod: period(202603),
    period: APRIL,
  };
  const stageA = exampleDeduction;
  const stageB: Deduction = {
    ...exampleDeduction,
    deductId: 'D2',
    stage: 'B',
    funds: pool(70_000),
    period: APRIL,
  };

  test('takes back what another period booked as stage B of that period', () => {
    expect(takeBackDeductions(refund, [stageA])).toEqual([
      {
        ...stageA,
        deductId: 'D1-R',
        takesBack: 'D1',
        settledAt: refund.settledAt,
        funds: { ...pool(-150_000) },
        stage: 'B',
        origPeriod: 202603,
        period: APRIL,
      },
    ]);
  });

  test('takes back what its own run books with stage and original period of that', () => {
    const [negative] = takeBackDeductions(refund, [stageB]);
    expect(negative).toMatchObject({ deductId: 'D2-R', stage: 'B', origPeriod: 202603, period: APRIL });
    const sameRun = takeBackDeductions({ ...refund, period: period(202603) }, [stageA]);
    expect(sameRun[0]).toMatchObject({ stage: 'A', origPeriod: 202603, period: 202603 });
  });

  test('leaves no deduction of the settlement, and takes nothing back twice', () => {
    const negatives = takeBackDeductions(refund, [stageA, stageB]);
    const deductions = [stageA, stageB, ...negatives].map(({ funds }) => funds);
    expect(checkR20([{ settlementId: 'S1', clearing: NO_FUNDS, deductions }])).toEqual([]);
    expect(takeBackDeductions(refund, [stageA, stageB, ...negatives])).toEqual([]);
  });
});

describe('objection and dispute', () => {
  test('a hospital objects within five working days; May Day doesn’t count', () => {
    const raise = (day: string) => raiseObjection(localDate('2026-04-30'), localDate(day), defaultParameters);
    expect(raise('2026-05-11')).toEqual({ ok: true, until: '2026-05-11' });
    expect(raise('2026-05-12')).toMatchObject({ code: 'CLR-OBJ-LATE', values: { date: '2026-05-11' } });
  });

  test('undecided at the cut it holds the row back in stage A, the deduction alone in stage B', () => {
    expect([carriedByObjection('A'), carriedByObjection('B')]).toEqual(['ROW', 'DEDUCTION']);
  });

  const walk = (...events: ('accept' | 'reject' | 'escalate' | 'decide')[]): Dispute | string =>
    events.reduce<Dispute | string>((dispute, event) => {
      if (typeof dispute === 'string') return dispute;
      const reply = applyDisputeCommand(dispute, { event, reason: '依据', stands: false });
      return reply.ok ? reply.dispute : reply.code;
    }, RAISED_DISPUTE);

  test.each([
    [['accept'], { state: 'ACCEPTED', level: 'POOL', stands: false }],
    [['reject'], { state: 'REJECTED', level: 'POOL', stands: true }],
    [['escalate'], { state: 'ESCALATED', level: 'PROVINCE' }],
    [['escalate', 'escalate', 'decide'], { state: 'DECIDED', level: 'NATIONAL', stands: false }],
  ] as const)('%j', (events, expected) => {
    expect(walk(...events)).toMatchObject(expected);
  });

  test.each([
    [['decide'], 'CLR-DSP-STATE'],
    [['accept', 'escalate'], 'CLR-DSP-STATE'],
    [['escalate', 'accept'], 'CLR-DSP-STATE'],
    [['escalate', 'escalate', 'escalate'], 'CLR-DSP-LEVEL'],
  ] as const)('%j is refused', (events, code) => {
    expect(walk(...events)).toBe(code);
  });

  test('needs a reason, and holds back only while it is open and the run isn’t confirmed', () => {
    expect(applyDisputeCommand(RAISED_DISPUTE, { event: 'accept', reason: ' ' })).toMatchObject({
      code: 'CLR-REASON',
    });
    expect([isDisputeOpen(RAISED_DISPUTE), isDisputeOpen({ state: 'DECIDED', level: 'NATIONAL' })]).toEqual([
      true,
      false,
    ]);
    expect([effectOfDispute('SIGNING'), effectOfDispute('CONFIRMED')]).toEqual([
      'CARRY_ROW',
      'CORRECT_NEXT_PERIOD',
    ]);
  });
});

describe('a check request', () => {
  const stay = {
    visitKind: 'inpatient',
    homePool: '220100',
    treatmentPool: '110000',
    totalFen: fen(3_000_001),
  } as const;
  test.each<[string, Partial<Parameters<typeof openCheckRequest>[0]>, string]>([
    ['one fen above the threshold', {}, '2026-05-26'],
    ['at the threshold', { totalFen: fen(3_000_000) }, 'CLR-COST-MIN'],
    ['outpatient', { visitKind: 'outpatient' }, 'CLR-COST-KIND'],
    ['within the province', { treatmentPool: '220200' }, 'CLR-COST-KIND'],
  ])('%s', (_, change, expected) => {
    const reply = openCheckRequest({ ...stay, ...change }, localDate('2026-04-30'), defaultParameters);
    expect(reply.ok ? reply.answerBy : reply.code).toBe(expected);
  });

  test.each([
    ['2026-05-26', true, 'DEDUCTED', true],
    ['2026-05-27', false, 'NO_FINDING', false],
  ] as const)('answered on %s', (answeredOn, found, state, inTime) => {
    const answer = { found, answeredOn: localDate(answeredOn), answerBy: localDate('2026-05-26') };
    expect(answerCheckRequest('ASKED', answer)).toEqual({ ok: true, state, inTime });
    expect(answerCheckRequest(state, answer)).toMatchObject({ code: 'CLR-COST-STATE' });
  });
});
