import { describeFailure, errorEntry, type GrpcStatusName, isErrorCode, type Refusal } from '@yijie/errors';
import { z } from 'zod';

/** What every refusal of the public interface looks like. */
export const failureSchema = z
  .object({
    code: z.string().meta({ description: 'a code of docs/errors.md, e.g. FIL-DUP' }),
    messageZh: z.string(),
    messageEn: z.string(),
    remedyZh: z.string().meta({ description: 'what to do next, for the person who must act' }),
    remedyEn: z.string(),
    actor: z.string().meta({ description: 'who must act: insured-person, home-agency, …' }),
    retry: z.string().meta({ description: 'no, after-fix, later, auto' }),
    sameKeyMayRetry: z.boolean(),
    values: z.record(z.string(), z.string()),
    requestId: z.string().meta({ description: 'to quote to the agency' }),
  })
  .meta({ id: 'Failure' });
export type HttpFailure = z.output<typeof failureSchema>;

export function httpFailure(refusal: Refusal, requestId: string): HttpFailure {
  const text = describeFailure(refusal.code, refusal.values);
  return { ...text, values: { ...refusal.values }, requestId };
}

export function httpStatus(code: string): number {
  return isErrorCode(code) ? STATUS[errorEntry(code).grpc] : 409;
}

const STATUS: Readonly<Record<GrpcStatusName, number>> = {
  OK: 409,
  INVALID_ARGUMENT: 400,
  OUT_OF_RANGE: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  FAILED_PRECONDITION: 409,
  ABORTED: 409,
  PERMISSION_DENIED: 403,
  UNAUTHENTICATED: 401,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  INTERNAL: 500,
};
