/** What a failed statement means for the caller. */
export type DatabaseFailure =
  /** Nothing was written; another session was there first (unique key, serialization, deadlock, lock timeout). */
  | { readonly kind: 'conflict'; readonly constraint: string | undefined }
  /** The connection broke: a commit may or may not have happened; look it up on a new connection. */
  | { readonly kind: 'unknown' }
  /** The statement itself is wrong, or a constraint of ours refused the data: nothing was written. */
  | { readonly kind: 'fault' };

const CONFLICTS = new Set(['23505', '23P01', '40001', '40P01', '55P03']);

export function classifyFailure(error: unknown): DatabaseFailure {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: string };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return { kind: 'unknown' };
  if (CONFLICTS.has(code)) return { kind: 'conflict', constraint };
  // 08 connection exceptions, 57P0x shutdown and crash, 53 out of resources before commit: the outcome isn't known.
  return code.startsWith('08') || code.startsWith('57P') || code.startsWith('53')
    ? { kind: 'unknown' }
    : { kind: 'fault' };
}
