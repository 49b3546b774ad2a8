import type { PartyCode } from '../party.ts';
import { finalAmount, monthlyNet, type YearEndApplication, yearEndAdjust } from '../year-end/application.ts';
import { totalsKey } from '../year-end/year-totals.ts';
import { type ColumnDefinition, columnsOf, totalRow } from './columns.ts';
import type { CellValue, Table } from './table.ts';
import type { TableContext } from './table-context.ts';
import { TABLE_TITLES } from './titles.ts';

const COLUMNS: readonly ColumnDefinition[] = [
  ['seq', '序号', 'N'],
  ['year', '年度', 'T'],
  ['counter_code', '对方代码', 'C'],
  ['counter_name', '对方统筹区', 'T'],
  ['scheme', '险种', 'C'],
  ['psn_times', '全年人次', 'N'],
  ['medfee_amt', '全年医疗费', 'A'],
  ['monthly_clr', '月度申报合计', 'A'],
  ['monthly_deduct', '月度扣款合计', 'A'],
  ['monthly_net', '月度已清算', 'A'],
  ['year_deduct', '年终审核扣款', 'A'],
  ['case_adjust', '按病种付费差额', 'A'],
  ['withheld_release', '预留返还', 'A'],
  ['other_adjust', '其他调整', 'A'],
  ['other_note', '其他调整说明', 'T'],
  ['final_amt', '年终核定额', 'A'],
  ['ye_adjust', '年终应补(退)', 'A'],
  ['evidence_no', '依据', 'T'],
  ['home_opinion', '参保地意见', 'C'],
  ['home_amt', '参保地核定', 'A'],
];

/** Attachment 15: what one treatment region applies for, a row per counterpart and scheme (clearing-and-filing §5.9). */
export function buildTable15(
  applicant: PartyCode,
  applications: readonly YearEndApplication[],
  context: Omit<TableContext, 'period'>,
): Table {
  const columns = columnsOf(context.level, '15', COLUMNS, context.headings);
  const rows = applications
    .filter(({ totals }) => totals.payee === applicant)
    .toSorted((a, b) => (totalsKey(a.totals) < totalsKey(b.totals) ? -1 : 1))
    .map((application, at): CellValue[] => {
      const { totals, changes } = application;
      return [
        at + 1,
        `${application.year}`,
        totals.payer,
        context.nameOf(totals.payer),
        totals.scheme === 'employee' ? 'E' : 'R',
        totals.times,
        totals.medicalFen,
        totals.clearingFen,
        totals.deductedFen,
        monthlyNet(application),
        changes.yearDeductFen,
        changes.caseAdjustFen,
        changes.withheldReleaseFen,
        changes.otherAdjustFen,
        changes.otherNote === '' ? null : changes.otherNote,
        finalAmount(application),
        yearEndAdjust(application),
        changes.evidenceNo === '' ? null : changes.evidenceNo,
        OPINIONS[application.state],
        application.homeFen ?? null,
      ];
    });
  return {
    no: '15',
    titleZh: TABLE_TITLES['15'],
    owner: applicant,
    columns,
    rows,
    totals: [totalRow('合计', columns, rows)],
  };
}

const OPINIONS: Readonly<Record<YearEndApplication['state'], string | null>> = {
  APPLIED: null,
  RETURNED: 'RETURN',
  CONFIRMED: 'CONFIRM',
};
