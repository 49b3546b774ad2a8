import type { LocalDate } from '@yijie/calendar';
import type { PersonClass, RatioClass, Scheme } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { PolicyInput, PolicyResult } from '@yijie/policy';
import type { Claim, ClaimBill } from './reimbursement-claim.ts';
import type { ReimbursementState } from './reimbursement-states.ts';

/** A claim for manual reimbursement with all that has happened to it. */
export interface ReimbursementCase {
  readonly reimbursementId: Uint8Array;
  readonly personToken: string;
  readonly homePool: string;
  readonly scheme: Scheme;
  readonly personClass: PersonClass;
  readonly claim: Claim;
  readonly openedAtMs: number;
  readonly deadline: LocalDate;
  readonly state: ReimbursementState;
  readonly version: number;
  readonly receivedOn?: LocalDate | undefined;
  /** Last day of the decision; undefined while its holidays aren't published. */
  readonly dueOn?: LocalDate | undefined;
  readonly entered?: { readonly by: string; readonly bill: ClaimBill } | undefined;
  readonly decision?: CaseDecision | undefined;
  readonly amounts?: CaseAmounts | undefined;
  readonly payment?: CasePayment | undefined;
}

export interface CaseDecision {
  readonly by: string;
  readonly atMs: number;
  /** Working days from receipt to decision; undefined where holidays aren't published. */
  readonly handledDays: number | undefined;
  readonly reasonCode: string;
  readonly reason: string;
}

/** What was decided in favour, and what it was computed from. */
export interface CaseAmounts {
  readonly ratioClass: RatioClass;
  readonly benefitYear: string;
  readonly policyVersion: string;
  readonly policyInput: PolicyInput;
  readonly result: PolicyResult;
  readonly fundFen: Fen;
  readonly accountFen: Fen;
  readonly payableFen: Fen;
}

export interface CasePayment {
  readonly by: string;
  readonly atMs: number;
  readonly on: LocalDate;
  readonly bankReference: string;
}

/** Where the person wants the money. */
export interface BankAccount {
  readonly bankName: string;
  readonly account: string;
  readonly holder: string;
}
