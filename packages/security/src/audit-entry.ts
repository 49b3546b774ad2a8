import { byteaArray, int8Array, textArray } from '@yijie/postgres';
import { roleOf } from './authorize.ts';
import { type Caller, callerName } from './caller.ts';

/** One change of state. No names, numbers or diagnoses: objects are ids, states are hashes. */
export interface AuditEntry extends AuditActor {
  readonly atMs: number;
  /** What was done, e.g. `settle`, `refund`, `filing.submit`. */
  readonly action: string;
  /** To what, e.g. `settlement:018f…`. */
  readonly object: string;
  /** Why, where looking at full identities needs a reason. */
  readonly purpose?: string;
  /** SHA-256 of the state before and after; left out when there was none. */
  readonly beforeHash?: Uint8Array;
  readonly afterHash?: Uint8Array;
}

export interface AuditActor {
  readonly actor: string;
  readonly secondActor?: string;
  /** Serial number of the certificate; of a command from another region, the id of the key that signed it. */
  readonly certificateSerial: string;
  readonly role: string;
}

export function auditActor(caller: Caller): AuditActor {
  const actor = { actor: callerName(caller), certificateSerial: caller.serial, role: roleOf(caller) };
  if (caller.kind !== 'agency' || caller.second === undefined) return actor;
  return { ...actor, secondActor: `agency:${caller.second.pool}/${caller.second.person}` };
}

/** A command that came from another region with its signature. */
export function auditRegion(province: string, keyId: string): AuditActor {
  return { actor: `region:${province}`, certificateSerial: keyId, role: 'region' };
}

export const AUDIT_PARAMETERS = 10;

/**
 * Text of the insert, to stand as a part (`WITH …, audit AS (…)`) of the one statement that makes the change. It takes
 * the ten arrays of `auditColumns` as parameters from `first` on. Epoch, transaction number and id are the database's.
 */
export function auditInsert(first: number): string {
  const parameters = PARAMETER_TYPES.map((type, index) => `$${first + index}::${type}[]`);
  return `INSERT INTO audit_entry (${COLUMNS}) SELECT * FROM unnest(${parameters.join(', ')})`;
}

export function auditColumns(entries: readonly AuditEntry[]): Buffer[] {
  return [
    int8Array(entries.map((entry) => entry.atMs)),
    textArray(entries.map((entry) => entry.actor)),
    textArray(entries.map((entry) => entry.secondActor ?? null)),
    textArray(entries.map((entry) => entry.certificateSerial)),
    textArray(entries.map((entry) => entry.role)),
    textArray(entries.map((entry) => entry.action)),
    textArray(entries.map((entry) => entry.object)),
    textArray(entries.map((entry) => entry.purpose ?? null)),
    byteaArray(entries.map((entry) => entry.beforeHash ?? null)),
    byteaArray(entries.map((entry) => entry.afterHash ?? null)),
  ];
}

export const COLUMNS =
  'at_ms, actor, second_actor, certificate_serial, role, action, object, purpose, before_hash, after_hash';
const PARAMETER_TYPES = ['int8', 'text', 'text', 'text', 'text', 'text', 'text', 'text', 'bytea', 'bytea'];
