export { createIntakeProgress, type IntakeProgress } from './intake-progress.ts';
export { type Late, late } from './late.ts';
export { operationsService } from './operations-service.ts';
export { auditChain } from './report-audit.ts';
