import { describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { describeFailure } from '@yijie/errors';
import { command, context, record, TODAY } from '../../test/registry.ts';
import { FILING_STATES, type FilingState } from '../contract.ts';
import { applyFilingEvent } from './apply-filing-event.ts';
import { dueEvent } from './due-event.ts';
import { defaultFilingParameters } from './filing-parameters.ts';
import { FILING_EVENTS, type FilingCommand, type FilingEvent, type FilingRecord } from './filing-record.ts';

/** The state that follows each event in each state, for a filing on which every guard passes; "-" is FIL-STATE. */
const MATRIX: Readonly<Record<FilingState, Readonly<Partial<Record<FilingEvent, FilingState>>>>> = {
  REQUESTED: {
    'ask-material': 'SUPPLEMENT',
    approve: 'EFFECTIVE',
    reject: 'REJECTED',
    withdraw: 'CANCELLED',
    'enrolment-ended': 'CANCELLED',
  },
  SUPPLEMENT: {
    supply: 'REQUESTED',
    'supplement-timeout': 'REJECTED',
    withdraw: 'CANCELLED',
    'enrolment-ended': 'CANCELLED',
  },
  SCHEDULED: { start: 'EFFECTIVE', withdraw: 'CANCELLED', 'enrolment-ended': 'CANCELLED' },
  EFFECTIVE: {
    change: 'CHANGED',
    cancel: 'CANCELLED',
    expire: 'EXPIRED',
    'enrolment-ended': 'CANCELLED',
    renew: 'EFFECTIVE',
    'proof-supplied': 'EFFECTIVE',
    'proof-overdue': 'CANCELLED',
  },
  REJECTED: {},
  CANCELLED: {},
  CHANGED: {},
  EXPIRED: { renew: 'EXPIRED' },
};

/** In which every guard of the event passes. */
function ready(state: FilingState, event: FilingEvent): FilingRecord {
  return record({
    state,
    until: event === 'expire' ? TODAY : localDate('2025-08-01'),
    proof: event.startsWith('proof') ? 'PENDING' : 'NONE',
    proofDueOn: localDate('2025-07-14'),
    supplementDueOn: localDate('2025-07-14'),
  });
}

const PAIRS = FILING_STATES.flatMap((state) => FILING_EVENTS.map((event) => [state, event] as const));

function apply(filing: FilingRecord, event: FilingCommand, change: Parameters<typeof context>[0] = {}) {
  return applyFilingEvent(filing, event, context({ held: [filing], ...change }));
}

function next(
  filing: FilingRecord,
  event: FilingCommand,
  change: Parameters<typeof context>[0] = {},
): readonly FilingRecord[] {
  const result = apply(filing, event, change);
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.rows;
}

function code(
  filing: FilingRecord,
  event: FilingCommand,
  change: Parameters<typeof context>[0] = {},
): string {
  const result = apply(filing, event, change);
  return result.ok ? `${result.rows[0]?.state}` : result.code;
}

describe('every event in every state', () => {
  test.each(PAIRS)('%s, %s', (state, event) => {
    const filing = ready(state, event);
    const result = apply(filing, command(event));
    const expected = MATRIX[state][event];
    if (expected === undefined) {
      expect(result).toEqual({ ok: false, code: 'FIL-STATE', values: { filingState: state, event } });
      return;
    }
    if (!result.ok) throw new Error(`refused: ${result.code}`);
    const [row] = result.rows;
    expect(row).toMatchObject({ filingId: 'F1', version: 2, state: expected });
    expect(result.transitions[0]).toEqual({
      filingId: 'F1',
      version: 2,
      from: state,
      to: expected,
      event,
      actor: 'clerk-7',
      at: context().now,
      reason: result.transitions[0]?.reason,
    });
    expect(result.transitions.map((line) => [line.filingId, line.version, line.to])).toEqual(
      result.rows.map((version) => [version.filingId, version.version, version.state]),
    );
  });

  test('the filing given is left as it was', () => {
    const filing = Object.freeze(record());
    for (const event of FILING_EVENTS) apply(filing, command(event));
    expect(filing).toEqual(record());
  });

  test('a refusal names state and event in words', () => {
    const result = apply(record({ state: 'REJECTED' }), { event: 'approve' });
    expect(describeFailure(result.ok ? '' : result.code, result.ok ? {} : result.values).messageZh).toBe(
      '备案当前状态（未通过）不允许这一操作（审核通过）。',
    );
  });
});

describe('review', () => {
  const requested = record({ state: 'REQUESTED', effectiveAt: undefined, from: TODAY });

  test.each([
    ['2025-07-15', '2025-07-17', 'a Tuesday'],
    ['2025-07-18', '2025-07-22', 'a Friday'],
    ['2025-09-30', '2025-10-10', 'the day before the National Day week'],
    ['2025-09-28', '2025-09-30', 'a Sunday that makes up for it'],
    ['2026-12-30', '', "the next year's holidays aren't published"],
  ])('supplied on %s, it is due on %s (%s)', (day, due) => {
    const [asked] = next(requested, { event: 'ask-material', missing: ['x'] });
    const today = localDate(day);
    expect(asked?.reviewDueOn).toBeUndefined();
    expect(next(asked!, { event: 'supply', evidence: [] }, { today })[0]?.reviewDueOn).toBe(
      due === '' ? undefined : due,
    );
  });

  test('a decision ends the review', () => {
    const due = { ...requested, reviewDueOn: TODAY };
    for (const event of ['approve', 'reject', 'withdraw', 'enrolment-ended'] as const)
      expect(next(due, command(event))[0]?.reviewDueOn).toBeUndefined();
  });

  test('asking for material stops the clock with one complete list and a last day', () => {
    const [asked] = next(requested, { event: 'ask-material', missing: ['referral-document'] });
    expect(asked).toMatchObject({ missing: ['referral-document'], supplementDueOn: '2025-07-30' });
    expect(next(asked!, { event: 'supply', evidence: ['referral-document'] })[0]).toMatchObject({
      state: 'REQUESTED',
      missing: undefined,
      supplementDueOn: undefined,
    });
    expect(code(requested, { event: 'ask-material', missing: [] })).toBe('FRM-REQUIRED');
  });

  test.each([
    ['2025-07-30', 'FIL-STATE'],
    ['2025-07-31', 'REJECTED'],
  ])('silence until %s: %s', (day, expected) => {
    const [asked] = next(requested, { event: 'ask-material', missing: ['x'] });
    const today = localDate(day);
    expect(code(asked!, { event: 'supplement-timeout' }, { today })).toBe(expected);
    expect(dueEvent(asked!, today)).toBe(expected === 'REJECTED' ? 'supplement-timeout' : undefined);
  });

  test('a rejection needs its reason and keeps it', () => {
    expect(code(requested, { event: 'reject', reasonCode: '' })).toBe('FRM-REQUIRED');
    const [rejected] = next(requested, { event: 'reject', reasonCode: 'R07' });
    expect(rejected).toMatchObject({ reasonCode: 'R07', decidedBy: 'clerk-7', decidedAt: context().now });
  });

  test.each([
    ['2025-07-14', 'EFFECTIVE'],
    ['2025-07-15', 'EFFECTIVE'],
    ['2025-07-16', 'SCHEDULED'],
  ])('approved on 2025-07-15 with its start on %s it is %s', (from, state) => {
    const [approved] = next({ ...requested, from: localDate(from) }, { event: 'approve' });
    expect(approved).toMatchObject({ state, decidedBy: 'clerk-7' });
    expect(approved?.effectiveAt).toBe(state === 'EFFECTIVE' ? context().now : undefined);
  });

  test('it is not approved when another channel has made the same filing meanwhile', () => {
    const other = record({ filingId: 'F2', channel: 'COUNTER', until: undefined, type: 'LT_WORKER' });
    const result = apply(requested, { event: 'approve' }, { held: [requested, other] });
    expect(result).toMatchObject({
      ok: false,
      code: 'FIL-DUP',
      values: { filingId: 'F2', channel: 'COUNTER', lastDay: 'open-ended' },
    });
    expect(
      code(requested, { event: 'approve' }, { held: [requested, { ...other, state: 'CANCELLED' }] }),
    ).toBe('EFFECTIVE');
  });

  test('a withdrawn request never was effective', () => {
    const [withdrawn] = next(record({ state: 'SCHEDULED', effectiveAt: undefined }), { event: 'withdraw' });
    expect(withdrawn).toMatchObject({ state: 'CANCELLED', effectiveAt: undefined });
  });
});

describe('start and end', () => {
  const scheduled = record({ state: 'SCHEDULED', effectiveAt: undefined, from: TODAY });

  test.each([
    ['2025-07-14', 'FIL-STATE'],
    ['2025-07-15', 'EFFECTIVE'],
    ['2025-07-20', 'EFFECTIVE'],
  ])('a filing from 2025-07-15, timer on %s: %s, in force from 00:00 of its first day', (day, expected) => {
    const today = localDate(day);
    expect(code(scheduled, { event: 'start' }, { today })).toBe(expected);
    expect(dueEvent(scheduled, today)).toBe(expected === 'EFFECTIVE' ? 'start' : undefined);
    if (expected === 'EFFECTIVE') {
      expect(next(scheduled, { event: 'start' }, { today })[0]?.effectiveAt).toBe(startOfDay(TODAY));
    }
  });

  test.each([
    ['2025-07-31', 'FIL-STATE', undefined],
    ['2025-08-01', 'EXPIRED', 'expire'],
  ])('a filing to 2025-07-31, timer on %s: %s', (day, expected, due) => {
    const today = localDate(day);
    expect(code(record(), { event: 'expire' }, { today })).toBe(expected);
    expect(dueEvent(record(), today)).toBe(due);
  });

  test('an open-ended filing does not expire', () => {
    const longTerm = record({ type: 'LT_WORKER', until: undefined });
    expect(code(longTerm, { event: 'expire' })).toBe('FIL-STATE');
    expect(dueEvent(longTerm, localDate('2099-01-01'))).toBeUndefined();
  });

  test('finished states owe nothing', () => {
    for (const state of ['REQUESTED', 'REJECTED', 'CANCELLED', 'CHANGED', 'EXPIRED'] as const) {
      expect(
        dueEvent(record({ state, proof: 'PENDING', proofDueOn: TODAY }), localDate('2099-01-01')),
      ).toBeUndefined();
    }
  });

  test('the day of a cancellation is the last day', () => {
    const [cancelled] = next(record(), { event: 'cancel', reasonCode: 'MOVED-HOME' });
    expect(cancelled).toMatchObject({ state: 'CANCELLED', until: '2025-07-16', reasonCode: 'MOVED-HOME' });
    const ended = record({ until: localDate('2025-07-10') });
    expect(next(ended, { event: 'cancel', reasonCode: 'X' })[0]?.until).toBe('2025-07-10');
  });

  test('the end of the enrolment ends the filing, with that reason', () => {
    expect(next(record(), { event: 'enrolment-ended' })[0]).toMatchObject({
      until: '2025-07-16',
      reasonCode: 'ENROLMENT',
    });
  });
});

describe('lock period', () => {
  const longTerm = record({
    type: 'LT_RESIDENT',
    until: undefined,
    proof: 'COMPLETE',
    lockedUntil: localDate('2025-08-01'),
  });
  const cancel: FilingCommand = { event: 'cancel', reasonCode: 'X' };

  test.each([
    ['2025-07-31', 'FIL-LOCKED'],
    ['2025-08-01', 'CANCELLED'],
  ])('on %s: %s', (day, expected) => {
    expect(code(longTerm, cancel, { today: localDate(day), used: true })).toBe(expected);
  });

  test('not before first use', () => {
    expect(code(longTerm, cancel, { used: false })).toBe('CANCELLED');
  });

  test.each([
    [24 * 3_600_000 - 1, 'CANCELLED'],
    [24 * 3_600_000, 'FIL-LOCKED'],
  ])('%i ms after it took effect: %s', (age, expected) => {
    const { now } = context();
    const fresh = { ...longTerm, effectiveAt: (now - age) as Instant };
    expect(code(fresh, cancel, { used: true })).toBe(expected);
  });
});

describe('change', () => {
  const moved: FilingCommand = {
    event: 'change',
    newFilingId: 'N1',
    targetRegion: '440300',
    evidence: ['residence-proof'],
  };
  const longTerm = record({ type: 'LT_RESIDENT', until: undefined, proof: 'COMPLETE' });

  test('ends the old filing today and makes a new one from today that names it', () => {
    const [old, made] = next(longTerm, moved);
    expect(old).toMatchObject({
      filingId: 'F1',
      version: 2,
      state: 'CHANGED',
      until: '2025-07-16',
      targetRegion: '440100',
    });
    expect(made).toMatchObject({
      filingId: 'N1',
      version: 1,
      state: 'EFFECTIVE',
      from: '2025-07-15',
      until: undefined,
      targetRegion: '440300',
      supersedesId: 'F1',
      proof: 'COMPLETE',
      lockedUntil: '2026-01-15',
    });
  });

  test.each<[string, Partial<FilingRecord>, FilingCommand, Parameters<typeof context>[0], string]>([
    ['an open stay', {}, moved, { openStay: true }, 'FIL-OPENSTAY'],
    ['a locked filing', { lockedUntil: localDate('2026-01-01') }, moved, { used: true }, 'FIL-LOCKED'],
    ['no proof for the new place', {}, { ...moved, evidence: [] }, {}, 'FIL-MATERIAL'],
    ['to the home region', {}, { ...moved, targetRegion: '430100' }, {}, 'FIL-TARGET'],
    ['to an emergency', {}, { ...moved, type: 'TM_EMERGENCY' }, {}, 'FIL-DEEMED'],
    ['of a deemed row', { type: 'TM_EMERGENCY' }, moved, {}, 'FIL-DEEMED'],
    [
      'a referral by commitment',
      {},
      { ...moved, type: 'TM_REFERRAL', byCommitment: true },
      {},
      'FIL-NOCOMMIT',
    ],
  ])('refused: %s', (_why, filing, event, change, expected) => {
    expect(code({ ...longTerm, ...filing }, event, change)).toBe(expected);
  });

  test('refused when the new region is covered by another filing', () => {
    const other = record({ filingId: 'F2', targetRegion: '440300' });
    expect(code(longTerm, moved, { held: [longTerm, other] })).toBe('FIL-DUP');
  });

  test('of the type only: the same region, the term of the new type', () => {
    const change: FilingCommand = {
      event: 'change',
      newFilingId: 'N1',
      type: 'TM_REFERRAL',
      evidence: ['referral-document'],
    };
    expect(next(record(), change)[1]).toMatchObject({
      type: 'TM_REFERRAL',
      targetRegion: '440100',
      until: '2026-01-15',
    });
  });

  test('of the region only: a temporary filing keeps its end', () => {
    expect(next(record(), { ...moved, evidence: [] } as FilingCommand)[1]).toMatchObject({
      type: 'TM_OTHER',
      until: '2025-08-01',
    });
  });
});

describe('renewal of a filing to 2025-07-31', () => {
  const renew = command('renew');

  test.each([
    ['2025-06-30', 'FIL-RENEWEARLY', undefined, undefined, undefined],
    ['2025-07-01', undefined, 'SCHEDULED', '2025-08-01', '2026-02-01'],
    ['2025-07-31', undefined, 'SCHEDULED', '2025-08-01', '2026-02-01'],
    ['2025-08-01', undefined, 'EFFECTIVE', '2025-08-01', '2026-02-01'],
    ['2025-08-02', undefined, 'EFFECTIVE', '2025-08-02', '2026-02-02'],
  ])('on %s: %s %s from %s until %s', (day, refusal, state, from, until) => {
    const filing = record();
    const result = apply(filing, renew, { today: localDate(day) });
    if (!result.ok) {
      expect([result.code, result.values]).toEqual([refusal, { renewFrom: '2025-07-01' }]);
      return;
    }
    expect(result.rows[0]).toEqual({ ...filing, version: 2 });
    expect(result.rows[1]).toMatchObject({ state, from, until, supersedesId: 'F1', filingId: 'N1' });
  });

  test('of an expired filing starts today', () => {
    expect(next(record({ state: 'EXPIRED' }), renew, { today: localDate('2025-12-01') })[1]).toMatchObject({
      state: 'EFFECTIVE',
      from: '2025-12-01',
    });
  });

  test('twice is a duplicate', () => {
    const filing = record();
    const [renewed, continued] = next(filing, renew);
    const again = apply(renewed!, renew, { held: [renewed!, continued!] });
    expect(again).toMatchObject({
      ok: false,
      code: 'FIL-DUP',
      values: { filingId: 'N1', lastDay: '2026-01-31' },
    });
  });

  test.each(['LT_WORKER', 'MATERNITY', 'TM_EMERGENCY'] as const)('%s is not renewed', (type) => {
    expect(code(record({ type }), renew)).toBe('FIL-NORENEW');
  });
});

describe('commitment', () => {
  const promised = record({
    type: 'LT_WORKER',
    until: undefined,
    byCommitment: true,
    proof: 'PENDING',
    proofDueOn: TODAY,
  });

  test('proof in time completes it', () => {
    const shown = { event: 'proof-supplied', evidence: ['work-proof'] } as const;
    expect(next(promised, shown)[0]).toMatchObject({
      proof: 'COMPLETE',
      proofDueOn: undefined,
      evidence: ['work-proof'],
      state: 'EFFECTIVE',
    });
    expect(code({ ...promised, proof: 'COMPLETE' }, shown)).toBe('FIL-STATE');
    expect(code(promised, { ...shown, evidence: ['referral-document'] })).toBe('FIL-MATERIAL');
    expect(code(promised, { ...shown, evidence: [] })).toBe('FIL-MATERIAL');
  });

  test.each([
    ['2025-07-15', 'FIL-STATE', undefined],
    ['2025-07-16', 'CANCELLED', 'proof-overdue'],
  ])('proof due on 2025-07-15, timer on %s: %s', (day, expected, due) => {
    const today = localDate(day);
    expect(code(promised, { event: 'proof-overdue' }, { today })).toBe(expected);
    expect(dueEvent(promised, today)).toBe(due);
  });

  test('overdue, it ends with its reason and a bar of 24 months', () => {
    const [ended] = next(promised, { event: 'proof-overdue' }, { today: localDate('2025-07-16') });
    expect(ended).toMatchObject({ reasonCode: 'PROOF', until: '2025-07-17', barredUntil: '2027-07-16' });
  });

  test('approved, the time for the proof counts from that day', () => {
    const requested = record({
      state: 'REQUESTED',
      effectiveAt: undefined,
      type: 'LT_WORKER',
      until: undefined,
      byCommitment: true,
      proof: 'PENDING',
      from: TODAY,
    });
    expect(next(requested, { event: 'approve' })[0]).toMatchObject({
      proofDueOn: '2026-01-11',
      lockedUntil: '2026-01-15',
    });
    const without = { ...defaultFilingParameters, longTermLockMonths: 0 };
    expect(next(requested, { event: 'approve' }, { parameters: without })[0]?.lockedUntil).toBeUndefined();
  });
});
