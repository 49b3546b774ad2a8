import type { Transfer } from '../netting/transfer.ts';
import type { PartyCode } from '../party.ts';
import {
  monthlyNet,
  settledAmount,
  type YearEndApplication,
  yearEndAdjust,
} from '../year-end/application.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS_16: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['region_code', '地区代码', 'C'],
  ['region_name', '地区名称', 'T'],
  ['pay_monthly_net', '付款月度已清算', 'A'],
  ['pay_final', '付款年终核定', 'A'],
  ['pay_adjust', '付款应补(退)', 'A'],
  ['rcv_monthly_net', '收款月度已清算', 'A'],
  ['rcv_final', '收款年终核定', 'A'],
  ['rcv_adjust', '收款应补(退)', 'A'],
  ['adj_out', '应划出', 'A'],
  ['adj_in', '应划入', 'A'],
  ['balance_amt', '差额', 'A'],
];

const COLUMNS_17_18: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['counter_code', '对方代码', 'C'],
  ['counter_name', '对方统筹区', 'T'],
  ['kind', '类型', 'C'],
  ['emp_amt', '职工', 'A'],
  ['res_amt', '居民', 'A'],
  ['amt', '金额', 'A'],
];

/** Attachment 16: one row per region, of the confirmed applications (clearing-and-filing §5.10). */
export function buildTable16(
  applications: readonly YearEndApplication[],
  transfers: readonly Transfer[],
  context: Omit<TableContext, 'period'>,
): Table {
  const confirmed = applications.filter(({ state }) => state === 'CONFIRMED');
  const parties = [...new Set(confirmed.flatMap(({ totals }) => [totals.payer, totals.payee]))].toSorted();
  const columns = columnsOf(context.level, '16', COLUMNS_16, context.headings);
  const rows = parties.map((party, at): CellValue[] => {
    const paid = sumsOf(confirmed.filter(({ totals }) => totals.payer === party));
    const received = sumsOf(confirmed.filter(({ totals }) => totals.payee === party));
    const out = moved(transfers.filter(({ payer }) => payer === party));
    const into = moved(transfers.filter(({ payee }) => payee === party));
    return [at + 1, party, context.nameOf(party), ...paid, ...received, out, into, into - out];
  });
  return {
    no: '16',
    titleZh: TABLE_TITLES['16'],
    owner: context.owner,
    columns,
    rows,
    totals: [totalRow('合计', columns, rows)],
  };
}

/** Attachment 17: what one party gets at the year's end; 补收 of its own claims, 退回 of what it paid too much. */
export function buildTable17(
  party: PartyCode,
  transfers: readonly Transfer[],
  context: Omit<TableContext, 'period'>,
): Table {
  const rows = transfers.filter(({ payee }) => payee === party);
  return buildSide('17', party, rows, ({ payer }) => payer, { NORMAL: '补收', RETURN: '退回' }, context);
}

/** Attachment 18: what one party pays at the year's end; 补付 or 退付. */
export function buildTable18(
  party: PartyCode,
  transfers: readonly Transfer[],
  context: Omit<TableContext, 'period'>,
): Table {
  const rows = transfers.filter(({ payer }) => payer === party);
  return buildSide('18', party, rows, ({ payee }) => payee, { NORMAL: '补付', RETURN: '退付' }, context);
}

function buildSide(
  no: '17' | '18',
  party: PartyCode,
  transfers: readonly Transfer[],
  counterpartyOf: (transfer: Transfer) => PartyCode,
  kinds: Readonly<Record<Transfer['kind'], string>>,
  context: Omit<TableContext, 'period'>,
): Table {
  const columns = columnsOf(context.level, no, COLUMNS_17_18, context.headings);
  const rows = transfers.map((transfer, at): CellValue[] => [
    at + 1,
    counterpartyOf(transfer),
    context.nameOf(counterpartyOf(transfer)),
    kinds[transfer.kind],
    transfer.employeeFen,
    transfer.residentFen,
    transfer.amountFen,
  ]);
  return {
    no,
    titleZh: TABLE_TITLES[no],
    owner: party,
    columns,
    rows,
    totals: [totalRow('合计', columns, rows)],
  };
}

function sumsOf(applications: readonly YearEndApplication[]): number[] {
  return [monthlyNet, settledAmount, yearEndAdjust].map((amountOf) =>
    applications.reduce((sum, application) => sum + amountOf(application), 0),
  );
}

function moved(transfers: readonly Transfer[]): number {
  return transfers.reduce((sum, { amountFen }) => sum + amountFen, 0);
}
