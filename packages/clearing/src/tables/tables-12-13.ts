import type { Scheme } from '@yijie/codes';
import type { PairPosition, SchemePosition } from '../cells/pair-position.ts';
import { FUND_COLUMNS, FUND_NAMES } from '../funds.ts';
import type { PartyCode } from '../party.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['direction', '方向', 'C'],
  ['counter_code', '对方代码', 'C'],
  ['counter_name', '对方统筹区', 'T'],
  ['psn_times', '人次', 'N'],
  ['medfee_amt', '医疗费', 'A'],
  ...FUND_NAMES.map((name): ColumnDefinition => [FUND_COLUMNS[name].column, FUND_COLUMNS[name].zh, 'A']),
  ['clr_amt', '合计', 'A'],
  ...FUND_NAMES.map(
    (name): ColumnDefinition => [`deduct_${FUND_COLUMNS[name].column}`, `扣款·${FUND_COLUMNS[name].zh}`, 'A'],
  ),
  ['deduct_amt', '扣款合计', 'A'],
  ['net_amt', '实付/实收', 'A'],
];

/**
 * Attachment 12 (employees) or 13 (residents): the funds of one party, a block of what it pays and one of what it receives,
 * a row per counterparty (clearing-and-filing §5.7). A fund that isn't legal for the scheme has a column and is 0.
 */
export function buildFundTable(
  scheme: Scheme,
  party: PartyCode,
  paid: readonly PairPosition[],
  received: readonly PairPosition[],
  context: TableContext,
): Table {
  const no = scheme === 'employee' ? '12' : '13';
  const columns = columnsOf(context.level, no, COLUMNS, context.headings);
  const payRows = blockOf('PAY', paid, ({ payee }) => payee, 0);
  const receiveRows = blockOf('RCV', received, ({ payer }) => payer, payRows.length);
  return {
    no,
    titleZh: TABLE_TITLES[no],
    owner: party,
    columns,
    rows: [...payRows, ...receiveRows],
    totals: [totalRow('付款合计', columns, payRows), totalRow('收款合计', columns, receiveRows)],
  };

  function blockOf(
    direction: 'PAY' | 'RCV',
    pairs: readonly PairPosition[],
    counterpartyOf: (pair: PairPosition) => PartyCode,
    before: number,
  ): CellValue[][] {
    const rows: CellValue[][] = [];
    for (const pair of pairs) {
      if (isEmpty(pair[scheme])) continue;
      const counterparty = counterpartyOf(pair);
      rows.push([
        before + rows.length + 1,
        direction,
        counterparty,
        context.nameOf(counterparty),
        ...fundValues(pair[scheme]),
      ]);
    }
    return rows;
  }
}

function fundValues(position: SchemePosition): CellValue[] {
  return [
    position.times,
    position.medicalFen,
    ...position.clearingByFund,
    position.clearingFen,
    ...position.deductedByFund,
    position.deductedFen,
    position.netFen,
  ];
}

/** The pair has nothing of this scheme: no person, no bill, no fund, no deduction. */
function isEmpty(position: SchemePosition): boolean {
  return (
    position.times === 0 &&
    position.medicalFen === 0 &&
    position.clearingByFund.every((amount) => amount === 0) &&
    position.deductedByFund.every((amount) => amount === 0)
  );
}
