import { type DateRange, rangesOverlap } from '@yijie/calendar';
import { FEE_CATEGORY_CODES } from '@yijie/codes';
import { type CatalogueRow, ITEM_GROUPS, type MappingRow } from './contract.ts';
import { ITEM_CODE_LENGTH_MAX } from './line-form.ts';

/** A row that can't be used, or two rows that hold on the same day. */
export interface RowProblem {
  readonly row: 'mapping' | 'catalogue';
  /** Local item code of a mapping, national code of a catalogue entry. */
  readonly code: string;
  readonly problem:
    | 'code-missing'
    | 'code-too-long'
    | 'range-empty'
    | 'overlap'
    | 'self-paid-incomplete'
    | 'ratio-out-of-range'
    | 'limit-out-of-range'
    | 'category-unknown'
    | 'group-unknown';
}

/** All rows that must not enter an index. */
export function findRowProblems(
  mappingRows: readonly MappingRow[],
  catalogueRows: readonly CatalogueRow[],
): RowProblem[] {
  const problems: RowProblem[] = [];
  const add = (row: RowProblem['row'], code: string, problem: RowProblem['problem'] | undefined) => {
    if (problem !== undefined) problems.push({ row, code, problem });
  };
  for (const row of mappingRows) add('mapping', row.itemCode, mappingProblem(row));
  for (const row of catalogueRows) add('catalogue', row.nationalCode, catalogueProblem(row));
  for (const code of overlaps(mappingRows, (row) => row.itemCode)) add('mapping', code, 'overlap');
  for (const code of overlaps(catalogueRows, (row) => row.nationalCode)) add('catalogue', code, 'overlap');
  return problems;
}

function mappingProblem(row: MappingRow): RowProblem['problem'] | undefined {
  if (row.itemCode === '' || row.nationalCode === '') return 'code-missing';
  if (row.itemCode.length > ITEM_CODE_LENGTH_MAX) return 'code-too-long';
  if (isEmpty(row)) return 'range-empty';
  if (row.nationalCode === undefined && (!row.selfPaidReason || row.selfPaidCategory === undefined)) {
    return 'self-paid-incomplete';
  }
  if (row.selfPaidCategory !== undefined && !FEE_CATEGORY_CODES.includes(row.selfPaidCategory)) {
    return 'category-unknown';
  }
  return undefined;
}

function catalogueProblem(row: CatalogueRow): RowProblem['problem'] | undefined {
  if (row.nationalCode === '') return 'code-missing';
  if (isEmpty(row)) return 'range-empty';
  if (!FEE_CATEGORY_CODES.includes(row.category)) return 'category-unknown';
  if (!ITEM_GROUPS.includes(row.group)) return 'group-unknown';
  // Classes A and C have no prepaid share: the ratio belongs to class B alone.
  const ratioMax = row.itemClass === 'B' ? 10_000 : 0;
  if (!Number.isInteger(row.prepayRatio) || row.prepayRatio < 0 || row.prepayRatio > ratioMax) {
    return 'ratio-out-of-range';
  }
  if (row.priceLimitE4 !== undefined && !(Number.isSafeInteger(row.priceLimitE4) && row.priceLimitE4 >= 0)) {
    return 'limit-out-of-range';
  }
  return undefined;
}

/** Codes with two rows that hold on one day, each once. */
function overlaps<Row extends Valid>(rows: readonly Row[], codeOf: (row: Row) => string): string[] {
  const first = new Map<string, Row>();
  const several = new Map<string, Row[]>();
  for (const row of rows) {
    const code = codeOf(row);
    const before = first.get(code);
    if (before === undefined) first.set(code, row);
    else several.set(code, [...(several.get(code) ?? [before]), row]);
  }
  return [...several].filter(([, list]) => anyOverlap(list)).map(([code]) => code);
}

function anyOverlap(rows: readonly Valid[]): boolean {
  const sorted = rows.toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
  return sorted.some((row, i) => {
    const next = sorted[i + 1];
    return next !== undefined && rangesOverlap(rangeOf(row), rangeOf(next));
  });
}

type Valid = Pick<CatalogueRow, 'validFrom' | 'validUntil'>;

function rangeOf(row: Valid): DateRange {
  return { from: row.validFrom, until: row.validUntil };
}

function isEmpty(row: Valid): boolean {
  return row.validUntil !== undefined && row.validUntil <= row.validFrom;
}
