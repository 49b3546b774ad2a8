import type { PartyTables, RunTables } from '../tables/run-tables.ts';
import type { Table } from '../tables/table.ts';
import type { CheckFailure } from './check-failure.ts';
import { columnAt, numericColumns, rowsByCounterparty } from './table-values.ts';

/** R5: a's row b in 11 = b's row a in 10, column by column. */
export function checkR5({ parties }: RunTables): readonly CheckFailure[] {
  return compareTwins(
    'R5',
    parties.map(({ party, payments, receipts }) => ({ party, paid: payments, received: receipts })),
    null,
  );
}

/** R7: what a pays b in 12/13 = what b receives from a, fund by fund. */
export function checkR7({ parties }: RunTables): readonly CheckFailure[] {
  const both = (tableOf: (one: PartyTables) => Table) =>
    compareTwins(
      'R7',
      parties.map((one) => ({ party: one.party, paid: tableOf(one), received: tableOf(one) })),
      'by direction',
    );
  return [...both((one) => one.employeeFunds), ...both((one) => one.residentFunds)];
}

interface Twins {
  readonly party: string;
  readonly paid: Table;
  readonly received: Table;
}

/** Compares each payer's row with its payee's, every amount and number; a row that only one of them has is compared with zeros. */
function compareTwins(
  check: 'R5' | 'R7',
  parties: readonly Twins[],
  directions: 'by direction' | null,
): readonly CheckFailure[] {
  const [pay, receive] = directions === null ? [null, null] : (['PAY', 'RCV'] as const);
  const byParty = new Map(parties.map((one) => [one.party, one]));
  const failures: CheckFailure[] = [];
  for (const { party, paid, received } of parties) {
    const columns = numericColumns(paid);
    for (const [payee, row] of rowsByCounterparty(paid, pay)) {
      const other = byParty.get(payee)?.received;
      const twin = other && rowsByCounterparty(other, receive).get(party);
      compareRows(`${paid.no} ${party}→${payee}`, paid, columns, row, twin);
    }
    for (const [payer, row] of rowsByCounterparty(received, receive)) {
      const other = byParty.get(payer)?.paid;
      if (other !== undefined && rowsByCounterparty(other, pay).has(party)) continue;
      compareRows(`${paid.no} ${payer}→${party}`, paid, columns, undefined, row);
    }
  }
  return failures;

  function compareRows(
    pair: string,
    table: Table,
    columns: readonly number[],
    ofPayer: Table['rows'][number] | undefined,
    ofPayee: Table['rows'][number] | undefined,
  ): void {
    for (const at of columns) {
      const [expected, found] = [Number(ofPayer?.[at] ?? 0), Number(ofPayee?.[at] ?? 0)];
      if (expected !== found)
        failures.push({ check, row: `${pair} ${table.columns[at]?.name}`, expected, found });
    }
  }
}

/** What a row of 11 must be, from the employee and the resident block of what the party pays that counterparty. */
const FROM_FUNDS = [
  ['emp_clr', 'clr_amt', null],
  ['emp_deduct', 'deduct_amt', null],
  ['emp_amt', 'net_amt', null],
  ['res_clr', null, 'clr_amt'],
  ['res_deduct', null, 'deduct_amt'],
  ['res_amt', null, 'net_amt'],
  ['clr_amt', 'clr_amt', 'clr_amt'],
  ['deduct_amt', 'deduct_amt', 'deduct_amt'],
  ['net_amt', 'net_amt', 'net_amt'],
  ['psn_times', 'psn_times', 'psn_times'],
  ['medfee_amt', 'medfee_amt', 'medfee_amt'],
] as const;

/** R6: per counterparty a's employee and resident blocks of what it pays = its row of 11 (E from 12, R from 13). */
export function checkR6({ parties }: RunTables): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const { party, payments, employeeFunds, residentFunds } of parties) {
    const columns = FROM_FUNDS.map(([column, employee, resident]) => ({
      column,
      at: columnAt(payments, column),
      employee: employee === null ? -1 : columnAt(employeeFunds, employee),
      resident: resident === null ? -1 : columnAt(residentFunds, resident),
    }));
    const rows = rowsByCounterparty(payments, null);
    const employees = rowsByCounterparty(employeeFunds, 'PAY');
    const residents = rowsByCounterparty(residentFunds, 'PAY');
    for (const counterparty of new Set([...rows.keys(), ...employees.keys(), ...residents.keys()])) {
      const [row, employee, resident] = [rows, employees, residents].map((one) => one.get(counterparty));
      for (const one of columns) {
        const expected = Number(employee?.[one.employee] ?? 0) + Number(resident?.[one.resident] ?? 0);
        const found = Number(row?.[one.at] ?? 0);
        if (expected === found) continue;
        failures.push({ check: 'R6', row: `11 ${party} ${counterparty} ${one.column}`, expected, found });
      }
    }
  }
  return failures;
}
