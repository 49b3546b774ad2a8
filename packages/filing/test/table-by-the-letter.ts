import { addDays } from '@yijie/calendar';
import type { RatioClass, Route } from '@yijie/codes';
import type { EligibilityFacts, Filing } from '../src/contract.ts';

/** What the oracle says of a visit: row, route, class, code. */
export type Verdict = readonly [row: string, route: Route, ratioClass: RatioClass | undefined, code: string];

/**
 * The decision table of clearing-and-filing §1.14 written down a second time, line by line and as its text stands, slow
 * and without any of the product's code: what the function is compared with. Regions are those of the tests (cities and
 * one municipality), where "covers" is the first four or two digits.
 */
export function byTheLetter(f: EligibilityFacts): Verdict {
  const E = f.enrolment === 'ACTIVE';
  const N = f.institutionOpen;
  const X = f.emergency;
  const IP = f.visitKind === 'inpatient';
  const OP = f.visitKind === 'outpatient';
  const CH = f.visitKind === 'chronic';
  const MA = f.visitKind === 'maternity';
  const atHome = f.treatmentPool === f.homePool;
  const longTermHere = f.filings.filter((one) => isLongTerm(one) && validOnEither(one, f));
  const longTermProved = longTermHere.some(({ proof }) => proof !== 'PENDING');
  if (atHome && longTermHere.length === 0) return ['scope', 'HOME', undefined, 'OK-LOCAL'];

  const F = best(
    f.filings.filter((one) => canServe(one, f) && fits(one, f) && validOnEither(one, f)),
    f,
  );
  const fType = F?.type;
  const onAdmission = F !== undefined && validOn(F, f.admissionDate, f);
  const onSettlement = F !== undefined && validOn(F, f.settlementDate, f);
  const onTheList = f.institutionChosen !== false;
  const served = f.filings.filter((one) => canServe(one, f));
  const rows15to17 = (): readonly ['FIL-PENDING' | 'FIL-REGION' | 'FIL-EXPIRED'] | undefined => {
    if (served.some((one) => fits(one, f) && ['REQUESTED', 'SUPPLEMENT'].includes(one.state)))
      return ['FIL-PENDING'];
    if (served.some((one) => !fits(one, f) && validOn(one, f.settlementDate, f))) return ['FIL-REGION'];
    const ended = served.some(
      (one) =>
        fits(one, f) && wasEffective(one, f) && one.until !== undefined && one.until <= f.admissionDate,
    );
    return ended ? ['FIL-EXPIRED'] : undefined;
  };
  const pending = rows15to17()?.[0];
  const everHere = served.some((one) => fits(one, f) && everEffectiveOrScheduled(one));
  const byType = fType === undefined ? undefined : CLASS[fType];
  const chronic = f.chronic;

  const table: readonly (readonly [boolean, Verdict])[] = [
    [!f.credentialValid, ['1', 'DENY', undefined, 'CRD-INVALID']],
    [!f.identityMatches, ['1a', 'HOLD', undefined, 'CRD-MISMATCH']],
    [f.enrolment === 'MOVED', ['1b', 'HOLD', undefined, 'ENR-MOVED']],
    [!E, ['2', 'SELF', undefined, 'ENR-INACTIVE']],
    [!atHome && (IP || OP || CH) && !f.homeOpenedService, ['2a', 'SELF', 'HOME_POLICY', 'HOME-NOTOPEN']],
    [!N, ['3', 'SELF', 'HOME_POLICY', 'ORG-NOTNET']],
    [f.institutionSuspended, ['3a', 'HOLD', undefined, 'ORG-SUSPENDED']],
    [f.injury && f.thirdPartyLiable, ['4', 'SELF', undefined, 'INJ-3P']],
    [f.injury && !f.injuryStatementSigned, ['5', 'HOLD', undefined, 'INJ-STMT']],
    [atHome && !longTermProved && !f.paidInFull, ['6', 'HOLD', undefined, 'FIL-PROOF']],
    [atHome && !longTermProved && f.paidInFull, ['6a', 'SELF', undefined, 'FIL-PROOF']],
    [atHome, ['7', 'HOME', 'TWO_WAY_HOME', 'OK-TWOWAY']],
    [IP && X && (F === undefined || fType === 'TM_OTHER'), ['8', 'DIRECT', 'REDUCED_A', 'OK-DEEMED']],
    [IP && F !== undefined && !onAdmission, ['9', 'DIRECT', byType, 'OK-LATE']],
    [IP && F !== undefined && !onSettlement, ['10', 'DIRECT', byType, 'OK-CARRY']],
    [IP && F !== undefined && isLongTerm(F), ['11', 'DIRECT', 'LOCAL', 'OK']],
    [IP && fType === 'TM_REFERRAL', ['12', 'DIRECT', 'REDUCED_A', 'OK']],
    [IP && fType === 'TM_OTHER', ['13', 'DIRECT', 'REDUCED_B', 'OK']],
    [IP && F === undefined && f.paidInFull, ['14', 'SELF', 'HOME_POLICY', 'FIL-AFTER']],
    [IP && pending === 'FIL-PENDING', ['15', 'HOLD', undefined, 'FIL-PENDING']],
    [IP && pending === 'FIL-REGION', ['16', 'HOLD', undefined, 'FIL-REGION']],
    [IP && pending === 'FIL-EXPIRED', ['17', 'HOLD', undefined, 'FIL-EXPIRED']],
    [IP && !everHere, ['18', 'HOLD', undefined, 'FIL-NONE']],
    [OP && X && (F === undefined || fType === 'TM_OTHER'), ['19', 'DIRECT', 'REDUCED_A', 'OK-DEEMED']],
    [OP && F !== undefined && onTheList, ['20', 'DIRECT', byType, 'OK']],
    [
      OP && (F !== undefined || f.outpatientFilingWaived) && !onTheList,
      ['21', 'SELF', undefined, 'ORG-NOTCHOSEN'],
    ],
    [OP && f.outpatientFilingWaived && onTheList, ['22', 'DIRECT', 'HOME_POLICY', 'OK-WAIVED']],
    [OP && pending !== undefined, ['22a', 'HOLD', undefined, pending ?? '']],
    [OP, ['23', 'HOLD', undefined, 'FIL-NONE']],
    [CH && !chronic?.listed, ['24', 'SELF', undefined, 'CHR-LIST']],
    [CH && !chronic?.qualified, ['25', 'SELF', undefined, 'CHR-QUAL']],
    [CH && !chronic?.institutionOpened, ['25a', 'SELF', undefined, 'CHR-ORG']],
    [CH && F !== undefined, ['26', 'DIRECT', 'HOME_POLICY', 'OK']],
    [CH && pending !== undefined, ['26a', 'HOLD', undefined, pending ?? '']],
    [CH, ['27', 'HOLD', undefined, 'FIL-NONE']],
    [MA && f.maternityOpenBothSides && F !== undefined, ['28', 'DIRECT', 'HOME_POLICY', 'OK']],
    [MA && f.maternityOpenBothSides && X, ['28', 'DIRECT', 'HOME_POLICY', 'OK-DEEMED']],
    [
      MA && f.maternityOpenBothSides && !f.maternityRequiresFiling,
      ['28a', 'DIRECT', 'HOME_POLICY', 'OK-WAIVED'],
    ],
    [MA && f.maternityOpenBothSides && pending !== undefined, ['28b', 'HOLD', undefined, pending ?? '']],
    [MA && f.maternityOpenBothSides, ['28c', 'HOLD', undefined, 'FIL-NONE']],
    [MA, ['29', 'SELF', undefined, 'MAT-CLOSED']],
    [true, ['30', 'HOLD', undefined, 'FIL-REVIEW']],
  ];
  for (const [matches, verdict] of table) if (matches) return verdict;
  throw new Error('the table ends with a row for everything');
}

const CLASS: Readonly<Record<Filing['type'], RatioClass>> = {
  LT_RETIREE: 'LOCAL',
  LT_RESIDENT: 'LOCAL',
  LT_WORKER: 'LOCAL',
  TM_REFERRAL: 'REDUCED_A',
  TM_EMERGENCY: 'REDUCED_A',
  TM_OTHER: 'REDUCED_B',
  MATERNITY: 'HOME_POLICY',
};
const RANK: readonly RatioClass[] = ['LOCAL', 'REDUCED_A', 'REDUCED_B', 'TWO_WAY_HOME', 'HOME_POLICY'];

function isLongTerm({ type }: Filing): boolean {
  return type.startsWith('LT_');
}

/** §1.6(4): a maternity filing serves births alone, a deemed one serves nothing else. */
function canServe({ type }: Filing, { visitKind }: EligibilityFacts): boolean {
  return type !== 'TM_EMERGENCY' && (type !== 'MATERNITY' || visitKind === 'maternity');
}

/** §1.6(2), for cities and municipalities. */
function fits({ targetRegion }: Filing, { treatmentPool }: EligibilityFacts): boolean {
  const digits = targetRegion === '310000' ? 2 : 4;
  return targetRegion.slice(0, digits) === treatmentPool.slice(0, digits);
}

/** §1.6(3): has been effective, and start ≤ d ≤ end, both days included. */
function validOn(filing: Filing, day: string, facts: EligibilityFacts): boolean {
  const last = filing.until === undefined ? '9999-12-31' : addDays(filing.until, -1);
  return wasEffective(filing, facts) && filing.from <= day && day <= last;
}

function validOnEither(filing: Filing, facts: EligibilityFacts): boolean {
  return (
    canServe(filing, facts) &&
    (validOn(filing, facts.admissionDate, facts) || validOn(filing, facts.settlementDate, facts))
  );
}

function wasEffective({ state, effectiveAt }: Filing, { settledAt }: EligibilityFacts): boolean {
  if (state === 'REQUESTED' || state === 'SUPPLEMENT' || state === 'REJECTED') return false;
  // A scheduled filing becomes effective at 00:00 of its start by itself.
  if (state === 'SCHEDULED') return true;
  if (effectiveAt === undefined) return state !== 'CANCELLED';
  return settledAt === undefined || effectiveAt <= settledAt;
}

function everEffectiveOrScheduled({ state, effectiveAt }: Filing): boolean {
  if (['SCHEDULED', 'EFFECTIVE', 'CHANGED', 'EXPIRED'].includes(state)) return true;
  return state === 'CANCELLED' && effectiveAt !== undefined;
}

/** The best class; of equal class the one valid on both days, else on admission, else the later start. */
function best(covering: readonly Filing[], facts: EligibilityFacts): Filing | undefined {
  const days = (one: Filing) =>
    validOn(one, facts.admissionDate, facts) ? (validOn(one, facts.settlementDate, facts) ? 0 : 1) : 2;
  return covering.toSorted(
    (a, b) =>
      RANK.indexOf(CLASS[a.type]) - RANK.indexOf(CLASS[b.type]) ||
      days(a) - days(b) ||
      (a.from > b.from ? -1 : a.from < b.from ? 1 : 0) ||
      (a.filingId < b.filingId ? -1 : 1),
  )[0];
}
