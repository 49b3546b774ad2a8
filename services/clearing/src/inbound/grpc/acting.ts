import {
  type AuditActor,
  type Authorized,
  auditActor,
  callerName,
  type RowFilter,
  rowFilter,
} from '@yijie/security';

/** Idempotency keys belong to the institution or the agency, whoever of it calls. */
export function keyOwner({ caller }: Authorized): string {
  if (caller.kind === 'institution') return `institution:${caller.institutionCode}`;
  return caller.kind === 'agency' ? `agency:${caller.pool}` : callerName(caller);
}

export function filterOf({ caller, scope }: Authorized): RowFilter {
  return rowFilter(scope, caller);
}

export function actorOf({ caller }: Authorized): AuditActor {
  return auditActor(caller);
}

/** Of a call that only hospitals may make. */
export function institutionOf({ caller }: Authorized): string {
  if (caller.kind !== 'institution') throw new Error(`no institution: ${caller.kind}`);
  return caller.institutionCode;
}
