import type { Refusal } from '@yijie/errors';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && (answer as { ok?: unknown }).ok === false;
}

/**
 * A refusal that becomes a gRPC error, kept like those that travel in an outcome, so that one call leads from any failing
 * answer to its diagnosis. `useCase` is the act's name in code: getVisit is the call get-visit.
 */
export function keptRefusal(
  site: Pick<Site, 'refusals'>,
  caller: Caller,
  useCase: string,
  request: object,
  refusal: Refusal,
): Refusal {
  if (refusal.diagnosisId !== undefined) return refusal;
  const named = request as { readonly visitId?: string; readonly settlementId?: string };
  return site.refusals.record(
    {
      institutionCode: caller.institutionCode,
      call: useCase.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      subject: named.visitId ?? named.settlementId ?? '',
    },
    refusal,
  );
}
