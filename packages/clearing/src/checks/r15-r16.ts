import type { Table } from '../tables/table.ts';
import { totalsKey, type YearTotals } from '../year-end/year-totals.ts';
import { type CheckFailure, unequal } from './check-failure.ts';
import { tableValues } from './table-values.ts';

/** The year of one treatment region, seen in two ways. */
export interface YearBook {
  /** Its application. */
  readonly application: Table;
  /** Rows of the year in all runs. */
  readonly all: readonly YearTotals[];
  /** Its table 10 of each run of the year's months. */
  readonly receipts: readonly Table[];
  /** Rows of earlier years in those runs. */
  readonly earlier: readonly YearTotals[];
  /** Rows of the year in later runs. */
  readonly later: readonly YearTotals[];
}

/**
 * R15: the monthly figures of 15 = Σ over all runs of the year's rows with their deductions = the year's tables 10 − rows of earlier
 * years in them + rows of the year in later runs.
 */
export function checkR15({ application, all, receipts, earlier, later }: YearBook): readonly CheckFailure[] {
  const values = tableValues(application);
  const rows = values.rowsBy('counter_code', 'scheme');
  const applicant = application.owner;
  const failures: CheckFailure[] = [];
  const [allOf, earlierOf, laterOf] = [all, earlier, later].map((list) => byKey(list, applicant));
  const printed = receipts
    .map((table) => ({ table, read: tableValues(table) }))
    .map(({ table, read }) => ({
      read,
      rows: read.rowsBy('counter_code'),
      table,
    }));
  const keys = new Set([
    ...[...rows.keys()],
    ...[...(allOf?.keys() ?? [])],
    ...printed.flatMap(({ rows: monthly }) =>
      [...monthly.keys()].flatMap((payer) => [`${payer} E`, `${payer} R`]),
    ),
  ]);
  for (const key of keys) {
    const [payer = '', scheme] = key.split(' ');
    const row = rows.get(key);
    const total = allOf?.get(key);
    const where = `15 ${applicant} ${key}`;
    failures.push(
      ...unequal('R15', `${where} psn_times`, total?.times ?? 0, values.number(row, 'psn_times')),
      ...unequal('R15', `${where} medfee_amt`, total?.medicalFen ?? 0, values.number(row, 'medfee_amt')),
      ...unequal('R15', `${where} monthly_clr`, total?.clearingFen ?? 0, values.number(row, 'monthly_clr')),
      ...unequal(
        'R15',
        `${where} monthly_deduct`,
        total?.deductedFen ?? 0,
        values.number(row, 'monthly_deduct'),
      ),
    );
    const prefix = scheme === 'E' ? 'emp' : 'res';
    const fromMonths = (column: 'clr' | 'deduct'): number => {
      let sum = 0;
      for (const { read, rows: monthly } of printed)
        sum += read.number(monthly.get(payer), `${prefix}_${column}`);
      const of = (totals: YearTotals | undefined) =>
        (column === 'clr' ? totals?.clearingFen : totals?.deductedFen) ?? 0;
      return sum - of(earlierOf?.get(key)) + of(laterOf?.get(key));
    };
    failures.push(
      ...unequal(
        'R15',
        `${where} monthly_clr from tables 10`,
        fromMonths('clr'),
        values.number(row, 'monthly_clr'),
      ),
      ...unequal(
        'R15',
        `${where} monthly_deduct from tables 10`,
        fromMonths('deduct'),
        values.number(row, 'monthly_deduct'),
      ),
    );
  }
  return failures;
}

function byKey(list: readonly YearTotals[], payee: string): ReadonlyMap<string, YearTotals> {
  return new Map(
    list
      .filter((totals) => totals.payee === payee)
      .toSorted((a, b) => (totalsKey(a) < totalsKey(b) ? -1 : 1))
      .map((totals) => [`${totals.payer} ${totals.scheme === 'employee' ? 'E' : 'R'}`, totals]),
  );
}

/** R16: 16 = Σ of the confirmed 15; Σ adj_out = Σ adj_in; 17 of b = 18 of a pairwise. */
export function checkR16(
  summary: Table,
  applications: readonly Table[],
  receipts: readonly Table[],
  payments: readonly Table[],
): readonly CheckFailure[] {
  const sixteen = tableValues(summary);
  const rows = sixteen.rowsBy('region_code');
  const sums = new Map<string, number>();
  const add = (party: string, column: string, amount: number): void => {
    sums.set(`${party} ${column}`, (sums.get(`${party} ${column}`) ?? 0) + amount);
  };
  for (const table of applications) {
    const values = tableValues(table);
    for (const row of table.rows) {
      if (values.text(row, 'home_opinion') !== 'CONFIRM') continue;
      for (const [party, side] of [
        [values.text(row, 'counter_code'), 'pay'],
        [table.owner, 'rcv'],
      ] as const) {
        add(party, `${side}_monthly_net`, values.number(row, 'monthly_net'));
        add(party, `${side}_final`, values.number(row, 'home_amt'));
        add(party, `${side}_adjust`, values.number(row, 'ye_adjust'));
      }
    }
  }
  for (const table of receipts) add(table.owner, 'adj_in', tableValues(table).sum('amt'));
  for (const table of payments) add(table.owner, 'adj_out', tableValues(table).sum('amt'));
  const parties = new Set([...rows.keys(), ...[...sums.keys()].map((key) => key.split(' ')[0] ?? '')]);
  const columns = [
    'pay_monthly_net',
    'pay_final',
    'pay_adjust',
    'rcv_monthly_net',
    'rcv_final',
    'rcv_adjust',
    'adj_out',
    'adj_in',
  ];
  return [
    ...[...parties].flatMap((party) =>
      columns.flatMap((column) =>
        unequal(
          'R16',
          `16 ${party} ${column}`,
          sums.get(`${party} ${column}`) ?? 0,
          sixteen.number(rows.get(party), column),
        ),
      ),
    ),
    ...unequal('R16', '16 adj_out = adj_in', sixteen.sum('adj_out'), sixteen.sum('adj_in')),
    ...unequal('R16', '16 balance_amt', 0, sixteen.sum('balance_amt')),
    ...compareLines(receipts, payments),
  ];
}

/** Every line of an 18 is a line of the other party's 17, with the same components, and the other way round. */
function compareLines(receipts: readonly Table[], payments: readonly Table[]): readonly CheckFailure[] {
  const lines = (tables: readonly Table[], side: 'RCV' | 'PAY') => {
    const found = new Map<string, string>();
    for (const table of tables) {
      const values = tableValues(table);
      for (const row of table.rows) {
        const counterparty = values.text(row, 'counter_code');
        const pair = side === 'PAY' ? `${table.owner}→${counterparty}` : `${counterparty}→${table.owner}`;
        const kind = values.text(row, 'kind').startsWith('补') ? 'more' : 'back';
        const amounts = ['emp_amt', 'res_amt', 'amt'].map((column) => values.number(row, column)).join(' ');
        const key = `${pair} ${kind}`;
        found.set(key, [found.get(key), amounts].filter((one) => one !== undefined).join(', '));
      }
    }
    return found;
  };
  const [seventeen, eighteen] = [lines(receipts, 'RCV'), lines(payments, 'PAY')];
  return [...new Set([...seventeen.keys(), ...eighteen.keys()])].flatMap((key) =>
    unequal('R16', `18/17 ${key}`, eighteen.get(key) ?? 'none', seventeen.get(key) ?? 'none'),
  );
}
