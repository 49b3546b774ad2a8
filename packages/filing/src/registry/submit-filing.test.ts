import { describe, expect, test } from '@jest/globals';
import { addDays, localDate } from '@yijie/calendar';
import { facts } from '../../test/facts.ts';
import { context, record, request, TODAY } from '../../test/registry.ts';
import { covers } from '../covers.ts';
import { decideEligibility } from '../decide-eligibility.ts';
import { deemFiling } from './deem-filing.ts';
import { defaultFilingParameters } from './filing-parameters.ts';
import type { FilingRecord } from './filing-record.ts';
import { type FilingRequest, submitFiling } from './submit-filing.ts';
import { defaultUntil } from './validity.ts';

function made(change: Partial<FilingRequest> = {}, ctx: Parameters<typeof context>[0] = {}): FilingRecord {
  const result = submitFiling(request(change), context(ctx));
  if (!result.ok) throw new Error(`refused: ${result.code}`);
  return result.rows[0] as FilingRecord;
}

function refused(change: Partial<FilingRequest> = {}, ctx: Parameters<typeof context>[0] = {}) {
  const result = submitFiling(request(change), context(ctx));
  return result.ok ? 'accepted' : result.code;
}

describe('submitFiling', () => {
  test('waits for review', () => {
    const result = submitFiling(request(), context());
    expect(result).toMatchObject({
      ok: true,
      rows: [{ filingId: 'N1', version: 1, state: 'REQUESTED' }],
      transitions: [{ filingId: 'N1', version: 1, to: 'REQUESTED', event: 'submit', actor: 'clerk-7' }],
    });
  });

  test('is effective at once by self-service, where the type allows it', () => {
    expect(made({ selfService: true })).toMatchObject({
      state: 'EFFECTIVE',
      effectiveAt: context().now,
      decidedBy: 'clerk-7',
    });
    const ahead = made({ selfService: true, from: addDays(TODAY, 1) });
    expect([ahead.state, ahead.effectiveAt]).toEqual(['SCHEDULED', undefined]);
    expect(made({ selfService: true, type: 'TM_REFERRAL', evidence: ['referral-document'] }).state).toBe(
      'REQUESTED',
    );
  });

  test.each<[Partial<FilingRequest>, string | undefined]>([
    [{ type: 'TM_OTHER' }, '2026-01-15'],
    [{ type: 'TM_REFERRAL', evidence: ['referral-document'] }, '2026-01-15'],
    [{ type: 'MATERNITY', evidence: ['maternity-handbook'] }, '2026-07-15'],
    [{ type: 'LT_WORKER', evidence: ['work-proof'] }, undefined],
    [{ type: 'LT_WORKER', byCommitment: true }, undefined],
    [{ type: 'TM_OTHER', until: localDate('2026-07-15') }, '2026-07-15'],
  ])('term %#', (change, until) => {
    expect(made(change).until).toBe(until);
  });

  test('a region may give commitments a term of their own', () => {
    const parameters = { ...defaultFilingParameters, commitmentValidity: 12 };
    expect(made({ type: 'LT_WORKER', byCommitment: true }, { parameters }).until).toBe('2026-07-15');
    expect(defaultUntil('TM_OTHER', false, localDate('2025-08-31'), parameters)).toBe('2026-02-28');
  });

  test.each<[Partial<FilingRequest>, string]>([
    [{ type: 'LT_RESIDENT', evidence: ['residence-proof'] }, 'COMPLETE'],
    [{ type: 'LT_RETIREE', evidence: ['work-proof'] }, 'COMPLETE'],
    [{ type: 'LT_RETIREE', byCommitment: true }, 'PENDING'],
    [{ type: 'LT_RETIREE', byCommitment: true, evidence: ['household-register'] }, 'COMPLETE'],
    [{ type: 'TM_OTHER' }, 'NONE'],
  ])('proof %#', (change, proof) => {
    expect(made({ ...change, selfService: true })).toMatchObject({
      proof,
      proofDueOn: proof === 'PENDING' ? '2026-01-11' : undefined,
    });
  });
});

describe('submitFiling refuses', () => {
  test.each<[string, Partial<FilingRequest>, string]>([
    ['an emergency, which the settlement files itself', { type: 'TM_EMERGENCY' }, 'FIL-DEEMED'],
    ['the channel of deemed filings', { channel: 'DEEMED' }, 'FIL-DEEMED'],
    ['a province', { targetRegion: '440000' }, 'FIL-TARGET'],
    ['a district', { targetRegion: '440106' }, 'FIL-TARGET'],
    ['the home region', { targetRegion: '430100' }, 'FIL-TARGET'],
    ['a code that is none', { targetRegion: '44010' }, 'FIL-TARGET'],
    ['a temporary type by commitment', { byCommitment: true }, 'FIL-NOCOMMIT'],
    ['a referral without its document', { type: 'TM_REFERRAL', evidence: ['work-proof'] }, 'FIL-MATERIAL'],
    ['a long-term type without proof or promise', { type: 'LT_WORKER' }, 'FIL-MATERIAL'],
    ['a start yesterday', { from: addDays(TODAY, -1) }, 'FIL-DATES'],
    ['a start too far ahead', { from: addDays(TODAY, 181) }, 'FIL-DATES'],
    ['an end on the start', { until: TODAY }, 'FIL-DATES'],
    ['less than six months', { until: localDate('2026-01-14') }, 'FIL-DATES'],
    ['more than two years', { until: localDate('2027-07-16') }, 'FIL-DATES'],
  ])('%s', (_what, change, code) => {
    expect(refused(change)).toBe(code);
  });

  test('at the bounds of the dates nothing is refused', () => {
    expect(refused({ from: addDays(TODAY, 180) })).toBe('accepted');
    expect(refused({ until: localDate('2026-01-15') })).toBe('accepted');
    expect(refused({ until: localDate('2027-07-15') })).toBe('accepted');
    const parameters = { ...defaultFilingParameters, backdateDays: { TM_OTHER: 5 } };
    expect(refused({ from: addDays(TODAY, -5) }, { parameters })).toBe('accepted');
    expect(refused({ from: addDays(TODAY, -6) }, { parameters })).toBe('FIL-DATES');
  });

  test.each([
    ['ARREARS', 'ENR-INACTIVE'],
    ['STOPPED', 'ENR-INACTIVE'],
    ['WAITING', 'ENR-INACTIVE'],
    ['MOVED', 'ENR-MOVED'],
  ] as const)('somebody whose enrolment is %s: %s', (enrolment, code) => {
    expect(refused({}, { enrolment })).toBe(code);
  });

  test.each([
    ['2025-07-15', 'accepted'],
    ['2025-07-16', 'FIL-BARRED'],
  ])('a commitment barred until %s: %s', (barredUntil, code) => {
    const held = [record({ state: 'CANCELLED', barredUntil: localDate(barredUntil) })];
    expect(refused({ type: 'LT_WORKER', byCommitment: true }, { held })).toBe(code);
    expect(refused({ type: 'LT_WORKER', evidence: ['work-proof'] }, { held })).toBe('accepted');
  });

  test('form before state: the cheaper mistake is named first', () => {
    expect(refused({ targetRegion: '440000' }, { enrolment: 'STOPPED', held: [record()] })).toBe(
      'FIL-TARGET',
    );
  });
});

describe('duplicates', () => {
  const longTerm = (change: Partial<FilingRecord> = {}) =>
    record({ type: 'LT_WORKER', until: undefined, ...change });
  const worker = { type: 'LT_WORKER', evidence: ['work-proof'] } as const;

  test.each<[string, readonly FilingRecord[], Partial<FilingRequest>, string]>([
    ['same city', [record()], {}, 'FIL-DUP'],
    ['same city, still under review', [record({ state: 'REQUESTED' })], {}, 'FIL-DUP'],
    ['same city, waiting for material', [record({ state: 'SUPPLEMENT' })], {}, 'FIL-DUP'],
    ['same city, scheduled', [record({ state: 'SCHEDULED' })], {}, 'FIL-DUP'],
    ['same city, ended', [record({ state: 'EXPIRED' })], {}, 'accepted'],
    ['same city, cancelled', [record({ state: 'CANCELLED' })], {}, 'accepted'],
    ['same city, rejected', [record({ state: 'REJECTED' })], {}, 'accepted'],
    ['same city, the old one ends the day before', [record({ until: TODAY })], {}, 'accepted'],
    ['same city, one day in common', [record({ until: addDays(TODAY, 1) })], {}, 'FIL-DUP'],
    ['same city as a long-term filing', [longTerm()], {}, 'FIL-DUP'],
    ['temporary beside long-term, other city', [longTerm({ targetRegion: '440300' })], {}, 'accepted'],
    ['second long-term, other city', [longTerm({ targetRegion: '440300' })], worker, 'FIL-LONGTERM'],
    ['second long-term, same city', [longTerm()], worker, 'FIL-DUP'],
    ['a group covers its unit', [record({ targetRegion: '429000' })], { targetRegion: '429004' }, 'FIL-DUP'],
    [
      'a unit does not cover its group',
      [record({ targetRegion: '429004' })],
      { targetRegion: '429000' },
      'accepted',
    ],
    [
      'birth beside temporary, same city',
      [record()],
      { type: 'MATERNITY', evidence: ['maternity-handbook'] },
      'FIL-DUP',
    ],
    ['temporary beside birth, same city', [record({ type: 'MATERNITY' })], {}, 'accepted'],
    [
      'birth beside birth',
      [record({ type: 'MATERNITY' })],
      { type: 'MATERNITY', evidence: ['maternity-handbook'] },
      'FIL-DUP',
    ],
    ['a deemed row is no filing to hold', [record({ type: 'TM_EMERGENCY' })], {}, 'accepted'],
  ])('%s', (_what, held, change, code) => {
    expect(refused(change, { held })).toBe(code);
  });

  test('at most three temporary filings at a time', () => {
    const held = ['310000', '320100', '330100'].map((targetRegion, i) =>
      record({ filingId: `F${i}`, targetRegion }),
    );
    expect(refused({}, { held: held.slice(1) })).toBe('accepted');
    expect(refused({}, { held })).toBe('FIL-MANY');
    expect(refused(worker, { held })).toBe('accepted');
  });

  test('two channels at the same time make one filing, in either order', () => {
    const first = submitFiling(request({ filingId: 'A', channel: 'NHSA_APP', selfService: true }), context());
    const second = submitFiling(
      request({ filingId: 'B', channel: 'COUNTER' }),
      context({ held: first.ok ? first.rows : [] }),
    );
    expect(second).toMatchObject({
      ok: false,
      code: 'FIL-DUP',
      values: { filingId: 'A', channel: 'NHSA_APP', lastDay: '2026-01-14' },
    });
  });
});

describe('deemFiling', () => {
  const visit = {
    filingId: 'D1',
    visitId: 'V1',
    treatmentPool: '440100',
    admissionDate: localDate('2025-07-10'),
  };

  test('makes an effective row of the channel DEEMED for that visit', () => {
    expect(deemFiling(visit, context())).toMatchObject({
      rows: [
        {
          filingId: 'D1',
          type: 'TM_EMERGENCY',
          state: 'EFFECTIVE',
          channel: 'DEEMED',
          visitId: 'V1',
          from: '2025-07-10',
        },
      ],
      transitions: [{ event: 'deem', to: 'EFFECTIVE' }],
    });
  });

  test('never covers a visit', () => {
    const [row] = deemFiling(visit, context()).rows;
    const stay = facts({ admissionDate: localDate('2025-07-10'), settlementDate: TODAY, filings: [row!] });
    expect(covers(row!, stay)).toBe(false);
    expect(decideEligibility(stay).code).toBe('FIL-NONE');
  });
});
