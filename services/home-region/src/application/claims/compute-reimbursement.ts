import { localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { assert } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import { claimPolicy, type Reimbursed, reimburse } from '../../core/claims/reimburse.ts';
import type { CaseAmounts, ReimbursementCase } from '../../core/claims/reimbursement-case.ts';
import type { ClaimBill } from '../../core/claims/reimbursement-claim.ts';
import type { TermsBook } from '../../core/claims/reimbursement-terms.ts';
import type { PolicyBook } from '../../core/policy/policy-book.ts';
import type { ServicesBook } from '../../core/settling/home-services.ts';
import { directSettlementOf } from '../../repositories/claims/reimbursement-rows.ts';
import { filingsOfPerson } from '../../repositories/filing/filing-rows.ts';
import { hospitalChoicesOfPerson, qualificationsOfPerson } from '../../repositories/members/benefit-rows.ts';
import { findMember } from '../../repositories/members/member-rows.ts';
import { personYear, type YearOfPerson } from '../../repositories/settling/person-year.ts';

export interface ReimbursementParts {
  readonly policies: PolicyBook;
  readonly terms: TermsBook;
  readonly services: ServicesBook;
}

export interface ComputedReimbursement {
  readonly ok: true;
  readonly reimbursed: Reimbursed;
  readonly amounts: CaseAmounts;
  readonly year: YearOfPerson;
}

/** What the claim would bring on what the person has used by now. Reads only. */
export async function computeReimbursement(
  { policies, terms: book, services }: ReimbursementParts,
  tx: Queryable,
  found: ReimbursementCase,
  bill: ClaimBill,
  nowMs: number,
): Promise<ComputedReimbursement | Refusal> {
  const { claim, personToken, homePool, scheme } = found;
  const stored = await findMember(tx, personToken, undefined);
  assert(stored !== undefined, 'a claim of nobody');
  const { member } = stored;
  if (member.homePool !== homePool || member.scheme !== scheme) return refuse('ENR-MOVED');
  const terms = book(homePool, claim.paidInFullOn);
  assert(terms !== undefined, 'a claim was opened without terms');
  const policy = claimPolicy(policies, member, claim);
  if (!policy.ok) return policy;
  const year = { personToken, scheme, benefitYear: policy.benefitYear };
  const { accumulator, account } = await personYear(tx, year);
  // After the year was read: a settlement that commits before this look is seen, one that commits after it has taken
  // the next ordinal of the year, and the decision fails on it and is taken anew.
  if (claim.visitKind === 'inpatient' || claim.visitKind === 'maternity') {
    const settled = await directSettlementOf(tx, found);
    if (settled !== undefined) return refuse('REI-DIRECT', { settlementId: idToText(settled) });
  }
  const filings = (await filingsOfPerson(tx, personToken)).filter((filing) => filing.scheme === scheme);
  const reimbursed = reimburse({
    member,
    filings: filings.map(({ record }) => record),
    benefits: {
      qualifications: (await qualificationsOfPerson(tx, personToken)).filter((one) => one.scheme === scheme),
      choices: await hospitalChoicesOfPerson(tx, personToken),
    },
    services: services(homePool, claim.admissionDate),
    claim,
    bill,
    terms,
    policy: policy.policy,
    accumulator,
    account,
    today: localDateAt(nowMs),
  });
  if (!reimbursed.ok) return reimbursed;
  const { ratioClass, policyInput, result, fundFen, accountFen, payableFen } = reimbursed;
  const { benefitYear } = policy;
  const { policyVersion } = result;
  return {
    ok: true,
    reimbursed,
    year,
    amounts: { ratioClass, benefitYear, policyVersion, policyInput, result, fundFen, accountFen, payableFen },
  };
}
