export { chineseCapitals } from './chinese-capitals.ts';
export { displayWidth, padEndColumns, padStartColumns, wrapColumns } from './display-width.ts';
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
export { renderSlip } from './settlement-slip.ts';
export type { SlipCategory, SlipData, SlipExplanationStep, SlipRegion } from './slip-data.ts';
