import { addDays } from '@yijie/calendar';
import type { RatioClass, Route } from '@yijie/codes';
import { type ChosenFiling, chooseFiling, classOfType, isLongTerm } from './chosen-filing.ts';
import type { EligibilityDecision, EligibilityFacts, Filing } from './contract.ts';
import { holdsFor, isInForce, serves, validOnAdmission, validOnSettlement } from './covers.ts';
import type { DecisionCode, DecisionRow } from './decision-codes.ts';
import { isSamePool, regionCovers } from './region-coverage.ts';

/**
 * The decision table of clearing-and-filing §1.14: the first matching row wins, and the answer names it. The blocks
 * below follow the table from top to bottom.
 */
export function decideEligibility(facts: EligibilityFacts): EligibilityDecision {
  const atHome = isSamePool(facts.treatmentPool, facts.homePool);
  const longTerm = atHome ? longTermFiling(facts) : undefined;
  // A visit at home of somebody who never left is the local system's business.
  if (atHome && longTerm === undefined) return answer('scope', 'HOME', 'OK-LOCAL');
  return (
    decidePerson(facts) ??
    decideService(facts, atHome) ??
    decideInjury(facts) ??
    (longTerm === undefined ? decideAway(facts) : decideTwoWay(facts, longTerm))
  );
}

/** Rows 1–2: who the person is and whether insured. */
function decidePerson(facts: EligibilityFacts): EligibilityDecision | undefined {
  if (!facts.credentialValid) return answer('1', 'DENY', 'CRD-INVALID');
  if (!facts.identityMatches) return answer('1a', 'HOLD', 'CRD-MISMATCH');
  if (facts.enrolment === 'MOVED') return answer('1b', 'HOLD', 'ENR-MOVED');
  if (facts.enrolment !== 'ACTIVE') {
    return answer('2', 'SELF', 'ENR-INACTIVE', { values: { enrolment: facts.enrolment } });
  }
  return undefined;
}

/** Rows 2a–3a: what both sides have opened. Maternity has a row of its own, 29. */
function decideService(facts: EligibilityFacts, atHome: boolean): EligibilityDecision | undefined {
  if (!atHome && facts.visitKind !== 'maternity' && !facts.homeOpenedService) {
    return answer('2a', 'SELF', 'HOME-NOTOPEN', {
      ratioClass: 'HOME_POLICY',
      values: { homePool: facts.homePool, visitKind: facts.visitKind },
    });
  }
  if (!facts.institutionOpen) {
    return answer('3', 'SELF', 'ORG-NOTNET', {
      ratioClass: 'HOME_POLICY',
      values: { visitKind: facts.visitKind },
    });
  }
  if (facts.institutionSuspended) {
    const until = facts.suspendedUntil;
    return answer('3a', 'HOLD', 'ORG-SUSPENDED', until === undefined ? {} : { values: { until } });
  }
  return undefined;
}

/** Rows 4–5. */
function decideInjury(facts: EligibilityFacts): EligibilityDecision | undefined {
  if (!facts.injury) return undefined;
  if (facts.thirdPartyLiable) return answer('4', 'SELF', 'INJ-3P');
  if (!facts.injuryStatementSigned) return answer('5', 'HOLD', 'INJ-STMT');
  return undefined;
}

/** Rows 6–7: a long-term filer treated at home. */
function decideTwoWay(facts: EligibilityFacts, longTerm: Filing): EligibilityDecision {
  if (longTerm.proof === 'PENDING') {
    const about = { filing: longTerm, values: { filingId: longTerm.filingId } };
    return facts.paidInFull
      ? answer('6a', 'SELF', 'FIL-PROOF', about)
      : answer('6', 'HOLD', 'FIL-PROOF', about);
  }
  return answer('7', 'HOME', 'OK-TWOWAY', { ratioClass: 'TWO_WAY_HOME', filing: longTerm });
}

/** Rows 8–30: away from home. */
function decideAway(facts: EligibilityFacts): EligibilityDecision {
  const chosen = chooseFiling(facts.filings, facts);
  switch (facts.visitKind) {
    case 'inpatient':
      return decideInpatient(facts, chosen);
    case 'outpatient':
      return decideOutpatient(facts, chosen);
    case 'chronic':
      return decideChronic(facts, chosen);
    case 'maternity':
      return decideMaternity(facts, chosen);
  }
}

/** Rows 8–18 and 30. */
function decideInpatient(facts: EligibilityFacts, chosen: ChosenFiling | undefined): EligibilityDecision {
  if (isDeemed(facts, chosen)) return deemed('8', 'REDUCED_A');
  if (chosen !== undefined) {
    if (!validOnAdmission(chosen.filing, facts)) return covered('9', chosen, 'OK-LATE');
    if (!validOnSettlement(chosen.filing, facts)) return covered('10', chosen, 'OK-CARRY');
    if (isLongTerm(chosen.filing.type)) return covered('11', chosen, 'OK');
    return covered(chosen.filing.type === 'TM_REFERRAL' ? '12' : '13', chosen, 'OK');
  }
  if (facts.paidInFull) return answer('14', 'SELF', 'FIL-AFTER', { ratioClass: 'HOME_POLICY' });
  const unusable = explainNoFiling(facts);
  if (unusable !== undefined) return answer(unusable.row, 'HOLD', unusable.code, unusable);
  const undecided = latest(facts, (filing) => mayHaveServed(filing, facts) && everApproved(filing));
  if (undecided === undefined) return noFiling('18', facts);
  return answer('30', 'HOLD', 'FIL-REVIEW', {
    filing: undecided,
    values: { filingId: undecided.filingId },
  });
}

/** Rows 19–23. */
function decideOutpatient(facts: EligibilityFacts, chosen: ChosenFiling | undefined): EligibilityDecision {
  if (isDeemed(facts, chosen)) return deemed('19', 'REDUCED_A');
  const onList = facts.institutionChosen !== false;
  if (chosen !== undefined && onList) return covered('20', chosen, 'OK');
  if (!onList && (chosen !== undefined || facts.outpatientFilingWaived)) {
    return answer('21', 'SELF', 'ORG-NOTCHOSEN', chosen && { filing: chosen.filing });
  }
  if (facts.outpatientFilingWaived) return answer('22', 'DIRECT', 'OK-WAIVED', { ratioClass: 'HOME_POLICY' });
  return asRows15To17('22a', facts) ?? noFiling('23', facts);
}

/** Rows 24–27: chronic care never falls back to ordinary outpatient. */
function decideChronic(facts: EligibilityFacts, chosen: ChosenFiling | undefined): EligibilityDecision {
  const { chronic } = facts;
  const values = chronic === undefined ? {} : { diseaseCode: chronic.diseaseCode };
  if (!chronic?.listed) return answer('24', 'SELF', 'CHR-LIST', { values });
  if (!chronic.qualified) return answer('25', 'SELF', 'CHR-QUAL', { values });
  if (!chronic.institutionOpened) return answer('25a', 'SELF', 'CHR-ORG', { values });
  if (chosen !== undefined) {
    return answer('26', 'DIRECT', 'OK', { ratioClass: 'HOME_POLICY', filing: chosen.filing });
  }
  return asRows15To17('26a', facts) ?? noFiling('27', facts);
}

/** Rows 28–29. */
function decideMaternity(facts: EligibilityFacts, chosen: ChosenFiling | undefined): EligibilityDecision {
  if (!facts.maternityOpenBothSides) return answer('29', 'SELF', 'MAT-CLOSED');
  if (chosen !== undefined) {
    return answer('28', 'DIRECT', 'OK', { ratioClass: 'HOME_POLICY', filing: chosen.filing });
  }
  if (facts.emergency) return deemed('28', 'HOME_POLICY');
  if (!facts.maternityRequiresFiling) {
    return answer('28a', 'DIRECT', 'OK-WAIVED', { ratioClass: 'HOME_POLICY' });
  }
  return asRows15To17('28b', facts) ?? noFiling('28c', facts);
}

/** The emergency mark beats no filing and the weakest class; it never worsens (§1.9). */
function isDeemed(facts: EligibilityFacts, chosen: ChosenFiling | undefined): boolean {
  return facts.emergency && (chosen === undefined || chosen.filing.type === 'TM_OTHER');
}

interface Unusable {
  readonly row: '15' | '16' | '17';
  readonly code: 'FIL-PENDING' | 'FIL-REGION' | 'FIL-EXPIRED';
  readonly filing: Filing;
  readonly values: Readonly<Record<string, string>>;
}

/** Rows 15–17 in that order: a filing is there, but it isn't decided, is for another region, or has ended. */
function explainNoFiling(facts: EligibilityFacts): Unusable | undefined {
  const { treatmentPool } = facts;
  const pending = latest(
    facts,
    (filing) =>
      (filing.state === 'REQUESTED' || filing.state === 'SUPPLEMENT') && mayHaveServed(filing, facts),
  );
  if (pending !== undefined) {
    const values = { filingId: pending.filingId, filingState: pending.state };
    return { row: '15', code: 'FIL-PENDING', filing: pending, values };
  }
  const elsewhere = latest(
    facts,
    (filing) =>
      serves(filing, facts.visitKind) &&
      !regionCovers(filing.targetRegion, treatmentPool) &&
      validOnSettlement(filing, facts),
  );
  if (elsewhere !== undefined) {
    const { filingId, targetRegion } = elsewhere;
    return {
      row: '16',
      code: 'FIL-REGION',
      filing: elsewhere,
      values: { filingId, targetRegion, treatmentPool },
    };
  }
  const ended = latest(
    facts,
    (filing) =>
      mayHaveServed(filing, facts) &&
      isInForce(filing, facts) &&
      filing.until !== undefined &&
      filing.until <= facts.admissionDate,
  );
  if (ended?.until === undefined) return undefined;
  const values = { filingId: ended.filingId, lastDay: addDays(ended.until, -1) };
  return { row: '17', code: 'FIL-EXPIRED', filing: ended, values };
}

function asRows15To17(row: '22a' | '26a' | '28b', facts: EligibilityFacts): EligibilityDecision | undefined {
  const unusable = explainNoFiling(facts);
  return unusable && answer(row, 'HOLD', unusable.code, unusable);
}

/** For this region and service, whenever it held. */
function mayHaveServed(filing: Filing, facts: EligibilityFacts): boolean {
  return serves(filing, facts.visitKind) && regionCovers(filing.targetRegion, facts.treatmentPool);
}

/** Ever effective or scheduled: what row 18 ("none or rejected") excludes. */
function everApproved(filing: Filing): boolean {
  switch (filing.state) {
    case 'REQUESTED':
    case 'SUPPLEMENT':
    case 'REJECTED':
      return false;
    case 'CANCELLED':
      return filing.effectiveAt !== undefined;
    case 'SCHEDULED':
    case 'EFFECTIVE':
    case 'CHANGED':
    case 'EXPIRED':
      return true;
  }
}

/** Of several the one with the latest start: the one the person is most likely to think of. */
function latest(facts: EligibilityFacts, test: (filing: Filing) => boolean): Filing | undefined {
  let found: Filing | undefined;
  for (const filing of facts.filings) {
    if (!test(filing)) continue;
    if (found === undefined || filing.from > found.from) found = filing;
    else if (filing.from === found.from && filing.filingId < found.filingId) found = filing;
  }
  return found;
}

/** A long-term filing in force whatever its region; one that is proved goes before one by open commitment. */
function longTermFiling(facts: EligibilityFacts): Filing | undefined {
  const holds = (filing: Filing) => isLongTerm(filing.type) && holdsFor(filing, facts);
  return latest(facts, (filing) => holds(filing) && filing.proof !== 'PENDING') ?? latest(facts, holds);
}

function covered(row: DecisionRow, chosen: ChosenFiling, code: DecisionCode): EligibilityDecision {
  return answer(row, 'DIRECT', code, {
    ratioClass: classOfType[chosen.filing.type],
    filing: chosen.filing,
    best: chosen.several,
  });
}

function deemed(row: '8' | '19' | '28', ratioClass: RatioClass): EligibilityDecision {
  return { route: 'DIRECT', ratioClass, code: 'OK-DEEMED', filingType: 'TM_EMERGENCY', row, values: {} };
}

function noFiling(row: '18' | '23' | '27' | '28c', facts: EligibilityFacts): EligibilityDecision {
  return answer(row, 'HOLD', 'FIL-NONE', { values: { treatmentPool: facts.treatmentPool } });
}

interface AnswerDetail {
  readonly ratioClass?: RatioClass;
  readonly filing?: Filing;
  readonly best?: boolean;
  readonly values?: Readonly<Record<string, string>>;
}

const NO_VALUES = Object.freeze({});

function answer(
  row: DecisionRow,
  route: Route,
  code: DecisionCode,
  detail: AnswerDetail = {},
): EligibilityDecision {
  return {
    route,
    ratioClass: detail.ratioClass,
    code,
    note: detail.best ? 'OK-BEST' : undefined,
    filingId: detail.filing?.filingId,
    filingType: detail.filing?.type,
    row,
    values: detail.values ?? NO_VALUES,
  };
}
