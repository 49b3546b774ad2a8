export { type DescribeOptions, describeFailure, type FailureText } from './describe-failure.ts';
export type { Actor, ErrorEntry, GrpcStatusName, Refusal, Retry } from './entry.ts';
export { type ErrorCode, errorCatalogue, errorEntry, isErrorCode } from './error-catalogue.ts';
export { refuse } from './refuse.ts';
export { valueWords } from './value-words.ts';
