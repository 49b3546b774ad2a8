/** So many at once, so many a second after that. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  /** Thousandths of a token: a millisecond at n a second adds n, exactly. */
  readonly milliTokens: number;
  readonly atMs: number;
}

export type Taken =
  | { readonly ok: true; readonly bucket: Bucket }
  | { readonly ok: false; readonly bucket: Bucket; readonly retryAfterMs: number };

/** Takes `cost` tokens if they are there. A clock that goes back gives nothing and takes nothing. */
export function takeTokens(
  bucket: Bucket | undefined,
  { perSecond, burst }: RateLimit,
  nowMs: number,
  cost: number,
): Taken {
  const before = bucket ?? { milliTokens: burst * 1_000, atMs: nowMs };
  const elapsedMs = Math.max(0, nowMs - before.atMs);
  const milliTokens = Math.min(burst * 1_000, before.milliTokens + elapsedMs * perSecond);
  const atMs = Math.max(before.atMs, nowMs);
  const missing = cost * 1_000 - milliTokens;
  if (missing <= 0) return { ok: true, bucket: { milliTokens: -missing, atMs } };
  return { ok: false, bucket: { milliTokens, atMs }, retryAfterMs: Math.ceil(missing / perSecond) };
}
