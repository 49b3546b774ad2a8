import type { PairPosition, SchemePosition } from '../cells/pair-position.ts';
import type { PartyCode } from '../party.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['counter_code', '对方代码', 'C'],
  ['counter_name', '对方统筹区', 'T'],
  ['ip_times', '住院人次', 'N'],
  ['op_times', '普通门诊人次', 'N'],
  ['ch_times', '门慢特人次', 'N'],
  ['ma_times', '生育人次', 'N'],
  ['psn_times', '人次合计', 'N'],
  ['medfee_amt', '医疗费总额', 'A'],
  ['ip_clr', '住院基金', 'A'],
  ['op_clr', '普通门诊基金', 'A'],
  ['ch_clr', '门慢特基金', 'A'],
  ['ma_clr', '生育基金', 'A'],
  ['clr_amt', '申报金额', 'A'],
  ['emp_clr', '职工申报', 'A'],
  ['emp_deduct', '职工扣款', 'A'],
  ['emp_amt', '职工实付(收)', 'A'],
  ['res_clr', '居民申报', 'A'],
  ['res_deduct', '居民扣款', 'A'],
  ['res_amt', '居民实付(收)', 'A'],
  ['deduct_amt', '扣款合计', 'A'],
  ['net_amt', '应收/应付金额', 'A'],
  ['carry_in_times', '上期结转人次', 'N'],
  ['carry_in_amt', '上期结转', 'A'],
  ['remark', '备注', 'T'],
];

/** Attachment 10: what one party receives, a row per payer whose people came here (clearing-and-filing §5.6). */
export function buildTable10(
  party: PartyCode,
  received: readonly PairPosition[],
  context: TableContext,
): Table {
  return buildSide('10', party, received, ({ payer }) => payer, context);
}

/** Attachment 11: what one party pays, a row per payee whose hospitals treated its people. */
export function buildTable11(party: PartyCode, paid: readonly PairPosition[], context: TableContext): Table {
  return buildSide('11', party, paid, ({ payee }) => payee, context);
}

function buildSide(
  no: '10' | '11',
  party: PartyCode,
  pairs: readonly PairPosition[],
  counterpartyOf: (pair: PairPosition) => PartyCode,
  context: TableContext,
): Table {
  const columns = columnsOf(context.level, no, COLUMNS, context.headings);
  const rows = pairs.map((pair, at) => rowOf(at + 1, counterpartyOf(pair), pair, context));
  return {
    no,
    titleZh: TABLE_TITLES[no],
    owner: party,
    columns,
    rows,
    totals: [totalRow('合计', columns, rows)],
  };
}

function rowOf(
  seq: number,
  counterparty: PartyCode,
  { employee, resident }: PairPosition,
  { nameOf }: TableContext,
): CellValue[] {
  const net = employee.netFen + resident.netFen;
  return [
    seq,
    counterparty,
    nameOf(counterparty),
    ...sumsByKind(employee.timesByKind, resident.timesByKind),
    employee.times + resident.times,
    employee.medicalFen + resident.medicalFen,
    ...sumsByKind(employee.clearingByKind, resident.clearingByKind),
    employee.clearingFen + resident.clearingFen,
    ...schemeValues(employee),
    ...schemeValues(resident),
    employee.deductedFen + resident.deductedFen,
    net,
    employee.carryInTimes + resident.carryInTimes,
    employee.carryInFen + resident.carryInFen,
    net < 0 ? '退款' : null,
  ];
}

function schemeValues({ clearingFen, deductedFen, netFen }: SchemePosition): CellValue[] {
  return [clearingFen, deductedFen, netFen];
}

function sumsByKind(employee: readonly number[], resident: readonly number[]): CellValue[] {
  return employee.map((value, kind) => value + (resident[kind] ?? 0));
}
