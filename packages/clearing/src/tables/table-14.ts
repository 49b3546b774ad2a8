import { type Instant, localDateAt } from '@yijie/calendar';
import type { VisitKind } from '@yijie/codes';
import type { Deduction } from '../deductions/deduction.ts';
import { FUND_COLUMNS, FUND_NAMES, sumFunds } from '../funds.ts';
import type { PartyCode } from '../party.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { RunDeduction } from './run-tables.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['direction', '方向', 'C'],
  ['counter_code', '对方代码', 'C'],
  ['counter_name', '对方统筹区', 'T'],
  ['deduct_id', '扣款编号', 'T'],
  ['org_code', '医疗机构代码', 'C'],
  ['org_name', '医疗机构', 'T'],
  ['setl_id', '结算号', 'T'],
  ['setl_time', '结算时间', 'T'],
  ['psn_no_masked', '个人编号', 'T'],
  ['insutype', '险种', 'C'],
  ['med_kind', '医疗类别', 'C'],
  ['setl_clr_amt', '原申报基金', 'A'],
  ...FUND_NAMES.map(
    (name): ColumnDefinition => [`deduct_${FUND_COLUMNS[name].column}`, `扣款·${FUND_COLUMNS[name].zh}`, 'A'],
  ),
  ['deduct_amt', '扣款金额', 'A'],
  ['reason_code', '扣款原因代码', 'C'],
  ['reason_text', '扣款原因', 'T'],
  ['stage', '阶段', 'C'],
  ['orig_period', '原期别', 'T'],
  ['period', '本期', 'T'],
  ['source', '来源', 'C'],
  ['decided_by', '审核人', 'T'],
  ['decided_at', '审核时间', 'D'],
  ['evidence_no', '依据', 'T'],
  ['dispute_state', '争议状态', 'C'],
];

const KIND_CODES: Readonly<Record<VisitKind, string>> = {
  inpatient: 'IP',
  outpatient: 'OP',
  chronic: 'CH',
  maternity: 'MA',
};

/** Attachment 14: every deduction of one party, those it pays less by and those it receives less by (clearing-and-filing §5.8). */
export function buildTable14(
  party: PartyCode,
  paid: readonly RunDeduction[],
  received: readonly RunDeduction[],
  context: TableContext,
): Table {
  const columns = columnsOf(context.level, '14', COLUMNS, context.headings);
  const rowOf = (direction: 'PAY' | 'RCV', counterparty: PartyCode, deduction: Deduction, seq: number) => [
    seq,
    direction,
    counterparty,
    context.nameOf(counterparty),
    ...deductionValues(deduction),
  ];
  const payRows = paid.map(({ payee, deduction }, at) => rowOf('PAY', payee, deduction, at + 1));
  const receiveRows = received.map(({ payer, deduction }, at) =>
    rowOf('RCV', payer, deduction, paid.length + at + 1),
  );
  return {
    no: '14',
    titleZh: TABLE_TITLES['14'],
    owner: party,
    columns,
    rows: [...payRows, ...receiveRows],
    totals: [totalRow('付款合计', columns, payRows), totalRow('收款合计', columns, receiveRows)],
  };
}

function deductionValues(deduction: Deduction): CellValue[] {
  return [
    deduction.deductId,
    deduction.institutionCode,
    deduction.institutionName ?? null,
    deduction.settlementId,
    shanghaiTime(deduction.settledAt),
    deduction.personNoMasked ?? null,
    deduction.scheme === 'employee' ? 'E' : 'R',
    KIND_CODES[deduction.visitKind],
    deduction.settlementClearingFen,
    ...FUND_NAMES.map((name) => deduction.funds[name]),
    sumFunds(deduction.funds),
    deduction.reason,
    deduction.reasonText,
    deduction.stage,
    `${deduction.origPeriod}`,
    `${deduction.period}`,
    deduction.source,
    deduction.decidedBy,
    deduction.decidedOn,
    deduction.evidenceNo,
    deduction.disputeState ?? null,
  ];
}

/** China has kept UTC+8 without summer time since 1992. */
function shanghaiTime(instant: Instant): string {
  const time = new Date(instant + 8 * 3_600_000).toISOString().slice(11, 19);
  return `${localDateAt(instant)} ${time}`;
}
