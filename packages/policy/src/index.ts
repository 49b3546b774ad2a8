export {
  ACCUMULATOR_NAMES,
  type AccumulatorName,
  accumulatorChange,
  applyChange,
  emptyAccumulators,
  emptyAccumulatorsOf,
} from './accumulators.ts';
export { type BenefitYear, benefitYear } from './benefit-year.ts';
export {
  checkPublishedExample,
  type ExampleVerdict,
  type PublishedExample,
  parsePublishedExamples,
} from './cases/published-example.ts';
export { type CaseDifference, type CaseOutcome, runCase } from './cases/run-case.ts';
export { type CaseFile, type ParsedCases, parseCases, type WorkedCase } from './cases/worked-case.ts';
export { effectiveReductions, NATIONAL_LIMITS, type Reduction } from './check/check-filing.ts';
export { type CheckedInput, checkInput } from './check/check-input.ts';
export {
  diffPacks,
  type Effect,
  effectSentence,
  type FieldChange,
  type PackDiff,
} from './compare/diff-packs.ts';
export {
  type ClassImpact,
  HISTOGRAM_EDGES,
  type PastSettlement,
  Simulation,
  type SimulationReport,
} from './compare/simulation.ts';
export { type CompiledPack, compilePack } from './compile-pack.ts';
export { compute } from './compute.ts';
export type * from './contract.ts';
export { type Explained, explain } from './explain/explain.ts';
export type { Pack } from './pack/pack.ts';
export { type PackProblem, type ParsedPack, parsePack } from './pack/parse-pack.ts';
export { assumptionsOf, inForceTogether, notPublishedIn, type Remark } from './pack/review-pack.ts';
export { type JsonSchema, jsonSchemas } from './schemas/json-schemas.ts';
export { type InputProblem, type ParsedInput, parsePolicyInput } from './schemas/policy-input.ts';
export { type PackQuestion, type SelectedPack, selectPack } from './select-pack.ts';
export { settleYearEnd, type YearEnd, type YearEndPayment } from './year-end.ts';
