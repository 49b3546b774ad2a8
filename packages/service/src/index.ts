export { commonSettings } from './common-settings.ts';
export { type Diagnosis, diagnoseCode, diagnosisAnswer } from './diagnosis.ts';
export { createIntakeProgress, type IntakeProgress } from './intake-progress.ts';
export { keepSealedAndFresh } from './keep-sealed-and-fresh.ts';
export { type Late, late } from './late.ts';
export { operationsService } from './operations-service.ts';
export { auditChain } from './report-audit.ts';
export {
  type ColumnKeys,
  type KeyOptions,
  loadColumnKeys,
  loadServiceKeys,
  type ServiceKeys,
} from './service-keys.ts';
export { openProcess, runProcess } from './service-process.ts';
