import { ACCESS_TABLE, type Role, type Row, type Rpc, type Scope } from './access-table.ts';
import type { Caller } from './caller.ts';

export type Authorization =
  | { readonly ok: true; readonly scope: Scope }
  | {
      readonly ok: false;
      readonly code: 'AUT-ROLE' | 'AUT-SECOND';
      readonly values: Readonly<Record<string, string>>;
    };

/** Whether the caller may make the call, and on what. `province` is the one that this service serves. */
export function authorize(rpc: string, caller: Caller, province: string): Authorization {
  const role = roleOf(caller);
  const scope = rowOf(rpc)?.roles[role];
  if (scope === undefined || !ofThisProvince(scope, caller, province))
    return { ok: false, code: 'AUT-ROLE', values: { role, rpc } };
  if (scope.secondPerson === 'always') return withSecondPerson(rpc, caller, scope);
  return { ok: true, scope };
}

/** For acts that need a second person only sometimes: a filing that reaches into the past. */
export function withSecondPerson(rpc: string, caller: Caller, scope: Scope): Authorization {
  const second = caller.kind === 'agency' ? caller.second : undefined;
  const isAnother = caller.kind === 'agency' && second !== undefined && second.person !== caller.person;
  if (!isAnother || rowOf(rpc)?.roles[second.role] === undefined)
    return { ok: false, code: 'AUT-SECOND', values: { rpc } };
  return { ok: true, scope };
}

export function roleOf(caller: Caller): Role {
  switch (caller.kind) {
    case 'institution':
      return caller.gateway === undefined ? 'hospital' : 'gateway';
    case 'agency':
      return caller.role;
    case 'service':
    case 'operations':
    case 'auditor':
      return caller.kind;
  }
}

/** The rows a repository may look at for this caller: every query takes one, so that none can forget it. */
export type RowFilter =
  | { readonly kind: 'institution'; readonly institutionCode: string }
  | { readonly kind: 'treatment-pool' | 'home-pool' | 'either-pool'; readonly pool: string }
  | { readonly kind: 'all' };

export function rowFilter(scope: Scope, caller: Caller): RowFilter {
  if (scope.rows === 'all' || scope.rows === 'province') return { kind: 'all' };
  if (scope.rows === 'own') {
    if (caller.kind !== 'institution')
      throw new Error(`only an institution has rows of its own: ${caller.kind}`);
    return { kind: 'institution', institutionCode: caller.institutionCode };
  }
  if (caller.kind !== 'agency') throw new Error(`only an agency has a pool: ${caller.kind}`);
  return { kind: scope.rows, pool: caller.pool };
}

export function rowOf(rpc: string): Row | undefined {
  return Object.hasOwn(ACCESS_TABLE, rpc) ? ACCESS_TABLE[rpc as Rpc] : undefined;
}

function ofThisProvince(scope: Scope, caller: Caller, province: string): boolean {
  if (scope.rows !== 'province') return true;
  return caller.kind === 'agency' && caller.pool.startsWith(province.slice(0, 2));
}
