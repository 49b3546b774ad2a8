import { type Authorized, callerName, rowFilter } from '@yijie/security';

/** The pool whose people the caller may see or touch; undefined for all. */
export function callerPool({ caller, scope }: Authorized): string | undefined {
  const filter = rowFilter(scope, caller);
  switch (filter.kind) {
    case 'all':
      return undefined;
    case 'home-pool':
    case 'either-pool':
      return filter.pool;
    case 'treatment-pool':
    case 'institution':
      throw new Error(`a caller of ${filter.kind} has nobody at home`);
  }
}

/** Idempotency keys belong to the agency; auditors and operations change nothing by key. */
export function keyOwner({ caller }: Authorized): string {
  return caller.kind === 'agency' ? caller.pool : callerName(caller);
}
