import { status as grpcStatus } from '@grpc/grpc-js';
import { Actor, type Failure, Retry } from '@yijie/contracts/common';
import {
  type Actor as ActorName,
  describeFailure,
  errorEntry,
  type GrpcStatusName,
  isErrorCode,
  type Refusal,
  type Retry as RetryName,
} from '@yijie/errors';

/** What a caller reads of a refusal: the sentences for both, the values, and what a repeat would do. */
export function failureOf(refusal: Refusal): Failure {
  const text = describeFailure(refusal.code, refusal.values, { lineNumbers: refusal.lineNumbers });
  return {
    code: text.code,
    messageZh: text.messageZh,
    messageEn: text.messageEn,
    remedyZh: text.remedyZh,
    remedyEn: text.remedyEn,
    actor: actors[text.actor],
    retry: retries[text.retry],
    sameKeyMayRetry: text.sameKeyMayRetry,
    values: { ...refusal.values },
    lineNumbers: [...(refusal.lineNumbers ?? [])],
    diagnosisId: refusal.diagnosisId ?? '',
  };
}

/** The gRPC status of a refusal that isn't an outcome of a state-changing call. */
export function statusOf(code: string): GrpcStatusName {
  // A code of a newer region: the caller's request was understood and refused.
  return isErrorCode(code) ? errorEntry(code).grpc : 'FAILED_PRECONDITION';
}

export const statusNumber = (name: GrpcStatusName): number => grpcStatus[name];

const actors = {
  'insured-person': Actor.INSURED_PERSON,
  hospital: Actor.HOSPITAL,
  'home-agency': Actor.HOME_AGENCY,
  'treatment-agency': Actor.TREATMENT_AGENCY,
  operations: Actor.OPERATIONS,
  finance: Actor.FINANCE,
  'clearing-centre': Actor.CLEARING_CENTRE,
  nobody: Actor.NOBODY,
} as const satisfies Record<ActorName, Actor>;

const retries = {
  no: Retry.NO,
  'after-fix': Retry.AFTER_FIX,
  'new-quote': Retry.NEW_QUOTE,
  later: Retry.LATER,
  auto: Retry.AUTO,
} as const satisfies Record<RetryName, Retry>;
