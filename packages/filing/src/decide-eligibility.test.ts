import { describe, expect, test } from '@jest/globals';
import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { isErrorCode } from '@yijie/errors';
import fc from 'fast-check';
import { during, facts, filing } from '../test/facts.ts';
import { type EligibilityFacts, FILING_STATES, type Filing } from './contract.ts';
import { decideEligibility } from './decide-eligibility.ts';
import { DECISION_ROWS, isOkCode } from './decision-codes.ts';

type Row = [
  row: string,
  situation: string,
  change: Partial<EligibilityFacts>,
  route: string,
  ratioClass: string | undefined,
  code: string,
];

const LT: Partial<Filing> = { type: 'LT_RESIDENT', until: undefined };
const longTerm = filing(LT);
const byCommitment = filing({ ...LT, proof: 'PENDING' });
const referral = filing({ type: 'TM_REFERRAL' });
const other = filing({ type: 'TM_OTHER' });
const birth = filing({ type: 'MATERNITY' });
const requested = filing({ state: 'REQUESTED', effectiveAt: undefined });
const supplement = filing({ state: 'SUPPLEMENT', effectiveAt: undefined });
const rejected = filing({ state: 'REJECTED', effectiveAt: undefined });
const withdrawn = filing({ state: 'CANCELLED', effectiveAt: undefined });
const elsewhere = filing({ targetRegion: '440300' });
const ended = during('2024-06-01', '2025-02-28', { state: 'EXPIRED' });
const home = { treatmentPool: '430100' };
const op = { visitKind: 'outpatient' } as const;
const opDay = { ...op, admissionDate: localDate('2025-03-20') };
const disease = { diseaseCode: 'M03900', listed: true, qualified: true, institutionOpened: true };
const ch = { visitKind: 'chronic', chronic: disease } as const;
const ma = { visitKind: 'maternity' } as const;

/** One line per situation of every row of clearing-and-filing §1.14. */
const TABLE: readonly Row[] = [
  ['scope', 'at home, no filing at all', { ...home }, 'HOME', undefined, 'OK-LOCAL'],
  [
    'scope',
    'at home, temporary filing elsewhere',
    { ...home, filings: [other] },
    'HOME',
    undefined,
    'OK-LOCAL',
  ],
  [
    'scope',
    'at home, long-term only requested',
    { ...home, filings: [{ ...longTerm, state: 'REQUESTED' }] },
    'HOME',
    undefined,
    'OK-LOCAL',
  ],
  [
    'scope',
    'two codes of one municipality',
    { homePool: '119900', treatmentPool: '110000' },
    'HOME',
    undefined,
    'OK-LOCAL',
  ],

  [
    '1',
    'credential invalid',
    { credentialValid: false, identityMatches: false },
    'DENY',
    undefined,
    'CRD-INVALID',
  ],
  ['1a', 'name differs', { identityMatches: false, enrolment: 'MOVED' }, 'HOLD', undefined, 'CRD-MISMATCH'],
  ['1b', 'enrolment moved', { enrolment: 'MOVED', institutionOpen: false }, 'HOLD', undefined, 'ENR-MOVED'],
  ['2', 'arrears', { enrolment: 'ARREARS', filings: [other] }, 'SELF', undefined, 'ENR-INACTIVE'],
  ['2', 'stopped', { enrolment: 'STOPPED', homeOpenedService: false }, 'SELF', undefined, 'ENR-INACTIVE'],
  ['2', 'waiting period', { enrolment: 'WAITING' }, 'SELF', undefined, 'ENR-INACTIVE'],
  [
    '2a',
    'inpatient not opened by home',
    { homeOpenedService: false, institutionOpen: false },
    'SELF',
    'HOME_POLICY',
    'HOME-NOTOPEN',
  ],
  [
    '2a',
    'outpatient not opened by home',
    { ...op, homeOpenedService: false },
    'SELF',
    'HOME_POLICY',
    'HOME-NOTOPEN',
  ],
  [
    '2a',
    'chronic not opened by home',
    { ...ch, homeOpenedService: false },
    'SELF',
    'HOME_POLICY',
    'HOME-NOTOPEN',
  ],
  [
    '3',
    'institution not opened',
    { institutionOpen: false, institutionSuspended: true },
    'SELF',
    'HOME_POLICY',
    'ORG-NOTNET',
  ],
  [
    '3a',
    'institution suspended',
    { institutionSuspended: true, injury: true, thirdPartyLiable: true },
    'HOLD',
    undefined,
    'ORG-SUSPENDED',
  ],
  [
    '4',
    'injury, third party',
    { injury: true, thirdPartyLiable: true, injuryStatementSigned: true, filings: [other] },
    'SELF',
    undefined,
    'INJ-3P',
  ],
  ['5', 'injury, no statement', { injury: true, filings: [other] }, 'HOLD', undefined, 'INJ-STMT'],
  [
    '13',
    'injury, statement signed',
    { injury: true, injuryStatementSigned: true, filings: [other] },
    'DIRECT',
    'REDUCED_B',
    'OK',
  ],

  [
    '6',
    'at home, by commitment, not paid',
    { ...home, filings: [byCommitment] },
    'HOLD',
    undefined,
    'FIL-PROOF',
  ],
  [
    '6a',
    'at home, by commitment, paid',
    { ...home, paidInFull: true, filings: [byCommitment] },
    'SELF',
    undefined,
    'FIL-PROOF',
  ],
  [
    '7',
    'at home, long-term with proof',
    { ...home, filings: [{ ...longTerm, proof: 'COMPLETE' }] },
    'HOME',
    'TWO_WAY_HOME',
    'OK-TWOWAY',
  ],
  [
    '7',
    'at home, long-term without commitment',
    { ...home, filings: [longTerm] },
    'HOME',
    'TWO_WAY_HOME',
    'OK-TWOWAY',
  ],
  [
    '7',
    'at home, two long-term rows, one proved',
    { ...home, filings: [{ ...byCommitment, filingId: 'F0' }, longTerm] },
    'HOME',
    'TWO_WAY_HOME',
    'OK-TWOWAY',
  ],
  ['7', 'at home, outpatient', { ...home, ...op, filings: [longTerm] }, 'HOME', 'TWO_WAY_HOME', 'OK-TWOWAY'],
  [
    '7',
    'at home, emergency',
    { ...home, emergency: true, filings: [longTerm] },
    'HOME',
    'TWO_WAY_HOME',
    'OK-TWOWAY',
  ],
  [
    '7',
    'at home, service away from home not opened',
    { ...home, homeOpenedService: false, filings: [longTerm] },
    'HOME',
    'TWO_WAY_HOME',
    'OK-TWOWAY',
  ],
  [
    '3',
    'at home, institution not opened',
    { ...home, institutionOpen: false, filings: [longTerm] },
    'SELF',
    'HOME_POLICY',
    'ORG-NOTNET',
  ],

  ['8', 'emergency, no filing', { emergency: true }, 'DIRECT', 'REDUCED_A', 'OK-DEEMED'],
  [
    '8',
    'emergency, other temporary',
    { emergency: true, filings: [other] },
    'DIRECT',
    'REDUCED_A',
    'OK-DEEMED',
  ],
  [
    '8',
    'emergency, filed elsewhere',
    { emergency: true, filings: [elsewhere] },
    'DIRECT',
    'REDUCED_A',
    'OK-DEEMED',
  ],
  [
    '8',
    'emergency in a third region, long-term filer',
    { emergency: true, filings: [filing({ ...LT, targetRegion: '440300' })] },
    'DIRECT',
    'REDUCED_A',
    'OK-DEEMED',
  ],
  [
    '11',
    'emergency never worsens a long-term filing',
    { emergency: true, filings: [longTerm] },
    'DIRECT',
    'LOCAL',
    'OK',
  ],
  ['12', 'emergency, referral', { emergency: true, filings: [referral] }, 'DIRECT', 'REDUCED_A', 'OK'],
  [
    '9',
    'filed during the stay, long-term',
    { filings: [during('2025-03-11', '2025-12-31', { type: 'LT_WORKER' })] },
    'DIRECT',
    'LOCAL',
    'OK-LATE',
  ],
  [
    '9',
    'filed during the stay, referral',
    { filings: [during('2025-03-15', '2025-12-31', { type: 'TM_REFERRAL' })] },
    'DIRECT',
    'REDUCED_A',
    'OK-LATE',
  ],
  [
    '9',
    'filed during the stay, other',
    { filings: [during('2025-03-15', '2025-12-31')] },
    'DIRECT',
    'REDUCED_B',
    'OK-LATE',
  ],
  [
    '9',
    'filed before paying in full',
    { paidInFull: true, filings: [during('2025-03-15', '2025-12-31')] },
    'DIRECT',
    'REDUCED_B',
    'OK-LATE',
  ],
  [
    '10',
    'ended during the stay',
    { filings: [during('2024-10-01', '2025-03-15', { state: 'EXPIRED' })] },
    'DIRECT',
    'REDUCED_B',
    'OK-CARRY',
  ],
  [
    '10',
    'cancelled during the stay',
    { filings: [during('2025-01-01', '2025-03-12', { state: 'CANCELLED', type: 'LT_RETIREE' })] },
    'DIRECT',
    'LOCAL',
    'OK-CARRY',
  ],
  [
    '10',
    'changed to another region during the stay',
    {
      filings: [
        during('2025-01-01', '2025-03-12', { state: 'CHANGED', type: 'LT_RETIREE' }),
        filing({ filingId: 'F2', targetRegion: '440300', from: localDate('2025-03-12') }),
      ],
    },
    'DIRECT',
    'LOCAL',
    'OK-CARRY',
  ],
  ['11', 'retiree', { filings: [filing({ type: 'LT_RETIREE', until: undefined })] }, 'DIRECT', 'LOCAL', 'OK'],
  ['11', 'resident', { filings: [longTerm] }, 'DIRECT', 'LOCAL', 'OK'],
  [
    '11',
    'worker, by commitment: local class at once',
    { filings: [filing({ type: 'LT_WORKER', until: undefined, proof: 'PENDING' })] },
    'DIRECT',
    'LOCAL',
    'OK',
  ],
  ['12', 'referral', { filings: [referral] }, 'DIRECT', 'REDUCED_A', 'OK'],
  [
    '12',
    'third region, referral beside a long-term filing',
    { filings: [filing({ ...LT, filingId: 'F0', targetRegion: '440300' }), referral] },
    'DIRECT',
    'REDUCED_A',
    'OK',
  ],
  ['13', 'other temporary', { filings: [other] }, 'DIRECT', 'REDUCED_B', 'OK'],
  ['13', 'covered, yet paid in full', { paidInFull: true, filings: [other] }, 'DIRECT', 'REDUCED_B', 'OK'],
  [
    '13',
    'approved with a start that has come',
    { filings: [filing({ state: 'SCHEDULED', effectiveAt: undefined })] },
    'DIRECT',
    'REDUCED_B',
    'OK',
  ],
  ['14', 'paid in full without filing', { paidInFull: true }, 'SELF', 'HOME_POLICY', 'FIL-AFTER'],
  [
    '14',
    'paid in full, filing requested',
    { paidInFull: true, filings: [requested] },
    'SELF',
    'HOME_POLICY',
    'FIL-AFTER',
  ],
  ['15', 'requested', { filings: [requested] }, 'HOLD', undefined, 'FIL-PENDING'],
  ['15', 'waiting for material', { filings: [supplement] }, 'HOLD', undefined, 'FIL-PENDING'],
  [
    '15',
    'requested here, effective elsewhere',
    { filings: [elsewhere, { ...requested, filingId: 'F2' }] },
    'HOLD',
    undefined,
    'FIL-PENDING',
  ],
  ['16', 'effective elsewhere', { filings: [elsewhere] }, 'HOLD', undefined, 'FIL-REGION'],
  [
    '16',
    'effective elsewhere, ended here',
    { filings: [ended, { ...elsewhere, filingId: 'F2' }] },
    'HOLD',
    undefined,
    'FIL-REGION',
  ],
  [
    '16',
    'effective elsewhere, requested elsewhere too',
    { filings: [elsewhere, filing({ filingId: 'F2', state: 'REQUESTED', targetRegion: '440300' })] },
    'HOLD',
    undefined,
    'FIL-REGION',
  ],
  ['17', 'expired before admission', { filings: [ended] }, 'HOLD', undefined, 'FIL-EXPIRED'],
  [
    '17',
    'past its end, state not moved yet',
    { filings: [{ ...ended, state: 'EFFECTIVE' }] },
    'HOLD',
    undefined,
    'FIL-EXPIRED',
  ],
  [
    '17',
    'cancelled before admission',
    { filings: [{ ...ended, state: 'CANCELLED' }] },
    'HOLD',
    undefined,
    'FIL-EXPIRED',
  ],
  [
    '17',
    'ended here and rejected since',
    { filings: [ended, { ...rejected, filingId: 'F2' }] },
    'HOLD',
    undefined,
    'FIL-EXPIRED',
  ],
  ['18', 'none', {}, 'HOLD', undefined, 'FIL-NONE'],
  ['18', 'rejected', { filings: [rejected] }, 'HOLD', undefined, 'FIL-NONE'],
  ['18', 'withdrawn before approval', { filings: [withdrawn] }, 'HOLD', undefined, 'FIL-NONE'],
  ['18', 'maternity filing does not serve a stay', { filings: [birth] }, 'HOLD', undefined, 'FIL-NONE'],
  [
    '18',
    'deemed row of an earlier visit is no filing',
    { filings: [filing({ type: 'TM_EMERGENCY', channel: 'DEEMED' })] },
    'HOLD',
    undefined,
    'FIL-NONE',
  ],
  [
    '18',
    'ended elsewhere',
    { filings: [{ ...ended, targetRegion: '440300' }] },
    'HOLD',
    undefined,
    'FIL-NONE',
  ],
  [
    '30',
    'starts after settlement',
    { filings: [during('2025-03-21', '2025-12-31', { state: 'SCHEDULED', effectiveAt: undefined })] },
    'HOLD',
    undefined,
    'FIL-REVIEW',
  ],
  [
    '30',
    'in force only inside the stay',
    { filings: [during('2025-03-12', '2025-03-15', { state: 'CANCELLED' })] },
    'HOLD',
    undefined,
    'FIL-REVIEW',
  ],

  [
    '19',
    'outpatient emergency',
    { ...opDay, emergency: true, institutionChosen: false },
    'DIRECT',
    'REDUCED_A',
    'OK-DEEMED',
  ],
  [
    '19',
    'outpatient emergency, other temporary',
    { ...opDay, emergency: true, filings: [other] },
    'DIRECT',
    'REDUCED_A',
    'OK-DEEMED',
  ],
  [
    '20',
    'outpatient emergency, long-term',
    { ...opDay, emergency: true, filings: [longTerm] },
    'DIRECT',
    'LOCAL',
    'OK',
  ],
  ['20', 'outpatient, no list', { ...opDay, filings: [other] }, 'DIRECT', 'REDUCED_B', 'OK'],
  [
    '20',
    'outpatient, chosen',
    { ...opDay, institutionChosen: true, filings: [longTerm] },
    'DIRECT',
    'LOCAL',
    'OK',
  ],
  [
    '20',
    'outpatient, filing goes before waiver',
    { ...opDay, outpatientFilingWaived: true, filings: [referral] },
    'DIRECT',
    'REDUCED_A',
    'OK',
  ],
  [
    '21',
    'outpatient, filed, not chosen',
    { ...opDay, institutionChosen: false, filings: [longTerm] },
    'SELF',
    undefined,
    'ORG-NOTCHOSEN',
  ],
  [
    '21',
    'outpatient, waived, not chosen',
    { ...opDay, institutionChosen: false, outpatientFilingWaived: true },
    'SELF',
    undefined,
    'ORG-NOTCHOSEN',
  ],
  [
    '22',
    'outpatient, waived, no list',
    { ...opDay, outpatientFilingWaived: true },
    'DIRECT',
    'HOME_POLICY',
    'OK-WAIVED',
  ],
  [
    '22',
    'outpatient, waived, chosen',
    { ...opDay, outpatientFilingWaived: true, institutionChosen: true, filings: [elsewhere] },
    'DIRECT',
    'HOME_POLICY',
    'OK-WAIVED',
  ],
  ['22a', 'outpatient, requested', { ...opDay, filings: [requested] }, 'HOLD', undefined, 'FIL-PENDING'],
  ['22a', 'outpatient, elsewhere', { ...opDay, filings: [elsewhere] }, 'HOLD', undefined, 'FIL-REGION'],
  ['22a', 'outpatient, ended', { ...opDay, filings: [ended] }, 'HOLD', undefined, 'FIL-EXPIRED'],
  [
    '22a',
    'outpatient, not chosen and no filing',
    { ...opDay, institutionChosen: false, filings: [requested] },
    'HOLD',
    undefined,
    'FIL-PENDING',
  ],
  ['23', 'outpatient, none', { ...opDay }, 'HOLD', undefined, 'FIL-NONE'],
  [
    '23',
    'outpatient, starts tomorrow',
    { ...opDay, filings: [during('2025-03-21', '2025-12-31', { state: 'SCHEDULED' })] },
    'HOLD',
    undefined,
    'FIL-NONE',
  ],

  [
    '24',
    'chronic, not listed, filed',
    { ...ch, chronic: { ...disease, listed: false, qualified: false }, filings: [longTerm] },
    'SELF',
    undefined,
    'CHR-LIST',
  ],
  [
    '24',
    'chronic, not listed, filing waived for outpatient',
    { ...ch, chronic: { ...disease, listed: false }, outpatientFilingWaived: true },
    'SELF',
    undefined,
    'CHR-LIST',
  ],
  [
    '24',
    'chronic, no disease named',
    { visitKind: 'chronic', filings: [longTerm] },
    'SELF',
    undefined,
    'CHR-LIST',
  ],
  [
    '25',
    'chronic, not qualified',
    { ...ch, chronic: { ...disease, qualified: false, institutionOpened: false } },
    'SELF',
    undefined,
    'CHR-QUAL',
  ],
  [
    '25a',
    'chronic, hospital not opened',
    { ...ch, chronic: { ...disease, institutionOpened: false }, filings: [longTerm] },
    'SELF',
    undefined,
    'CHR-ORG',
  ],
  ['26', 'chronic, filed', { ...ch, filings: [other] }, 'DIRECT', 'HOME_POLICY', 'OK'],
  [
    '26',
    'chronic, the outpatient list does not matter',
    { ...ch, institutionChosen: false, filings: [other] },
    'DIRECT',
    'HOME_POLICY',
    'OK',
  ],
  ['26a', 'chronic, requested', { ...ch, filings: [requested] }, 'HOLD', undefined, 'FIL-PENDING'],
  ['26a', 'chronic, elsewhere', { ...ch, filings: [elsewhere] }, 'HOLD', undefined, 'FIL-REGION'],
  ['26a', 'chronic, ended', { ...ch, filings: [ended] }, 'HOLD', undefined, 'FIL-EXPIRED'],
  ['27', 'chronic, none', { ...ch }, 'HOLD', undefined, 'FIL-NONE'],
  [
    '27',
    'chronic, the emergency mark changes nothing',
    { ...ch, emergency: true },
    'HOLD',
    undefined,
    'FIL-NONE',
  ],

  ['28', 'birth, filed for it', { ...ma, filings: [birth] }, 'DIRECT', 'HOME_POLICY', 'OK'],
  ['28', 'birth, any other filing', { ...ma, filings: [other] }, 'DIRECT', 'HOME_POLICY', 'OK'],
  ['28', 'birth, emergency', { ...ma, emergency: true }, 'DIRECT', 'HOME_POLICY', 'OK-DEEMED'],
  [
    '28',
    'birth, inpatient away not opened by home: row 2a is not for births',
    { ...ma, homeOpenedService: false, filings: [birth] },
    'DIRECT',
    'HOME_POLICY',
    'OK',
  ],
  [
    '28a',
    'birth, no filing required',
    { ...ma, maternityRequiresFiling: false },
    'DIRECT',
    'HOME_POLICY',
    'OK-WAIVED',
  ],
  [
    '28b',
    'birth, requested',
    { ...ma, filings: [{ ...birth, state: 'REQUESTED', effectiveAt: undefined }] },
    'HOLD',
    undefined,
    'FIL-PENDING',
  ],
  ['28b', 'birth, elsewhere', { ...ma, filings: [elsewhere] }, 'HOLD', undefined, 'FIL-REGION'],
  ['28b', 'birth, ended', { ...ma, filings: [ended] }, 'HOLD', undefined, 'FIL-EXPIRED'],
  ['28c', 'birth, none', { ...ma }, 'HOLD', undefined, 'FIL-NONE'],
  [
    '29',
    'birth, not opened on both sides',
    { ...ma, maternityOpenBothSides: false, emergency: true, filings: [birth] },
    'SELF',
    undefined,
    'MAT-CLOSED',
  ],
];

describe('decideEligibility, row by row', () => {
  test.each(TABLE)('row %s: %s', (row, _situation, change, route, ratioClass, code) => {
    const {
      row: actualRow,
      route: actualRoute,
      ratioClass: actualClass,
      code: actualCode,
    } = decideEligibility(facts(change));
    expect([actualRow, actualRoute, actualClass, actualCode]).toEqual([row, route, ratioClass, code]);
  });

  test('the table of cases reaches every row', () => {
    expect(DECISION_ROWS.filter((row) => !TABLE.some((entry) => entry[0] === row))).toEqual([]);
  });
});

/** Admission 2025-03-10, settlement 2025-03-20; a filing with these days, both included. */
const BOUNDARIES: readonly [from: string, last: string, row: string, code: string][] = [
  ['2025-01-01', '2025-03-08', '17', 'FIL-EXPIRED'],
  ['2025-01-01', '2025-03-09', '17', 'FIL-EXPIRED'],
  ['2025-01-01', '2025-03-10', '10', 'OK-CARRY'],
  ['2025-01-01', '2025-03-11', '10', 'OK-CARRY'],
  ['2025-01-01', '2025-03-19', '10', 'OK-CARRY'],
  ['2025-01-01', '2025-03-20', '13', 'OK'],
  ['2025-01-01', '2025-03-21', '13', 'OK'],
  ['2025-03-09', '2025-12-31', '13', 'OK'],
  ['2025-03-10', '2025-12-31', '13', 'OK'],
  ['2025-03-10', '2025-03-10', '10', 'OK-CARRY'],
  ['2025-03-11', '2025-12-31', '9', 'OK-LATE'],
  ['2025-03-19', '2025-12-31', '9', 'OK-LATE'],
  ['2025-03-20', '2025-12-31', '9', 'OK-LATE'],
  ['2025-03-20', '2025-03-20', '9', 'OK-LATE'],
  ['2025-03-21', '2025-12-31', '30', 'FIL-REVIEW'],
  ['2025-03-11', '2025-03-19', '30', 'FIL-REVIEW'],
  ['2025-03-11', '2025-03-20', '9', 'OK-LATE'],
  ['2025-03-10', '2025-03-19', '10', 'OK-CARRY'],
];

describe('decideEligibility at the days of admission and settlement', () => {
  test.each(BOUNDARIES)('a filing from %s to %s is row %s, %s', (from, last, row, code) => {
    for (const state of ['EFFECTIVE', 'EXPIRED', 'CANCELLED', 'CHANGED', 'SCHEDULED'] as const) {
      const decision = decideEligibility(facts({ filings: [during(from, last, { state })] }));
      expect([state, decision.row, decision.code]).toEqual([state, row, code]);
    }
  });

  test.each([
    ['2025-03-19', '2025-03-19', '22a'],
    ['2025-03-19', '2025-03-20', '20'],
    ['2025-03-20', '2025-03-20', '20'],
    ['2025-03-20', '2025-03-21', '20'],
    ['2025-03-21', '2025-03-21', '23'],
  ])('outpatient on 2025-03-20: a filing from %s to %s is row %s', (from, last, row) => {
    expect(decideEligibility(facts({ ...opDay, filings: [during(from, last)] })).row).toBe(row);
  });

  test.each([
    ['2025-03-09', 'scope'],
    ['2025-03-10', '7'],
    ['2025-03-20', '7'],
  ])('at home: a long-term filing cancelled on %s is row %s', (last, row) => {
    const cancelled = during('2024-01-01', last, { type: 'LT_RETIREE', state: 'CANCELLED' });
    expect(decideEligibility(facts({ ...home, filings: [cancelled] })).row).toBe(row);
  });

  test.each([
    [-1, '13', 'OK'],
    [0, '13', 'OK'],
    [1, '14', 'FIL-AFTER'],
  ])('paid in full at an instant, filing effective %i ms after it: row %s', (offset, row, code) => {
    const paidAt = (startOfDay(localDate('2025-03-20')) + 36_000_000) as Instant;
    const late = filing({ from: localDate('2025-03-10'), effectiveAt: (paidAt + offset) as Instant });
    const decision = decideEligibility(facts({ paidInFull: true, settledAt: paidAt, filings: [late] }));
    expect([decision.row, decision.code]).toEqual([row, code]);
  });
});

describe('decideEligibility with several covering filings', () => {
  const lt = filing({ ...LT, filingId: 'LT' });
  const ref = filing({ type: 'TM_REFERRAL', filingId: 'REF' });
  const oth = filing({ filingId: 'OTH' });

  test.each<[string, Filing[], string, string]>([
    ['LOCAL before REDUCED_A', [ref, lt], 'LT', 'LOCAL'],
    ['REDUCED_A before REDUCED_B', [oth, ref], 'REF', 'REDUCED_A'],
    ['the best of three', [oth, ref, lt], 'LT', 'LOCAL'],
    [
      'a late long-term filing before a referral on both days',
      [ref, { ...lt, from: localDate('2025-03-15') }],
      'LT',
      'LOCAL',
    ],
    [
      'both days before admission only',
      [
        { ...oth, filingId: 'A', until: localDate('2025-03-15') },
        { ...oth, filingId: 'B', from: localDate('2024-01-01') },
      ],
      'B',
      'REDUCED_B',
    ],
    [
      'admission only before settlement only',
      [
        { ...oth, filingId: 'A', from: localDate('2025-03-11') },
        { ...oth, filingId: 'B', until: localDate('2025-03-15') },
      ],
      'B',
      'REDUCED_B',
    ],
    [
      'of both on both days the later start',
      [
        { ...oth, filingId: 'A' },
        { ...oth, filingId: 'B', from: localDate('2025-02-01') },
      ],
      'B',
      'REDUCED_B',
    ],
    [
      'of equal start the smaller id',
      [
        { ...oth, filingId: 'B' },
        { ...oth, filingId: 'A' },
      ],
      'A',
      'REDUCED_B',
    ],
  ])('%s', (_rule, filings, filingId, ratioClass) => {
    for (const order of [filings, filings.toReversed()]) {
      const decision = decideEligibility(facts({ filings: order }));
      expect(decision).toMatchObject({ filingId, ratioClass, note: 'OK-BEST', route: 'DIRECT' });
    }
  });

  test('the note is given by rows 9 to 13 and 20 only, and only when several cover', () => {
    const note = (change: Partial<EligibilityFacts>) => decideEligibility(facts(change)).note;
    expect(note({ filings: [lt, elsewhere] })).toBeUndefined();
    expect(note({ ...opDay, filings: [lt, oth] })).toBe('OK-BEST');
    expect(note({ ...ch, filings: [lt, oth] })).toBeUndefined();
    expect(note({ ...ma, filings: [lt, birth] })).toBeUndefined();
    expect(note({ emergency: true, filings: [oth, { ...oth, filingId: 'X' }] })).toBeUndefined();
  });
});

describe('decideEligibility says what it saw', () => {
  test.each<[Partial<EligibilityFacts>, Record<string, string>]>([
    [{ enrolment: 'ARREARS' }, { enrolment: 'ARREARS' }],
    [{ homeOpenedService: false }, { homePool: '430100', visitKind: 'inpatient' }],
    [{ filings: [requested] }, { filingId: 'F1', filingState: 'REQUESTED' }],
    [{ filings: [elsewhere] }, { filingId: 'F1', targetRegion: '440300', treatmentPool: '440100' }],
    [{ filings: [ended] }, { filingId: 'F1', lastDay: '2025-02-28' }],
    [{}, { treatmentPool: '440100' }],
    [{ ...ch, chronic: { ...disease, qualified: false } }, { diseaseCode: 'M03900' }],
  ])('%#', (change, values) => {
    expect(decideEligibility(facts(change)).values).toEqual(values);
  });

  test('of several ended filings the latest is named, in whatever order they come', () => {
    const older = during('2023-01-01', '2023-12-31', { filingId: 'OLD', state: 'EXPIRED' });
    for (const filings of [
      [older, ended],
      [ended, older],
    ]) {
      expect(decideEligibility(facts({ filings })).filingId).toBe('F1');
    }
  });
});

const anyDay = fc
  .integer({ min: 1, max: 28 })
  .map((day) => localDate(`2025-03-${day.toString().padStart(2, '0')}`));
const anyFiling: fc.Arbitrary<Filing> = fc
  .record({
    filingId: fc.constantFrom('A', 'B', 'C', 'D'),
    type: fc.constantFrom(
      'LT_RETIREE',
      'LT_RESIDENT',
      'TM_REFERRAL',
      'TM_OTHER',
      'MATERNITY',
      'TM_EMERGENCY',
    ),
    targetRegion: fc.constantFrom('440100', '440300'),
    from: anyDay,
    until: fc.option(anyDay, { nil: undefined }),
    state: fc.constantFrom(...FILING_STATES),
    proof: fc.constantFrom('NONE', 'PENDING', 'COMPLETE'),
    effective: fc.boolean(),
  })
  .map(({ effective, ...rest }) => ({
    ...rest,
    channel: 'COUNTER',
    effectiveAt: effective ? startOfDay(rest.from) : undefined,
  })) as fc.Arbitrary<Filing>;

const anyFacts: fc.Arbitrary<EligibilityFacts> = fc
  .record({
    treatmentPool: fc.constantFrom('440100', '430100'),
    visitKind: fc.constantFrom('inpatient', 'outpatient', 'chronic', 'maternity'),
    emergency: fc.boolean(),
    paidInFull: fc.boolean(),
    institutionChosen: fc.option(fc.boolean(), { nil: undefined }),
    outpatientFilingWaived: fc.boolean(),
    maternityRequiresFiling: fc.boolean(),
    chronic: fc.constant(disease),
    filings: fc.array(anyFiling, { maxLength: 4 }),
  })
  .map((change) => facts(change as Partial<EligibilityFacts>));

describe('decideEligibility, always', () => {
  test('a route fits its code, and a covering filing is named exactly where one was used', () => {
    fc.assert(
      fc.property(anyFacts, (input) => {
        const decision = decideEligibility(input);
        const settles = decision.route === 'DIRECT' || decision.route === 'HOME';
        expect(isOkCode(decision.code)).toBe(settles);
        expect(settles || isErrorCode(decision.code)).toBe(true);
        if (decision.route === 'DIRECT') expect(decision.ratioClass).toBeDefined();
        if (decision.code === 'OK-DEEMED' || decision.code === 'OK-WAIVED') {
          expect(decision.filingId).toBeUndefined();
        } else if (decision.route === 'DIRECT') {
          expect(decision.filingId).toBeDefined();
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('the order of the filings does not matter', () => {
    fc.assert(
      fc.property(anyFacts, (input) => {
        const unique = {
          ...input,
          filings: input.filings.map((row, i) => ({ ...row, filingId: `${row.filingId}${i}` })),
        };
        const reversed = { ...unique, filings: unique.filings.toReversed() };
        expect(decideEligibility(reversed)).toEqual(decideEligibility(unique));
      }),
      { numRuns: 3_000 },
    );
  });

  test('the emergency mark and one more effective filing never make a stay worse', () => {
    const rank = { LOCAL: 3, REDUCED_A: 2, REDUCED_B: 1, TWO_WAY_HOME: 0, HOME_POLICY: 0 };
    const worth = (input: EligibilityFacts) => {
      const { route, ratioClass } = decideEligibility(input);
      return route === 'DIRECT' && ratioClass ? rank[ratioClass] : -1;
    };
    fc.assert(
      fc.property(anyFacts, anyFiling, (any, extra) => {
        const input = { ...any, treatmentPool: '440100', visitKind: 'inpatient', emergency: false } as const;
        expect(worth({ ...input, emergency: true })).toBeGreaterThanOrEqual(worth(input));
        const more = { ...input, filings: [...input.filings, { ...extra, state: 'EFFECTIVE' as const }] };
        expect(worth(more)).toBeGreaterThanOrEqual(worth(input));
      }),
      { numRuns: 3_000 },
    );
  });
});
