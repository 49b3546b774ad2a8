export { chineseCapitals } from './chinese-capitals.ts';
export { displayWidth, padEndColumns, padStartColumns, wrapColumns } from './display-width.ts';
export { type FilingFormData, renderFilingForm } from './filing-form.ts';
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
export { type OutsideCareData, renderOutsideCareSlip } from './outside-care-slip.ts';
export { renderSlip } from './settlement-slip.ts';
export {
  type CommitmentData,
  type InjuryStatementData,
  renderCommitment,
  renderInjuryStatement,
} from './signed-statements.ts';
export type { SlipCategory, SlipData, SlipExplanationStep, SlipRegion } from './slip-data.ts';
