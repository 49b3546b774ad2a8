import { type Digest, digestOf, LEAF_PREFIX } from './merkle.ts';

/** A row of `audit_entry` with every column as text, in the order in which the leaf takes them. */
export interface AuditRow {
  readonly epoch: string;
  readonly xid: string;
  readonly entry_id: string;
  readonly at_ms: string;
  readonly actor: string;
  readonly second_actor: string | null;
  readonly certificate_serial: string;
  readonly role: string;
  readonly action: string;
  readonly object: string;
  readonly purpose: string | null;
  readonly before_hash: string | null;
  readonly after_hash: string | null;
}

export const AUDIT_ROW_COLUMNS = `epoch::text, xid::text, entry_id::text, at_ms::text, actor, second_actor,
  certificate_serial, role, action, object, purpose, encode(before_hash, 'hex') AS before_hash,
  encode(after_hash, 'hex') AS after_hash`;

/**
 * The leaf as the migration's `audit_leaf` computes it, written apart: SHA-256 of 0x00 and, for each column, its length
 * in UTF-8 bytes, ":", the text and ","; "-," for NULL. A function that was altered in the database is found by this.
 */
export function auditLeaf(row: AuditRow): Digest {
  const parts = [
    row.epoch,
    row.xid,
    row.entry_id,
    row.at_ms,
    row.actor,
    row.second_actor,
    row.certificate_serial,
    row.role,
    row.action,
    row.object,
    row.purpose,
    row.before_hash,
    row.after_hash,
  ];
  const text = parts.map((part) => (part === null ? '-,' : `${Buffer.byteLength(part)}:${part},`)).join('');
  const bytes = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  bytes[0] = LEAF_PREFIX;
  bytes.write(text, 1);
  return digestOf(bytes);
}
