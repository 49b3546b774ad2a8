export { type ChosenFiling, chooseFiling, classOfType, isLongTerm } from './chosen-filing.ts';
export { chronicOpenList, isOpenedChronicDisease } from './chronic-open-list.ts';
export {
  type EligibilityDecision,
  type EligibilityFacts,
  FILING_STATES,
  type Filing,
  type FilingState,
  type ProofState,
} from './contract.ts';
export { covers, type VisitToCover } from './covers.ts';
export { decideEligibility } from './decide-eligibility.ts';
export {
  DECISION_ROWS,
  type DecisionCode,
  type DecisionRow,
  isOkCode,
  type OkCode,
  okCodes,
  type RefusalCode,
} from './decision-codes.ts';
export { isFilingTarget, isSamePool, provinceWideTargets, regionCovers } from './region-coverage.ts';
