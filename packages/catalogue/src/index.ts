export { BillColumns, linesOf } from './bill-columns.ts';
export { buildIndex, type CatalogueIndex, type Finding, findTerms } from './catalogue-index.ts';
export {
  type BillLine,
  CATALOGUE_REFUSAL_CODES,
  type CatalogueRefusal,
  type CatalogueRefusalCode,
  type CatalogueRow,
  type CategoryParts,
  type Conversion,
  type ConvertedBill,
  type GroupParts,
  type ItemClass,
  type ItemGroup,
  type MappingRow,
  type StayDates,
} from './contract.ts';
export { convert, convertColumns } from './convert.ts';
export { explainLines, type LineExplanation } from './line-explanation.ts';
export { findRowProblems, type RowProblem } from './row-problems.ts';
export type { Terms } from './terms.ts';
export { type UnmappedItem, unmappedItems } from './unmapped-items.ts';
