export { type ChosenFiling, chooseFiling, classOfType, isLongTerm } from './chosen-filing.ts';
export { chronicOpenList, isOpenedChronicDisease, qualifiesForDisease } from './chronic-open-list.ts';
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
export { applyFilingEvent } from './registry/apply-filing-event.ts';
export { deemFiling } from './registry/deem-filing.ts';
export { dueEvent, dueOn } from './registry/due-event.ts';
export { describeHeld, refuseDuplicate } from './registry/duplicates.ts';
export { FILING_GROUPS, type FilingGroup, filingGroup } from './registry/filing-group.ts';
export {
  defaultFilingParameters,
  type FilingParameters,
  type Validity,
} from './registry/filing-parameters.ts';
export {
  CHANNELS,
  type ChangeRequest,
  type Channel,
  EVIDENCE,
  type Evidence,
  FILING_EVENTS,
  type FilingCommand,
  type FilingEvent,
  type FilingRecord,
  type FilingTransition,
  type Registered,
} from './registry/filing-record.ts';
export { type ImportedFiling, importFiling } from './registry/import-filing.ts';
export {
  type FilingParameterBook,
  type FilingParameterEntry,
  filingParameterBook,
  filingParameterEntry,
} from './registry/parameter-book.ts';
export { refileFiling } from './registry/refile-filing.ts';
export type { RegistryContext } from './registry/registry-context.ts';
export { evidenceOf, requiredEvidence } from './registry/required-evidence.ts';
export { type FilingRequest, submitFiling } from './registry/submit-filing.ts';
export { type TransitionRow, transitionTable } from './registry/transition-table.ts';
export { defaultUntil } from './registry/validity.ts';
