import { addDays, type Instant } from '@yijie/calendar';
import { CHECK_ORDER, type CheckName, checkOf, type Refusal } from '@yijie/errors';
import type { Filing } from '@yijie/filing';
import type { Member } from '../members/member.ts';
import type { PersonBenefits } from './benefits.ts';
import { eligibilityOf, servicesDay, settlementDay } from './eligibility.ts';
import type { HomeServices } from './home-services.ts';
import { decideSettlement, type HomeRules, type PersonView, type SettleQuestion } from './settle.ts';

/** How one check of the home region comes out. */
export interface Finding {
  readonly check: CheckName;
  readonly state: 'PASSED' | 'FAILED' | 'NOT_REACHED';
  /** Of a failure, or of a note beside a passed check. */
  readonly code: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What the home region checks of a settlement, in order. */
export const HOME_CHECKS: readonly CheckName[] = CHECK_ORDER.slice(
  CHECK_ORDER.indexOf('credential'),
  CHECK_ORDER.indexOf('accumulators') + 1,
);

/** More obstacles than there are checks can't be met. */
const ROUNDS_MAX = HOME_CHECKS.length + 1;

/**
 * Every check of a settlement with today's facts. A settlement stops at its first refusal; here each obstacle is put out of
 * the way (as if its fix were done) and the same decision asked again, so that a patient hears of everything at once and
 * not of one thing a day. What can't be put away leaves the checks behind it not reached.
 */
export function diagnoseVisit(
  rules: HomeRules,
  person: PersonView,
  question: SettleQuestion & { readonly quoteHash?: Uint8Array | undefined },
): readonly Finding[] {
  const failed = new Map<CheckName, Refused>();
  let attempt: Attempt = { rules, person, question };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const outcome = tryToSettle(attempt);
    if (outcome.ok) return findings(failed, outcome.notes, outcome.unreached);
    const check = checkOf(outcome.code);
    // A service that isn't opened has no policy either, and needs none.
    if (check === 'policy' && (failed.has('home-opening') || failed.has('maternity')))
      return findings(failed, new Map(), ['policy', ...after('policy')]);
    const cleared = failed.has(check) ? undefined : clear(attempt, check);
    failed.set(check, failed.get(check) ?? outcome);
    if (cleared === undefined) return findings(failed, new Map(), after(check));
    attempt = cleared;
  }
  return findings(failed, new Map(), []);
}

interface Attempt {
  readonly rules: HomeRules;
  readonly person: PersonView;
  readonly question: SettleQuestion & { readonly quoteHash?: Uint8Array | undefined };
}

type Refused = Pick<Refusal, 'ok' | 'code' | 'values'>;
type Outcome =
  | Refused
  | {
      readonly ok: true;
      readonly notes: ReadonlyMap<CheckName, string>;
      readonly unreached: readonly CheckName[];
    };

function tryToSettle(attempt: Attempt): Outcome {
  const { rules, person, question } = attempt;
  if (question.bill.totalFen === 0) return tryWithoutBill(attempt);
  const decision = decideSettlement(rules, person, question);
  if (!decision.ok) return { ok: false, code: decision.refusal.code, values: decision.refusal.values };
  const { answer } = decision.added.settlement;
  const { quoteHash } = question;
  if (quoteHash !== undefined && Buffer.compare(quoteHash, answer.quoteHash) !== 0)
    return { ok: false, code: 'STL-DRIFT', values: {} };
  const notes = new Map<CheckName, string>();
  if (answer.eligibilityCode !== 'OK') notes.set('filing', answer.eligibilityCode);
  for (const note of answer.notes) if (note !== 'OK-BEST') notes.set(checkOf(note), note);
  return { ok: true, notes, unreached: quoteHash === undefined ? ['accumulators'] : [] };
}

/** Before there are charges: everything but the amounts. */
function tryWithoutBill({ rules, person, question }: Attempt): Outcome {
  const { member } = person;
  const { homePool, treatmentPool, bill, settledAtMs } = question;
  if (member === undefined || member.homePool !== homePool)
    return { ok: false, code: 'CRD-TOKEN', values: { homePool } };
  const decision = eligibilityOf({
    member,
    filings: person.filings,
    benefits: person.benefits,
    services: rules.services(homePool, servicesDay(bill.visit, settlementDay(settledAtMs))),
    treatmentPool,
    institutionCode: question.institutionCode,
    visit: bill.visit,
    atMs: settledAtMs,
  });
  if (decision.route === 'HOME') return { ok: false, code: 'STL-LOCAL', values: { homePool } };
  if (decision.route !== 'DIRECT') return { ok: false, code: decision.code, values: decision.values };
  const found = rules.policies.find({
    homePool,
    scheme: member.scheme,
    settlementDate: settlementDay(settledAtMs),
    dischargeDate: bill.visit.dischargeDate,
  });
  if (!found.ok) return found;
  const notes = new Map<CheckName, string>();
  if (decision.code !== 'OK') notes.set('filing', decision.code);
  return { ok: true, notes, unreached: ['limits', 'account', 'accumulators'] };
}

/** The same attempt with what a check stumbled over put right; undefined when nothing in our hands would. */
function clear(attempt: Attempt, check: CheckName): Attempt | undefined {
  const { rules, person, question } = attempt;
  const { member } = person;
  const { bill } = question;
  const visit = (facts: Partial<typeof bill.visit>): Attempt => ({
    ...attempt,
    question: { ...question, bill: { ...bill, visit: { ...bill.visit, ...facts } } },
  });
  switch (check) {
    case 'enrolment':
      return member && { ...attempt, person: { ...person, member: insured(member, question) } };
    case 'home-opening':
    case 'maternity':
      return {
        ...attempt,
        rules: { ...rules, services: (pool, day) => openedFor(rules.services(pool, day), attempt) },
      };
    case 'networked':
      return visit({ institutionOpen: true });
    case 'suspension':
      return visit({ institutionSuspended: false });
    case 'injury':
      return visit({ injury: false });
    case 'chronic':
      return { ...visit({ diseaseNotOpen: false }), person: { ...person, benefits: qualified(attempt) } };
    case 'chosen-hospital':
      return { ...attempt, person: { ...person, benefits: chosen(attempt) } };
    case 'filing':
      return { ...visit({ paidInFull: false }), person: { ...person, filings: [coveringFiling(question)] } };
    case 'accumulators':
      return { ...attempt, question: { ...question, quoteHash: undefined } };
    default:
      return undefined;
  }
}

function openedFor(services: HomeServices, { question }: Attempt): HomeServices {
  return { ...services, opened: [...services.opened, question.bill.visit.kind] };
}

function insured(member: Member, { settledAtMs }: SettleQuestion): Member {
  return { ...member, insuredStatus: 'ACTIVE', insuredFrom: settlementDay(settledAtMs) };
}

function qualified({ person, question }: Attempt): PersonBenefits {
  const { chronicDiseaseCode: diseaseCode, admissionDate: from } = question.bill.visit;
  if (diseaseCode === undefined) return person.benefits;
  return {
    ...person.benefits,
    qualifications: [{ qualificationId: '', diseaseCode, from, institutionCodes: [] }],
  };
}

function chosen({ person, question }: Attempt): PersonBenefits {
  const from = question.bill.visit.admissionDate;
  return {
    ...person.benefits,
    choices: [{ ordinal: 1, from, institutionCodes: [question.institutionCode] }],
  };
}

/** The filing that the patient is told to make. */
function coveringFiling({ treatmentPool, bill, settledAtMs }: SettleQuestion): Filing {
  const from = bill.visit.admissionDate;
  return {
    filingId: '',
    type: bill.visit.kind === 'maternity' ? 'MATERNITY' : 'TM_OTHER',
    targetRegion: treatmentPool,
    from,
    until: addDays(settlementDay(settledAtMs), 1),
    state: 'EFFECTIVE',
    effectiveAt: settledAtMs as Instant,
    proof: 'NONE',
    channel: '',
  };
}

function after(check: CheckName): readonly CheckName[] {
  return HOME_CHECKS.slice(HOME_CHECKS.indexOf(check) + 1);
}

/** The amounts are the treatment site's to check, but a bill that came apart on the way is told here too. */
function findings(
  failed: ReadonlyMap<CheckName, Refused>,
  notes: ReadonlyMap<CheckName, string>,
  unreached: readonly CheckName[],
): readonly Finding[] {
  const outside = [...failed.keys()].filter((check) => !HOME_CHECKS.includes(check));
  return [...outside, ...HOME_CHECKS].map((check) => {
    const refused = failed.get(check);
    if (refused) return { check, state: 'FAILED', code: refused.code, values: refused.values };
    if (unreached.includes(check)) return { check, state: 'NOT_REACHED', code: '', values: {} };
    return { check, state: 'PASSED', code: notes.get(check) ?? '', values: {} };
  });
}
