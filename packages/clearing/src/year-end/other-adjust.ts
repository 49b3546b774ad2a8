import { type Fen, fen, formatYuan } from '@yijie/money';
import type { ClearingRow } from '../cells/cell.ts';
import type { Deduction } from '../deductions/deduction.ts';
import { sumFunds } from '../funds.ts';
import { partiesIn, type RunOwner } from '../party.ts';
import { totalsKey, type YearTotals } from './year-totals.ts';

/** What no monthly run could take of a pair and scheme, for `other_adjust` of attachment 15 with its note. */
export interface OtherAdjust extends Pick<YearTotals, 'payer' | 'payee' | 'scheme'> {
  readonly amountFen: Fen;
  /** Every row with its amount: the note has to list them. */
  readonly note: string;
  readonly settlementIds: readonly string[];
  /** Ids of its rows and numbers of its deductions: none of them is taken twice. */
  readonly ids: readonly string[];
}

/** What of a row or a deduction counts here. */
export type LateRow = Pick<
  ClearingRow,
  'settlementId' | 'homePool' | 'treatmentPool' | 'scheme' | 'clearing'
>;
export type LateDeduction = Pick<
  Deduction,
  'deductId' | 'settlementId' | 'homePool' | 'treatmentPool' | 'scheme' | 'funds'
>;

/**
 * Rows carried as TOO_LATE, and deductions of a closed year, that this year's application takes (clearing-and-filing §4.9). Sorted by
 * pair and scheme, the rows of each by id.
 */
export function otherAdjusts(
  owner: RunOwner,
  rows: readonly LateRow[],
  deductions: readonly LateDeduction[],
): readonly OtherAdjust[] {
  const open = new Map<string, { on: Parts; lines: Line[] }>();
  const add = (of: LateRow | LateDeduction, id: string, amount: number): void => {
    const parties = partiesIn(owner, of);
    if (parties === undefined) return;
    const on = { ...parties, scheme: of.scheme };
    const key = totalsKey(on);
    const known = open.get(key) ?? { on, lines: [] };
    known.lines.push({ id, settlementId: of.settlementId, amountFen: fen(amount) });
    open.set(key, known);
  };
  for (const row of rows) add(row, row.settlementId, sumFunds(row.clearing));
  for (const one of deductions) add(one, one.deductId, -sumFunds(one.funds));
  return [...open]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { on, lines }]) => {
      const sorted = lines.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return {
        ...on,
        amountFen: fen(sorted.reduce((sum, { amountFen }) => sum + amountFen, 0)),
        note: sorted.map(({ id, amountFen }) => `${id} ${formatYuan(amountFen)}`).join('；'),
        settlementIds: [...new Set(sorted.map(({ settlementId }) => settlementId))],
        ids: sorted.map(({ id }) => id),
      };
    });
}

type Parts = Pick<YearTotals, 'payer' | 'payee' | 'scheme'>;

interface Line {
  readonly id: string;
  readonly settlementId: string;
  readonly amountFen: Fen;
}
