/** gRPC status names a refusal maps to when it isn't an outcome of a state-changing call. `OK` marks a note. */
export type GrpcStatusName =
  | 'OK'
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
  | 'finance'
  | 'clearing-centre'
  | 'nobody';

export type Retry = 'no' | 'after-fix' | 'new-quote' | 'later' | 'auto';

/**
 * One code: one meaning, one remedy. In the sentences `{name}` is replaced by the value of that name (an amount
 * whose name ends in `Fen` is shown in yuan), and a `[part]` is left out when a value it needs wasn't given, so that
 * every sentence reads whole with or without values.
 */
export interface ErrorEntry {
  readonly grpc: GrpcStatusName;
  readonly actor: Actor;
  readonly retry: Retry;
  /** What happened, for the desk. */
  readonly zh: string;
  readonly en: string;
  /** What to do next, for the one who must act. */
  readonly remedyZh: string;
  readonly remedyEn: string;
  /** What the patient is told where the remedy is for somebody else and the usual words don't fit. */
  readonly patientZh?: string;
  readonly patientEn?: string;
  /** How long it usually takes until the visit can go on; without it the default of its actor. */
  readonly usually?: UsualDuration;
  /**
   * The refusal comes before the idempotency key is written down, so the same key may be sent again. Everything
   * else is an answer kept with its key: a repeat returns it, and a new attempt needs a new key.
   */
  readonly keyStaysFree?: true;
}

export interface UsualDuration {
  readonly zh: string;
  readonly en: string;
  /** Where it comes from: a rule's name, or "default". */
  readonly basis: string;
}

/** An expected refusal: returned, never thrown, so that the compiler makes callers look. */
export interface Refusal<Code extends string = string> {
  readonly ok: false;
  readonly code: Code;
  /** The values seen, by name; never a name, an identity number or a diagnosis. */
  readonly values: Readonly<Record<string, string>>;
  /** The lines of the bill that are meant, when lines are meant. */
  readonly lineNumbers?: readonly number[];
  /** What to ask the diagnosis for, once the refusal is kept. */
  readonly diagnosisId?: string;
}
