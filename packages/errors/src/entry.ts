/** gRPC status names a refusal maps to when it isn't an outcome of a state-changing call. */
export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL';

export type Actor =
  | 'insured-person'
  | 'hospital'
  | 'home-agency'
  | 'treatment-agency'
  | 'operations'
  | 'nobody';

export type Retry = 'no' | 'after-fix' | 'new-quote' | 'later' | 'auto';

export interface ErrorEntry {
  readonly grpc: GrpcStatusName;
  readonly actor: Actor;
  readonly retry: Retry;
  /** What happened, for the desk. `{name}` is replaced by the value of that name. */
  readonly zh: string;
  readonly en: string;
  /** What to do next, for the one who must act. */
  readonly remedyZh: string;
  readonly remedyEn: string;
}

/** An expected refusal: returned, never thrown, so that the compiler makes callers look. */
export interface Refusal<Code extends string = string> {
  readonly ok: false;
  readonly code: Code;
  /** The values seen, by name; never a name, an identity number or a diagnosis. */
  readonly values: Readonly<Record<string, string>>;
  /** The lines of the bill that are meant, when lines are meant. */
  readonly lineNumbers?: readonly number[];
}
