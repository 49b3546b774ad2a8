import type { Scheme, VisitKind } from '@yijie/codes';
import { type Fen, ZERO_FEN } from '@yijie/money';

/** Sums of a hospital's settlements of a span by scheme, visit kind and direction (national 3201). */
export interface Totals {
  readonly scheme: Scheme;
  readonly visitKind: VisitKind;
  /** Refunds are counted apart, with their amounts negative. */
  readonly isRefunds: boolean;
  readonly times: number;
  readonly medicalFen: Fen;
  /** What the funds pay, accounts excluded. */
  readonly fundFen: Fen;
  readonly accountFen: Fen;
}

export interface TotalsDifference {
  readonly hospital: Totals;
  readonly centre: Totals;
}

/** Where the hospital's totals and the centre's differ; a line that one side lacks is one of zeros. */
export function compareTotals(hospital: readonly Totals[], centre: readonly Totals[]): TotalsDifference[] {
  const ours = new Map(centre.map((totals) => [keyOf(totals), totals]));
  const theirs = new Map(hospital.map((totals) => [keyOf(totals), totals]));
  return [...new Set([...theirs.keys(), ...ours.keys()])].sort().flatMap((key) => {
    const [one, other] = [theirs.get(key), ours.get(key)];
    const stated = one ?? zeros(other as Totals);
    const counted = other ?? zeros(stated);
    return isSame(stated, counted) ? [] : [{ hospital: stated, centre: counted }];
  });
}

/** One settlement or refund as the hospital has it (national 3202). */
export interface DetailRow {
  readonly settlementId: string;
  readonly isRefund: boolean;
  readonly medicalFen: Fen;
  readonly fundFen: Fen;
  readonly accountFen: Fen;
}

/** clearing-and-filing §2.6. STATUS_DIFF: the other side has it the other way round, or has its refund. */
export const DETAIL_DIFFERENCES = [
  'MISSING_AT_HOSPITAL',
  'MISSING_AT_CENTRE',
  'AMOUNT_DIFF',
  'STATUS_DIFF',
] as const;
export type DetailDifferenceKind = (typeof DETAIL_DIFFERENCES)[number];

export interface DetailDifference {
  readonly settlementId: string;
  readonly kind: DetailDifferenceKind;
  readonly hospital: DetailRow | undefined;
  readonly centre: DetailRow | undefined;
}

/** Row by row, in order of id. A row that stands twice on one side counts as the last of them. */
export function compareDetail(
  hospital: readonly DetailRow[],
  centre: readonly DetailRow[],
): DetailDifference[] {
  const theirs = new Map(hospital.map((row) => [row.settlementId, row]));
  const ours = new Map(centre.map((row) => [row.settlementId, row]));
  return [...new Set([...theirs.keys(), ...ours.keys()])].sort().flatMap((settlementId) => {
    const [one, other] = [theirs.get(settlementId), ours.get(settlementId)];
    const kind = kindOf(one, other);
    return kind === undefined ? [] : [{ settlementId, kind, hospital: one, centre: other }];
  });
}

function kindOf(
  hospital: DetailRow | undefined,
  centre: DetailRow | undefined,
): DetailDifferenceKind | undefined {
  if (hospital === undefined) return 'MISSING_AT_HOSPITAL';
  if (centre === undefined) return 'MISSING_AT_CENTRE';
  if (hospital.isRefund !== centre.isRefund) return 'STATUS_DIFF';
  return isSameAmounts(hospital, centre) ? undefined : 'AMOUNT_DIFF';
}

function isSame(some: Totals, others: Totals): boolean {
  return some.times === others.times && isSameAmounts(some, others);
}

type Amounts = Pick<Totals, 'medicalFen' | 'fundFen' | 'accountFen'>;

function isSameAmounts(some: Amounts, others: Amounts): boolean {
  return (
    some.medicalFen === others.medicalFen &&
    some.fundFen === others.fundFen &&
    some.accountFen === others.accountFen
  );
}

function keyOf({ scheme, visitKind, isRefunds }: Totals): string {
  return `${scheme} ${visitKind} ${isRefunds}`;
}

function zeros({ scheme, visitKind, isRefunds }: Totals): Totals {
  return {
    scheme,
    visitKind,
    isRefunds,
    times: 0,
    medicalFen: ZERO_FEN,
    fundFen: ZERO_FEN,
    accountFen: ZERO_FEN,
  };
}
