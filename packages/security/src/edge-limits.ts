import type { Budget } from './access-table.ts';
import { type Caller, callerName } from './caller.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { RateLimit } from './token-bucket.ts';

export interface EdgeLimitSettings {
  /** For each certificate. */
  readonly perCertificate: Readonly<Record<Budget, RateLimit>>;
  /** For each operator that a hospital names. */
  readonly perOperator: Readonly<Record<Budget, RateLimit>>;
  /** Calls of one institution (or other caller) under way at once. */
  readonly inFlightMax: number;
}

export type LimitAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: 'LIM-RATE' | 'LIM-BUSY';
      readonly values: Readonly<Record<string, string>>;
    };

export interface EdgeLimits {
  /** Before the message is decoded. What is admitted must be released once. */
  admit(caller: Caller, budget: Budget, nowMs: number): LimitAnswer;
  release(caller: Caller): void;
  /** Calls under way of the busiest caller, for the gauge beside its limit. */
  readonly inFlightHighest: number;
}

/**
 * A desk makes a few calls a minute, a hospital's sender some hundred settlements a second at most. Persons are
 * checked by hand: more than that is somebody trying numbers.
 */
export const DEFAULT_EDGE_LIMITS: EdgeLimitSettings = {
  perCertificate: {
    identity: { perSecond: 50, burst: 200 },
    settling: { perSecond: 500, burst: 2_000 },
    reading: { perSecond: 200, burst: 400 },
    administration: { perSecond: 20, burst: 100 },
  },
  perOperator: {
    identity: { perSecond: 2, burst: 20 },
    settling: { perSecond: 50, burst: 200 },
    reading: { perSecond: 20, burst: 100 },
    administration: { perSecond: 5, burst: 50 },
  },
  inFlightMax: 1_000,
};

export function createEdgeLimits(
  rates: RateLimiter,
  settings: EdgeLimitSettings = DEFAULT_EDGE_LIMITS,
): EdgeLimits {
  const inFlight = new Map<string, number>();

  function rateWait(caller: Caller, budget: Budget, nowMs: number): number {
    const own = rates.take(`c:${caller.serial}:${budget}`, settings.perCertificate[budget], nowMs);
    if (own > 0 || caller.kind !== 'institution' || caller.operator === undefined) return own;
    const operator = `o:${callerName(caller)}:${budget}`;
    return rates.take(operator, settings.perOperator[budget], nowMs);
  }

  return {
    admit(caller, budget, nowMs) {
      const name = institutionOf(caller);
      const open = inFlight.get(name) ?? 0;
      if (open >= settings.inFlightMax)
        return { ok: false, code: 'LIM-BUSY', values: { max: String(settings.inFlightMax) } };
      const waitMs = rateWait(caller, budget, nowMs);
      if (waitMs > 0) return { ok: false, code: 'LIM-RATE', values: { retryAfterMs: String(waitMs) } };
      inFlight.set(name, open + 1);
      return { ok: true };
    },
    release(caller) {
      const name = institutionOf(caller);
      const open = inFlight.get(name) ?? 0;
      if (open <= 1) inFlight.delete(name);
      else inFlight.set(name, open - 1);
    },
    get inFlightHighest() {
      return Math.max(0, ...inFlight.values());
    },
  };
}

/** All certificates and operators of an institution count together. */
function institutionOf(caller: Caller): string {
  return caller.kind === 'institution' ? caller.institutionCode : callerName(caller);
}
