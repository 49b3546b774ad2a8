import type { LocalDate } from '@yijie/calendar';
import type { QuotaAdjustment } from '../advance/quota.ts';
import type { PartyCode } from '../party.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS_6_1: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['region_code', '统筹区代码', 'C'],
  ['region_name', '统筹区', 'T'],
  ['payee_code', '对方代码', 'C'],
  ['payee_name', '对方统筹区', 'T'],
  ['q4_m10', '上年10月清算额', 'A'],
  ['q4_m11', '上年11月清算额', 'A'],
  ['q4_m12', '上年12月清算额', 'A'],
  ['base_avg', '月平均额', 'A'],
  ['quota_factor', '倍数', 'P'],
  ['quota_old', '上年度额度', 'A'],
  ['quota_new', '本年度额度', 'A'],
  ['adjust_amt', '调整额', 'A'],
  ['pay_amt', '应付(补缴)', 'A'],
  ['refund_amt', '应退', 'A'],
  ['emp_adjust', '其中职工', 'A'],
  ['res_adjust', '其中居民', 'A'],
  ['due_date', '缴拨期限', 'D'],
  ['remark', '备注', 'T'],
];

const COLUMNS_6_2: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['direction', '方向', 'C'],
  ['counter_code', '对方代码', 'C'],
  ['counter_name', '对方统筹区', 'T'],
  ['base_avg', '月平均额', 'A'],
  ['quota_old', '上年度额度', 'A'],
  ['quota_new', '本年度额度', 'A'],
  ['adjust_amt', '调整额', 'A'],
  ['emp_adjust', '其中职工', 'A'],
  ['res_adjust', '其中居民', 'A'],
  ['due_date', '缴拨期限', 'D'],
  ['remark', '备注', 'T'],
];

/**
 * Attachment 6-1, the platform's view: a row per pair; a region's total is the sum of its rows, not computed anew
 * (clearing-and-filing §5.2).
 */
export function buildTable61(
  adjustments: readonly QuotaAdjustment[],
  dueOn: LocalDate,
  context: Omit<TableContext, 'period'>,
): Table {
  const columns = columnsOf(context.level, '6-1', COLUMNS_6_1, context.headings);
  const sorted = adjustments.toSorted(byPair);
  const rows = sorted.map((one, at): CellValue[] => [
    at + 1,
    one.payer,
    context.nameOf(one.payer),
    one.payee,
    context.nameOf(one.payee),
    // With the basis of a whole year the three months shown are its last.
    ...[0, 1, 2].map((month) => one.monthsFen.at(month - 3) ?? null),
    one.averageFen,
    one.factorPercent * 100,
    one.quotaOldFen,
    one.quotaNewFen,
    one.adjustFen,
    Math.max(0, one.adjustFen),
    Math.max(0, -one.adjustFen),
    one.adjust.employeeFen,
    one.adjust.residentFen,
    dueOn,
    one.adjustFen < 0 ? '退款' : null,
  ]);
  const payers = [...new Set(sorted.map(({ payer }) => payer))];
  return {
    no: '6-1',
    titleZh: TABLE_TITLES['6-1'],
    owner: context.owner,
    columns,
    rows,
    totals: [
      ...payers.map((payer) =>
        totalRow(
          `${context.nameOf(payer)}小计`,
          columns,
          rows.filter(([, region]) => region === payer),
        ),
      ),
      totalRow('合计', columns, rows),
    ],
  };
}

/** Attachment 6-2: one party's quotas as payer and as payee. Direction is the role in the quota, the sign stays in the amount. */
export function buildTable62(
  party: PartyCode,
  adjustments: readonly QuotaAdjustment[],
  dueOn: LocalDate,
  context: Omit<TableContext, 'period'>,
): Table {
  const columns = columnsOf(context.level, '6-2', COLUMNS_6_2, context.headings);
  const sorted = adjustments.toSorted(byPair);
  const paid = sorted.filter(({ payer }) => payer === party);
  const received = sorted.filter(({ payee }) => payee === party);
  const rowOf = (direction: 'PAY' | 'RCV', counterparty: PartyCode, one: QuotaAdjustment, seq: number) => [
    seq,
    direction,
    counterparty,
    context.nameOf(counterparty),
    one.averageFen,
    one.quotaOldFen,
    one.quotaNewFen,
    one.adjustFen,
    one.adjust.employeeFen,
    one.adjust.residentFen,
    dueOn,
    one.adjustFen < 0 ? '退款' : null,
  ];
  const payRows = paid.map((one, at): CellValue[] => rowOf('PAY', one.payee, one, at + 1));
  const receiveRows = received.map((one, at): CellValue[] =>
    rowOf('RCV', one.payer, one, payRows.length + at + 1),
  );
  const payable = totalRow('付款合计', columns, payRows);
  const receivable = totalRow('收款合计', columns, receiveRows);
  const net = receivable.values.map((value, at): CellValue => {
    const paidValue = payable.values[at];
    return value === null || paidValue === null ? null : Number(value) - Number(paidValue);
  });
  return {
    no: '6-2',
    titleZh: TABLE_TITLES['6-2'],
    owner: party,
    columns,
    rows: [...payRows, ...receiveRows],
    totals: [payable, receivable, { label: '差额', values: net }],
  };
}

function byPair(a: QuotaAdjustment, b: QuotaAdjustment): number {
  return compare(a.payer, b.payer) || compare(a.payee, b.payee);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
