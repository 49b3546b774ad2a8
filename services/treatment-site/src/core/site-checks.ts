import { type CheckResult, checkOf, failed, type Refusal, refuse } from '@yijie/errors';
import type { Institution } from './institution.ts';
import { isStay, type Visit } from './visit.ts';

/** What the treatment site knows of a visit that isn't settled. */
export interface SiteFacts {
  readonly visit: Visit;
  readonly institution: Institution | undefined;
  /** Items met in the visit's refused bills that have no national code to this day. */
  readonly unmappedItems: readonly string[];
  /** A settlement was tried: what it lacked then is a failure now, and not just a stay that goes on. */
  readonly triedToSettle: boolean;
  /** What the hospital last said the bill adds up to, when that was refused. */
  readonly statedFen: number | undefined;
  /** The bill that a settlement would be made of, or why none can be; undefined while there are no charges. */
  readonly bill: { readonly totalFen: number } | Refusal | undefined;
  readonly idText: (id: Buffer) => string;
}

type Name = CheckResult['name'];

/** The treatment site's own checks with today's facts, in their order. */
export function siteChecks(facts: SiteFacts): CheckResult[] {
  const { visit, institution } = facts;
  const known: CheckResult =
    institution === undefined
      ? failed('institution', refuse('ORG-UNKNOWN', { institutionCode: visit.institutionCode }))
      : passed('institution');
  if (visit.cancelled) {
    const rest: readonly Name[] = ['duplicates', 'discharge', 'lines', 'dates', 'mapping', 'sums'];
    return [known, failed('visit', refuse('VST-CANCELLED')), ...rest.map(notReached)];
  }
  return [known, passed('visit'), duplicates(facts), discharge(facts), ...charges(facts)];
}

/** A bill that can't be made today fails at its own check; what stands before it passed. */
function charges(facts: SiteFacts): CheckResult[] {
  const { bill } = facts;
  if (bill === undefined || !('ok' in bill)) return [lines(facts), dates(facts), mapping(facts), sums(facts)];
  const names: readonly Name[] = ['lines', 'dates', 'mapping', 'sums'];
  const failsAt = names.indexOf(checkOf(bill.code));
  return names.map((name, index) => {
    if (index === failsAt) return failed(name, bill);
    return index < failsAt ? passed(name) : notReached(name);
  });
}

/** The sum of a bill that can be made. */
function totalOf({ bill }: SiteFacts): number | undefined {
  return bill !== undefined && 'totalFen' in bill ? bill.totalFen : undefined;
}

function duplicates({ visit, idText }: SiteFacts): CheckResult {
  if (visit.claim === undefined) return passed('duplicates');
  const id = idText(visit.claim.commandId);
  return failed(
    'duplicates',
    visit.claim.isSettled
      ? refuse('STL-DUP', { settlementId: id })
      : refuse('STL-RUNNING', { messageId: id }),
  );
}

function discharge({ visit, triedToSettle }: SiteFacts): CheckResult {
  if (!isStay(visit.terms) || visit.dischargeDate !== undefined) return passed('discharge');
  return triedToSettle ? failed('discharge', refuse('STL-NOTDISCHARGED')) : notReached('discharge');
}

function lines({ bill, triedToSettle }: SiteFacts): CheckResult {
  if (bill !== undefined) return passed('lines');
  return triedToSettle ? failed('lines', refuse('STL-NOLINES')) : notReached('lines');
}

/** Stored lines were judged when they came; a discharge taken back and made anew may cut some off. */
function dates({ visit, bill }: SiteFacts): CheckResult {
  const { lastServiceDate } = visit.charges;
  const { admissionDate, dischargeDate } = visit;
  if (dischargeDate !== undefined && lastServiceDate !== undefined && lastServiceDate > dischargeDate) {
    return failed('dates', refuse('CAT-DATE', { firstDay: admissionDate, lastDay: dischargeDate }));
  }
  return bill === undefined ? notReached('dates') : passed('dates');
}

function mapping({ unmappedItems, bill }: SiteFacts): CheckResult {
  if (unmappedItems.length > 0)
    return failed('mapping', refuse('CAT-UNMAPPED', { itemCodes: unmappedItems.join(', ') }));
  return bill === undefined ? notReached('mapping') : passed('mapping');
}

function sums(facts: SiteFacts): CheckResult {
  const { statedFen } = facts;
  const billTotalFen = totalOf(facts);
  if (billTotalFen === undefined) return notReached('sums');
  if (statedFen === undefined || statedFen === billTotalFen) return passed('sums');
  return failed(
    'sums',
    refuse('STL-SUM', { statedFen: String(statedFen), countedFen: String(billTotalFen) }),
  );
}

export function passed(name: Name, code = '', values: Readonly<Record<string, string>> = {}): CheckResult {
  return { name, state: 'PASSED', code, values, lineNumbers: [] };
}

export function notReached(name: Name): CheckResult {
  return { name, state: 'NOT_REACHED', code: '', values: {}, lineNumbers: [] };
}
