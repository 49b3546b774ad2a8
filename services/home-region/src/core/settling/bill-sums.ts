import type { Bill, BillParts, SplitLine } from './command.ts';

/** Amounts that should be equal and aren't: what the treatment site states, and what its parts add up to. */
export interface SumFlaw {
  readonly statedFen: string;
  readonly countedFen: string;
  /** The charge category that differs, where the whole bill agrees. */
  readonly categoryCode?: string;
}

/**
 * Whether categories, item groups and lines are three views of one bill. Stays send no lines; an outpatient or chronic
 * visit always does, and its lines have to give every category and every group in all their parts.
 */
export function sumFlawOf(bill: Bill): SumFlaw | undefined {
  return wholeFlaw(bill, bill.categories) ?? wholeFlaw(bill, bill.groups) ?? linesFlaw(bill);
}

const PARTS = ['totalFen', 'selfPaidFen', 'overLimitFen', 'prepaySelfFen', 'inScopeFen'] as const;

function wholeFlaw(bill: Bill, rows: readonly BillParts[]): SumFlaw | undefined {
  let counted = 0;
  for (const row of rows) {
    const ofParts = row.selfPaidFen + row.overLimitFen + row.prepaySelfFen + row.inScopeFen;
    if (row.totalFen !== ofParts) return flaw(row.totalFen, ofParts);
    counted += row.totalFen;
  }
  return counted === bill.totalFen ? undefined : flaw(bill.totalFen, counted);
}

function linesFlaw(bill: Bill): SumFlaw | undefined {
  const { lines, visit } = bill;
  if (lines.length === 0)
    return visit.kind === 'outpatient' || visit.kind === 'chronic' ? flaw(bill.totalFen, 0) : undefined;
  const whole = wholeFlaw(bill, lines);
  if (whole) return whole;
  const byCategory = sumsBy(lines, (line) => line.category);
  const byGroup = sumsBy(lines, (line) => line.group);
  return (
    viewFlaw(bill.categories, byCategory, (row) => row.code) ??
    viewFlaw(bill.groups, byGroup, (row) => row.group)
  );
}

type Sums = Record<(typeof PARTS)[number], number>;

function sumsBy(lines: readonly SplitLine[], keyOf: (line: SplitLine) => string): Map<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const line of lines) {
    const key = keyOf(line);
    const sum = sums.get(key) ?? {
      totalFen: 0,
      selfPaidFen: 0,
      overLimitFen: 0,
      prepaySelfFen: 0,
      inScopeFen: 0,
    };
    for (const part of PARTS) sum[part] += line[part];
    sums.set(key, sum);
  }
  return sums;
}

/** The first row, or the first sum without a row, that differs in any part. */
function viewFlaw<Row extends BillParts>(
  rows: readonly Row[],
  sums: Map<string, Sums>,
  keyOf: (row: Row) => string,
): SumFlaw | undefined {
  for (const row of rows) {
    const key = keyOf(row);
    const sum = sums.get(key);
    for (const part of PARTS)
      if (row[part] !== (sum?.[part] ?? 0)) return flaw(row[part], sum?.[part] ?? 0, key);
    sums.delete(key);
  }
  // What a return took back entirely may stand in the lines and in no category.
  for (const [key, sum] of sums)
    for (const part of PARTS) if (sum[part] !== 0) return flaw(0, sum[part], key);
  return undefined;
}

function flaw(stated: number, counted: number, key?: string): SumFlaw {
  const amounts = { statedFen: `${stated}`, countedFen: `${counted}` };
  return key === undefined || key === '' ? amounts : { ...amounts, categoryCode: key };
}
