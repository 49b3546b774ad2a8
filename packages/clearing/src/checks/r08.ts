import { FUND_COLUMNS, FUND_NAMES } from '../funds.ts';
import type { PartyTables, RunTables } from '../tables/run-tables.ts';
import type { Table } from '../tables/table.ts';
import type { CheckFailure } from './check-failure.ts';
import { columnAt, rowsByCounterparty } from './table-values.ts';

/** R8: Σ of 14 per pair, scheme and fund = the deducted columns of 12/13; per pair = deduct_amt of 10 and 11. */
export function checkR8({ parties }: RunTables): readonly CheckFailure[] {
  return parties.flatMap((one) => [
    ...checkSide('PAY', one, one.payments),
    ...checkSide('RCV', one, one.receipts),
  ]);
}

/** The nine funds and their sum. */
const DEDUCT_COLUMNS = [...FUND_NAMES.map((name) => `deduct_${FUND_COLUMNS[name].column}`), 'deduct_amt'];
const TOTAL = DEDUCT_COLUMNS.length - 1;

function checkSide(
  direction: 'PAY' | 'RCV',
  { party, deductions, employeeFunds, residentFunds }: PartyTables,
  side: Table,
): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  const sums = deductionSums(deductions, direction);
  const rows = rowsByCounterparty(side, null);
  const total = columnAt(side, 'deduct_amt');
  const schemes = [
    { code: 'E', table: employeeFunds },
    { code: 'R', table: residentFunds },
  ].map(({ code, table }) => ({
    code,
    table,
    rows: rowsByCounterparty(table, direction),
    columns: DEDUCT_COLUMNS.map((column) => columnAt(table, column)),
  }));
  const compare = (row: string, expected: number, found: number): void => {
    if (expected !== found) failures.push({ check: 'R8', row, expected, found });
  };
  for (const counterparty of new Set([...rows.keys(), ...sums.keys()])) {
    const pair = `${party} ${direction} ${counterparty}`;
    const ofPair = sums.get(counterparty);
    for (const { code, table, rows: fundRows, columns } of schemes) {
      const row = fundRows.get(counterparty);
      const expected = ofPair?.[code];
      columns.forEach((at, index) => {
        const [sum, found] = [expected?.[index] ?? 0, Number(row?.[at] ?? 0)];
        if (sum !== found) compare(`${table.no} ${pair} ${DEDUCT_COLUMNS[index]}`, sum, found);
      });
    }
    const expected = (ofPair?.E?.[TOTAL] ?? 0) + (ofPair?.R?.[TOTAL] ?? 0);
    compare(`${side.no} ${pair} deduct_amt`, expected, Number(rows.get(counterparty)?.[total] ?? 0));
  }
  return failures;
}

/** Σ of the rows of 14 of one direction, by counterparty and scheme, in order of the columns. */
function deductionSums(
  table: Table,
  direction: 'PAY' | 'RCV',
): ReadonlyMap<string, Readonly<Record<string, number[]>>> {
  const sums = new Map<string, Record<string, number[]>>();
  const at = (column: string) => columnAt(table, column);
  const [side, counter, scheme] = [at('direction'), at('counter_code'), at('insutype')];
  const columns = DEDUCT_COLUMNS.map(at);
  for (const row of table.rows) {
    if (row[side] !== direction) continue;
    const counterparty = `${row[counter]}`;
    const ofPair = sums.get(counterparty) ?? {};
    const code = `${row[scheme]}`;
    const before = ofPair[code];
    ofPair[code] = columns.map((column, index) => (before?.[index] ?? 0) + Number(row[column] ?? 0));
    sums.set(counterparty, ofPair);
  }
  return sums;
}
