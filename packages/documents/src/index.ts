export { chineseCapitals } from './chinese-capitals.ts';
export { type ChronicNoticeData, chronicNoticePaper, renderChronicNotice } from './chronic-notice.ts';
export { type NoticePaperInput, noticePaper, type SpecialAccount } from './clearing/notice-paper.ts';
export { tableCsv } from './clearing/table-csv.ts';
export { type Printing, tablePaper } from './clearing/table-paper.ts';
export { csv } from './detail/csv.ts';
export type { Detail } from './detail/detail.ts';
export { detailWorkbook } from './detail/detail-workbook.ts';
export { displayWidth, padEndColumns, padStartColumns, wrapColumns } from './display-width.ts';
export { type FilingFormData, filingFormPaper, renderFilingForm } from './filing-form.ts';
export {
  feeCategoryNamesEn,
  filingTypeLabels,
  hospitalLevelLabels,
  type Label,
  type Language,
  personClassLabels,
  ratioClassLabels,
  schemeLabels,
  slipLabels,
  visitKindLabels,
} from './labels.ts';
export { type OutsideCareData, outsideCarePaper, renderOutsideCareSlip } from './outside-care-slip.ts';
export type { CellType, CellValue, Paper, PaperBlock, PaperColumn, PaperField } from './paper/paper.ts';
export { paperCsv } from './paper/paper-csv.ts';
export { createPdfPrinter, type PdfPrinter } from './pdf/pdf-printer.ts';
export {
  type GrantedAmounts,
  type ReimbursementDecisionData,
  reimbursementDecisionPaper,
  renderReimbursementDecision,
} from './reimbursement-decision.ts';
export { renderSlip } from './settlement-slip.ts';
export {
  type CommitmentData,
  commitmentPaper,
  type InjuryStatementData,
  injuryStatementPaper,
  renderCommitment,
  renderInjuryStatement,
} from './signed-statements.ts';
export type { SlipCategory, SlipData, SlipExplanationStep, SlipRegion } from './slip-data.ts';
export { slipPaper } from './slip-paper.ts';
export type { StatisticsWord } from './statistics-labels.ts';
export { type StatisticsLine, type StatisticsPaperData, statisticsPaper } from './statistics-paper.ts';
export { paperWorkbook } from './xlsx/paper-workbook.ts';
