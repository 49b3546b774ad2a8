import type { LocalDate } from '@yijie/calendar';
import type { ConvertedBill } from '@yijie/catalogue';
import { VisitKind } from '@yijie/contracts/common';
import type { VisitTerms } from '@yijie/contracts/treatment';
import { type Fen, fen } from '@yijie/money';
import type { LineRanges } from './line-ranges.ts';

/** A stay or an outpatient visit with its charges, as the treatment site keeps it. */
export interface Visit {
  readonly visitId: Buffer;
  readonly version: number;
  readonly institutionCode: string;
  readonly personToken: string;
  readonly homePool: string;
  readonly localAdmissionNumber: string;
  readonly terms: VisitTerms;
  readonly admissionDate: LocalDate;
  readonly department: string;
  readonly bedNumber: string;
  readonly cancelled: boolean;
  readonly dischargeDate: LocalDate | undefined;
  readonly dischargeDiagnosis: string;
  readonly charges: StoredCharges;
  readonly uploadCount: number;
  /** The settlement in force or in flight. */
  readonly claim: VisitClaim | undefined;
}

/** Charges uploaded before the settlement. */
export interface StoredCharges {
  readonly ranges: LineRanges;
  readonly bill: ConvertedBill;
  readonly firstServiceDate: LocalDate | undefined;
  readonly lastServiceDate: LocalDate | undefined;
}

export interface VisitClaim {
  readonly commandId: Buffer;
  readonly isSettled: boolean;
}

export type VisitState = 'ADMITTED' | 'CHARGING' | 'DISCHARGED' | 'SETTLING' | 'SETTLED' | 'CANCELLED';

/** ADMITTED → CHARGING → DISCHARGED → SETTLING → SETTLED, and by a refund back to DISCHARGED (§2.2). */
export function visitState(visit: Visit): VisitState {
  if (visit.cancelled) return 'CANCELLED';
  if (visit.claim) return visit.claim.isSettled ? 'SETTLED' : 'SETTLING';
  if (visit.dischargeDate !== undefined) return 'DISCHARGED';
  return visit.charges.bill.lineCount > 0 ? 'CHARGING' : 'ADMITTED';
}

/** Whether the kind of visit ends with a discharge: a stay does, an outpatient visit doesn't. */
export function isStay(terms: VisitTerms): boolean {
  return terms.kind === VisitKind.INPATIENT || terms.kind === VisitKind.MATERNITY;
}

export const NO_BILL: ConvertedBill = Object.freeze({
  totalFen: 0 as Fen,
  lineCount: 0,
  categories: [],
  groups: [],
});

export const NO_CHARGES: StoredCharges = Object.freeze({
  ranges: [],
  bill: NO_BILL,
  firstServiceDate: undefined,
  lastServiceDate: undefined,
});

/** The sum of two bills of one visit, category by category and group by group. */
export function addBills(a: ConvertedBill, b: ConvertedBill): ConvertedBill {
  if (a.lineCount === 0) return b;
  if (b.lineCount === 0) return a;
  return {
    totalFen: fen(a.totalFen + b.totalFen),
    lineCount: a.lineCount + b.lineCount,
    categories: addParts(a.categories, b.categories, (parts) => parts.code),
    groups: addParts(a.groups, b.groups, (parts) => parts.group),
  };
}

interface Parts {
  readonly totalFen: Fen;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

function addParts<Row extends Parts>(
  a: readonly Row[],
  b: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const sums = new Map(a.map((row) => [keyOf(row), row]));
  for (const row of b) {
    const before = sums.get(keyOf(row));
    sums.set(
      keyOf(row),
      before === undefined
        ? row
        : {
            ...row,
            totalFen: fen(before.totalFen + row.totalFen),
            selfPaidFen: fen(before.selfPaidFen + row.selfPaidFen),
            overLimitFen: fen(before.overLimitFen + row.overLimitFen),
            prepaySelfFen: fen(before.prepaySelfFen + row.prepaySelfFen),
            inScopeFen: fen(before.inScopeFen + row.inScopeFen),
          },
    );
  }
  return [...sums.values()].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}
