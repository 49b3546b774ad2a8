export type {
  DeadLetterRow,
  Incoming,
  InsertedOutboxRow,
  IntakeBatch,
  MessageKind,
  OffsetMove,
  OutboxRow,
  ParkedRow,
} from './contract.ts';
export { CREDENTIAL_CONTEXT } from './credential-context.ts';
export { createDeadLetterDesk, type DeadLetterDesk } from './dead-letter-desk.ts';
export {
  type Closing,
  type DeadLetterView,
  type DeadLetterWhole,
  dropDeadLetter,
  findDeadLetter,
  listDeadLetters,
  type RedriveResult,
  type Reprocessing,
  redriveDeadLetter,
} from './dead-letters.ts';
export { type Intake, type IntakeOptions, type IntakeOutcome, startIntake } from './intake.ts';
export { exchangeMigrations } from './migrations.ts';
export { type Opened, openRecord } from './open-record.ts';
export { type OutboxRelay, type OutboxRelayOptions, startOutboxRelay } from './outbox-relay.ts';
export { HEADER, type Outgoing, SCHEMA_VERSION, sealRecords } from './record-headers.ts';
export { releaseOutboxRows } from './release-outbox-rows.ts';
export { contentHashOf, withContentHash } from './settlement-fact.ts';
export {
  deadLetterPart,
  headersFromJson,
  headersToJson,
  insertedRows,
  offsetPart,
  outboxPart,
  parkPart,
  type StatementPart,
} from './statement-parts.ts';
export { clearingTopic, factTopic, quoteTopic, requestTopic, resultTopic } from './topics.ts';
