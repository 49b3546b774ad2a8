import type { LocalDate } from '@yijie/calendar';
import type { FeeCategoryCode, HospitalKind, HospitalLevel, VisitKind } from '@yijie/codes';
import { type Fen, sumFen } from '@yijie/money';
import type { BillGroup } from '@yijie/policy';
import type { BillParts, CategoryTotals } from '../settling/command.ts';

/** Why a visit wasn't settled directly: the SELF rows of clearing-and-filing §1.14, and a system that failed. */
export const CLAIM_CAUSES = [
  'ENR-INACTIVE',
  'HOME-NOTOPEN',
  'ORG-NOTNET',
  'ORG-NOTCHOSEN',
  'INJ-3P',
  'FIL-PROOF',
  'FIL-AFTER',
  'CHR-LIST',
  'CHR-QUAL',
  'CHR-ORG',
  'MAT-CLOSED',
  'NET-HOME',
] as const;
export type ClaimCause = (typeof CLAIM_CAUSES)[number];

export const CLAIM_CHANNELS = ['ONLINE', 'COUNTER'] as const;
export type ClaimChannel = (typeof CLAIM_CHANNELS)[number];

/** Why a claim is rejected. */
export const REJECTION_REASONS = [
  'DEADLINE',
  'NOT_COVERED',
  'NOT_GENUINE',
  'THIRD_PARTY',
  'DUPLICATE',
  'OTHER',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** A visit that was paid in full, as its receipt and papers tell it. */
export interface Claim {
  readonly visitKind: VisitKind;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly institutionName: string;
  readonly hospitalLevel: HospitalLevel;
  readonly hospitalKind: HospitalKind;
  /** Admission, or the day of an outpatient visit. */
  readonly admissionDate: LocalDate;
  readonly dischargeDate: LocalDate | undefined;
  /** The day of the receipt: for who has paid in full, that payment is the settlement (§1.6, 3). */
  readonly paidInFullOn: LocalDate;
  readonly emergency: boolean;
  readonly injury: boolean;
  readonly thirdPartyLiable: boolean;
  readonly injuryStatement: boolean;
  readonly diseaseCode: string | undefined;
  readonly receiptNumber: string;
  readonly totalFen: Fen;
  readonly useAccount: boolean;
  readonly cause: ClaimCause;
  readonly channel: ClaimChannel;
}

/** The bill as the agency's clerk enters it, converted by the catalogue that the terms name. */
export interface ClaimBill {
  readonly categories: readonly CategoryTotals[];
  readonly groups: readonly BillGroup[];
  /** The itemised list, where the clerk entered it: categories and groups are its sums. */
  readonly items?: readonly ClaimItem[] | undefined;
}

/** A line of the itemised list with the parts that the catalogue gives it. */
export interface ClaimItem extends BillParts {
  readonly nationalCode: string;
  readonly name: string;
  readonly category: FeeCategoryCode;
  readonly group: string;
}

/** A bill from its items: their sums by category and by group, in the order of first appearance. */
export function billOfItems(items: readonly ClaimItem[]): ClaimBill {
  const summed = <Key extends string>(keyOf: (item: ClaimItem) => Key) =>
    [...Map.groupBy(items, keyOf)].map(([key, ofKey]) => [key, sumOfParts(ofKey)] as const);
  return {
    categories: summed(({ category }) => category).map(([code, parts]) => ({ code, ...parts })),
    groups: summed(({ group }) => group).map(([group, parts]) => ({ group, ...parts })),
    items,
  };
}

export function sumOfParts(of: readonly BillParts[]): BillParts {
  const sum = (name: keyof BillParts) => sumFen(of.map((parts) => parts[name]));
  return {
    totalFen: sum('totalFen'),
    selfPaidFen: sum('selfPaidFen'),
    overLimitFen: sum('overLimitFen'),
    prepaySelfFen: sum('prepaySelfFen'),
    inScopeFen: sum('inScopeFen'),
  };
}
