export { type CallEnd, type CheckResult, checkTrail, failed, type Side } from './check-trail.ts';
export { CHECK_ORDER, type CheckName, checkOf, checkTitles } from './checks.ts';
export { type DescribeOptions, describeFailure, type FailureText } from './describe-failure.ts';
export { type DeskSentences, deskSentences } from './desk-sentences.ts';
export type { Actor, ErrorEntry, GrpcStatusName, Refusal, Retry, UsualDuration } from './entry.ts';
export { type ErrorCode, errorCatalogue, errorEntry, isErrorCode } from './error-catalogue.ts';
export { refuse } from './refuse.ts';
export { usualDuration } from './usual-duration.ts';
export { valueWords } from './value-words.ts';
