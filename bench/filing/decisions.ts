import { addDays, type LocalDate, localDate, startOfDay } from '@yijie/calendar';
import { VISIT_KINDS } from '@yijie/codes';
import { decideEligibility, type EligibilityFacts, type Filing } from '@yijie/filing';
import { median } from '../settlement/latencies.ts';

export interface DecisionRates {
  readonly perSecond: number;
  /** The same questions to a plain function that knows one rule: is there a filing for the region on that day. */
  readonly floorPerSecond: number;
  /** Rows of the table that the questions reached. */
  readonly rows: number;
}

const TURNS = 7;
const TURN_MS = 400;
const QUESTIONS = 2_048;

/** Decisions a second on this one thread, the function and its floor in turns. */
export function measureDecisions(): DecisionRates {
  const questions = Array.from({ length: QUESTIONS }, (_, index) => question(index));
  const rates: number[] = [];
  const floors: number[] = [];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const rate = rateOf(questions, (facts) => (decideEligibility(facts).route === 'DIRECT' ? 1 : 0));
    const floor = rateOf(questions, (facts) => (plainlyCovered(facts) ? 1 : 0));
    // The first turn compiles and is thrown away.
    if (turn > 0) {
      rates.push(rate);
      floors.push(floor);
    }
  }
  const rows = new Set(questions.map((facts) => decideEligibility(facts).row)).size;
  return { perSecond: Math.round(median(rates)), floorPerSecond: Math.round(median(floors)), rows };
}

/** Kept, so that nothing of what is measured is left out as unused. */
let direct = 0;

function rateOf(questions: readonly EligibilityFacts[], decide: (facts: EligibilityFacts) => number): number {
  const startedMs = performance.now();
  let decided = 0;
  while (performance.now() - startedMs < TURN_MS) {
    for (const facts of questions) direct += decide(facts);
    decided += questions.length;
  }
  return (decided / (performance.now() - startedMs)) * 1_000;
}

export function directSoFar(): number {
  return direct;
}

function plainlyCovered({ filings, treatmentPool, admissionDate }: EligibilityFacts): boolean {
  for (const { state, targetRegion, from, until } of filings) {
    if (state !== 'EFFECTIVE' || targetRegion.slice(0, 4) !== treatmentPool.slice(0, 4)) continue;
    if (from <= admissionDate && (until === undefined || admissionDate < until)) return true;
  }
  return false;
}

/** Questions as a province asks them: mostly covered stays, and every kind of thing that goes wrong. */
function question(index: number): EligibilityFacts {
  const admissionDate = addDays(localDate('2025-03-01'), index % 90);
  const settlementDate = addDays(admissionDate, 1 + (index % 20));
  const trouble = index % 16;
  return {
    credentialValid: index % 97 !== 0,
    identityMatches: index % 89 !== 0,
    enrolment: index % 61 === 0 ? 'ARREARS' : index % 73 === 0 ? 'MOVED' : 'ACTIVE',
    homePool: '430100',
    treatmentPool: index % 53 === 0 ? '430100' : '440100',
    visitKind: VISIT_KINDS[index % 4] ?? 'inpatient',
    admissionDate,
    settlementDate,
    settledAt: startOfDay(addDays(settlementDate, 1)),
    emergency: trouble === 1,
    injury: trouble === 2,
    thirdPartyLiable: index % 3 === 0,
    injuryStatementSigned: index % 5 === 0,
    paidInFull: trouble === 3,
    institutionOpen: trouble !== 4,
    institutionSuspended: trouble === 5,
    homeOpenedService: trouble !== 6,
    outpatientFilingWaived: trouble === 7,
    institutionChosen: trouble === 8 ? false : undefined,
    chronic: {
      diseaseCode: 'M03900',
      listed: index % 7 !== 0,
      qualified: index % 5 !== 0,
      institutionOpened: index % 11 !== 0,
    },
    maternityOpenBothSides: index % 9 !== 0,
    maternityRequiresFiling: index % 2 === 0,
    filings: filingsOf(index, admissionDate),
  };
}

/** None to three, of all types and states. */
function filingsOf(index: number, day: LocalDate): Filing[] {
  const types = ['LT_RESIDENT', 'TM_REFERRAL', 'TM_OTHER', 'MATERNITY'] as const;
  const states = ['EFFECTIVE', 'EFFECTIVE', 'EFFECTIVE', 'REQUESTED', 'CANCELLED', 'EXPIRED'] as const;
  return Array.from({ length: index % 4 }, (_, nth) => {
    const from = addDays(day, -180 + ((index * 31 + nth * 97) % 200));
    const type = types[(index + nth) % types.length] ?? 'TM_OTHER';
    return {
      filingId: `F${index}-${nth}`,
      type,
      targetRegion: (index + nth) % 6 === 0 ? '310000' : '440100',
      from,
      until: type === 'LT_RESIDENT' ? undefined : addDays(from, 180),
      state: states[(index * 7 + nth) % states.length] ?? 'EFFECTIVE',
      effectiveAt: startOfDay(from),
      proof: type === 'LT_RESIDENT' && index % 13 === 0 ? 'PENDING' : 'NONE',
      channel: 'NHSA_APP',
    };
  });
}
