import type { PairPosition } from '../cells/pair-position.ts';
import type { PartyCode } from '../party.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['region_code', '地区代码', 'C'],
  ['region_name', '地区名称', 'T'],
  ['pay_times', '付款人次', 'N'],
  ['pay_medfee', '付款医疗费总额', 'A'],
  ['pay_emp', '应付职工', 'A'],
  ['pay_res', '应付居民', 'A'],
  ['pay_clr', '应付申报金额', 'A'],
  ['pay_deduct', '应付扣款', 'A'],
  ['pay_amt', '应付合计', 'A'],
  ['rcv_times', '收款人次', 'N'],
  ['rcv_medfee', '收款医疗费总额', 'A'],
  ['rcv_emp', '应收职工', 'A'],
  ['rcv_res', '应收居民', 'A'],
  ['rcv_clr', '应收申报金额', 'A'],
  ['rcv_deduct', '应收扣款', 'A'],
  ['rcv_amt', '应收合计', 'A'],
  ['balance_amt', '收付差额', 'A'],
];

/** Attachment 9, the whole level: one row per region, payable and receivable net of deductions (clearing-and-filing §5.5). */
export function buildTable9(
  parties: readonly PartyCode[],
  pairs: readonly PairPosition[],
  context: TableContext,
): Table {
  const sides = new Map(parties.map((party) => [party, { pay: noSide(), receive: noSide() }]));
  for (const pair of pairs) {
    const payer = sides.get(pair.payer);
    const payee = sides.get(pair.payee);
    if (payer !== undefined) addPair(payer.pay, pair);
    if (payee !== undefined) addPair(payee.receive, pair);
  }
  const columns = columnsOf(context.level, '9', COLUMNS, context.headings);
  const rows = [...sides].map(([party, { pay, receive }], at): CellValue[] => [
    at + 1,
    party,
    context.nameOf(party),
    ...sideValues(pay),
    ...sideValues(receive),
    receive.net - pay.net,
  ]);
  return {
    no: '9',
    titleZh: TABLE_TITLES['9'],
    owner: context.owner,
    columns,
    rows,
    totals: [totalRow('合计', columns, rows)],
  };
}

interface Side {
  times: number;
  medical: number;
  employee: number;
  resident: number;
  clearing: number;
  deducted: number;
  net: number;
}

function noSide(): Side {
  return { times: 0, medical: 0, employee: 0, resident: 0, clearing: 0, deducted: 0, net: 0 };
}

function addPair(side: Side, { employee, resident }: PairPosition): void {
  side.times += employee.times + resident.times;
  side.medical += employee.medicalFen + resident.medicalFen;
  side.employee += employee.netFen;
  side.resident += resident.netFen;
  side.clearing += employee.clearingFen + resident.clearingFen;
  side.deducted += employee.deductedFen + resident.deductedFen;
  side.net += employee.netFen + resident.netFen;
}

function sideValues(side: Side): CellValue[] {
  return [side.times, side.medical, side.employee, side.resident, side.clearing, side.deducted, side.net];
}
