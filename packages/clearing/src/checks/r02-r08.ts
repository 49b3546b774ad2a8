import { SCHEMES } from '@yijie/codes';
import { FUND_COLUMNS, FUND_NAMES } from '../funds.ts';
import type { PartyTables, RunTables } from '../tables/run-tables.ts';
import type { CellValue, Table } from '../tables/table.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** R2: Σ claimed by the rows of the run = Σ pay_clr of 9 = Σ rcv_clr of 9. */
export function checkR2(rowsClearingFen: number, { clearing }: RunTables): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  return [
    ...unequal('R2', '9 pay_clr', rowsClearingFen, nine.sum('pay_clr')),
    ...unequal('R2', '9 rcv_clr', rowsClearingFen, nine.sum('rcv_clr')),
  ];
}

/** R3: Σ payable = Σ receivable; balances sum to 0. */
export function checkR3({ clearing }: RunTables): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  return [
    ...unequal('R3', '9 pay_amt = rcv_amt', nine.sum('pay_amt'), nine.sum('rcv_amt')),
    ...unequal('R3', '9 balance_amt', 0, nine.sum('balance_amt')),
  ];
}

/** Columns of table 9 and what they are in tables 10 and 11. */
const NINE_TO_SIDE = [
  ['times', 'psn_times'],
  ['medfee', 'medfee_amt'],
  ['emp', 'emp_amt'],
  ['res', 'res_amt'],
  ['clr', 'clr_amt'],
  ['deduct', 'deduct_amt'],
  ['amt', 'net_amt'],
] as const;

/** R4: each region's row of 9 = the totals of its 11 (pays) and its 10 (receives); a region of 10 or 11 has its row. */
export function checkR4({ clearing, parties }: RunTables): readonly CheckFailure[] {
  const nine = tableValues(clearing);
  const rows = nine.rowsBy('region_code');
  return parties.flatMap(({ party, payments, receipts }) =>
    [['pay', '11', tableValues(payments)] as const, ['rcv', '10', tableValues(receipts)] as const].flatMap(
      ([side, no, values]) =>
        NINE_TO_SIDE.flatMap(([inNine, inSide]) =>
          unequal(
            'R4',
            `9 ${party} ${side}_${inNine} = ${no} ${inSide}`,
            values.sum(inSide),
            nine.number(rows.get(party), `${side}_${inNine}`),
          ),
        ),
    ),
  );
}

/** R5: a's row b in 11 = b's row a in 10, column by column. */
export function checkR5({ parties }: RunTables): readonly CheckFailure[] {
  return compareTwins(
    'R5',
    parties,
    ({ payments }) => payments,
    ({ receipts }) => receipts,
    '',
  );
}

/** R6: per counterparty a's employee and resident blocks of what it pays = its row of 11 (E from 12, R from 13). */
export function checkR6({ parties }: RunTables): readonly CheckFailure[] {
  return parties.flatMap(({ party, payments, employeeFunds, residentFunds }) => {
    const eleven = tableValues(payments);
    const twelve = tableValues(employeeFunds);
    const thirteen = tableValues(residentFunds);
    const rows = eleven.rowsBy('counter_code');
    const employees = twelve.rowsBy('direction', 'counter_code');
    const residents = thirteen.rowsBy('direction', 'counter_code');
    const counterparties = new Set([...rows.keys(), ...paidIn(employees), ...paidIn(residents)]);
    return [...counterparties].flatMap((counterparty) => {
      const row = rows.get(counterparty);
      const employee = employees.get(`PAY ${counterparty}`);
      const resident = residents.get(`PAY ${counterparty}`);
      const equal = (column: string, expected: number) =>
        unequal('R6', `11 ${party} ${counterparty} ${column}`, expected, eleven.number(row, column));
      return [
        ...equal('emp_clr', twelve.number(employee, 'clr_amt')),
        ...equal('emp_deduct', twelve.number(employee, 'deduct_amt')),
        ...equal('emp_amt', twelve.number(employee, 'net_amt')),
        ...equal('res_clr', thirteen.number(resident, 'clr_amt')),
        ...equal('res_deduct', thirteen.number(resident, 'deduct_amt')),
        ...equal('res_amt', thirteen.number(resident, 'net_amt')),
        ...(['clr_amt', 'deduct_amt', 'net_amt', 'psn_times', 'medfee_amt'] as const).flatMap((column) =>
          equal(column, twelve.number(employee, column) + thirteen.number(resident, column)),
        ),
      ];
    });
  });
}

/** R7: what a pays b in 12/13 = what b receives from a, fund by fund. */
export function checkR7({ parties }: RunTables): readonly CheckFailure[] {
  return SCHEMES.flatMap((scheme) => {
    const tableOf = (one: PartyTables): Table =>
      scheme === 'employee' ? one.employeeFunds : one.residentFunds;
    return compareTwins('R7', parties, tableOf, tableOf, 'direction');
  });
}

/** R8: Σ of 14 per pair, scheme and fund = the deducted columns of 12/13; per pair = deduct_amt of 10 and 11. */
export function checkR8({ parties }: RunTables): readonly CheckFailure[] {
  return parties.flatMap((one) => [
    ...deductedOnOneSide('PAY', one, one.payments),
    ...deductedOnOneSide('RCV', one, one.receipts),
  ]);
}

function deductedOnOneSide(
  direction: 'PAY' | 'RCV',
  { party, deductions, employeeFunds, residentFunds }: PartyTables,
  side: Table,
): readonly CheckFailure[] {
  const sums = deductionSums(deductions, direction);
  const values = tableValues(side);
  const rows = values.rowsBy('counter_code');
  const funds = [
    { scheme: 'E', table: employeeFunds },
    { scheme: 'R', table: residentFunds },
  ].map((one) => {
    const read = tableValues(one.table);
    return { ...one, read, rows: read.rowsBy('direction', 'counter_code') };
  });
  return [...new Set([...rows.keys(), ...sums.counterparties])].flatMap((counterparty) => {
    const pair = `${party} ${direction} ${counterparty}`;
    const total = sums.of(counterparty, 'E', 'deduct_amt') + sums.of(counterparty, 'R', 'deduct_amt');
    const found = values.number(rows.get(counterparty), 'deduct_amt');
    return [
      ...funds.flatMap(({ scheme, table, read, rows: fundRows }) => {
        const row = fundRows.get(`${direction} ${counterparty}`);
        return DEDUCT_COLUMNS.flatMap((column) =>
          unequal(
            'R8',
            `${table.no} ${pair} ${column}`,
            sums.of(counterparty, scheme, column),
            read.number(row, column),
          ),
        );
      }),
      ...unequal('R8', `${side.no} ${pair} deduct_amt`, total, found),
    ];
  });
}

const DEDUCT_COLUMNS = [...FUND_NAMES.map((name) => `deduct_${FUND_COLUMNS[name].column}`), 'deduct_amt'];

function deductionSums(table: Table, direction: 'PAY' | 'RCV') {
  const values = tableValues(table);
  const sums = new Map<string, number>();
  const counterparties = new Set<string>();
  for (const row of table.rows) {
    if (values.text(row, 'direction') !== direction) continue;
    const counterparty = values.text(row, 'counter_code');
    counterparties.add(counterparty);
    for (const column of DEDUCT_COLUMNS) {
      const key = `${counterparty} ${values.text(row, 'insutype')} ${column}`;
      sums.set(key, (sums.get(key) ?? 0) + values.number(row, column));
    }
  }
  return {
    counterparties,
    of: (counterparty: string, scheme: string, column: string) =>
      sums.get(`${counterparty} ${scheme} ${column}`) ?? 0,
  };
}

/**
 * Compares the payer's rows with the payee's, every amount and number of them, both ways: a row on one side only is found from
 * that side.
 */
function compareTwins(
  check: 'R5' | 'R7',
  parties: readonly PartyTables[],
  paidTable: (party: PartyTables) => Table,
  receivedTable: (party: PartyTables) => Table,
  direction: '' | 'direction',
): readonly CheckFailure[] {
  const keys = direction === '' ? ['counter_code'] : ['direction', 'counter_code'];
  const keyOf = (side: 'PAY' | 'RCV', counterparty: string) =>
    direction === '' ? counterparty : `${side} ${counterparty}`;
  const read = parties.map((one) => {
    const [paid, received] = [tableValues(paidTable(one)), tableValues(receivedTable(one))];
    return {
      party: one.party,
      no: paidTable(one).no,
      paid,
      received,
      paidRows: paid.rowsBy(...keys),
      receivedRows: received.rowsBy(...keys),
    };
  });
  const byParty = new Map(read.map((one) => [one.party, one]));
  const pairs = new Set(
    read.flatMap(({ party, paidRows, receivedRows }) => [
      ...counterpartiesOf(paidRows, 'PAY', direction).map((other) => `${party} ${other}`),
      ...counterpartiesOf(receivedRows, 'RCV', direction).map((other) => `${other} ${party}`),
    ]),
  );
  return [...pairs].flatMap((pair) => {
    const [payer = '', payee = ''] = pair.split(' ');
    const payerSide = byParty.get(payer);
    const payeeSide = byParty.get(payee);
    const any = payerSide ?? payeeSide;
    if (any === undefined) return [];
    return [...any.paid.columns('A'), ...any.paid.columns('N')].flatMap((column) =>
      unequal(
        check,
        `${any.no} ${payer}→${payee} ${column}`,
        payerSide?.paid.number(payerSide.paidRows.get(keyOf('PAY', payee)), column) ?? 0,
        payeeSide?.received.number(payeeSide.receivedRows.get(keyOf('RCV', payer)), column) ?? 0,
      ),
    );
  });
}

function counterpartiesOf(
  rows: ReadonlyMap<string, readonly CellValue[]>,
  side: 'PAY' | 'RCV',
  direction: '' | 'direction',
): readonly string[] {
  if (direction === '') return [...rows.keys()];
  return [...rows.keys()].filter((key) => key.startsWith(side)).map((key) => key.slice(4));
}

function paidIn(rows: ReadonlyMap<string, readonly CellValue[]>): readonly string[] {
  return counterpartiesOf(rows, 'PAY', 'direction');
}
