import type { Queryable } from '@yijie/postgres';
import type { AuditHead } from './audit-head.ts';

export async function lastHead(database: Queryable, chain: string): Promise<AuditHead | undefined> {
  const { rows } = await database.query<HeadRow>(
    `SELECT ${HEAD_COLUMNS} FROM audit_head h WHERE chain = $1 ORDER BY h.number DESC LIMIT 1`,
    [chain],
  );
  const [row] = rows;
  return row && toHead(row);
}

/** At most `limit` heads with a number of at least `from`, in order. */
export async function headsFrom(
  database: Queryable,
  chain: string,
  from: number,
  limit: number,
): Promise<AuditHead[]> {
  const { rows } = await database.query<HeadRow>(
    `SELECT ${HEAD_COLUMNS} FROM audit_head h WHERE chain = $1 AND h.number >= $2 ORDER BY h.number LIMIT $3`,
    [chain, from, limit],
  );
  return rows.map(toHead);
}

export async function insertHead(database: Queryable, head: AuditHead): Promise<void> {
  await database.query(
    `INSERT INTO audit_head (chain, number, previous_hash, row_count, root, until_epoch, until_xid, until_entry_id,
       sealed_at_ms, head_hash, key_id, signature)
     VALUES ($1, $2, $3, $4, $5, $6, $7::text::xid8, $8, $9, $10, $11, $12)`,
    [
      head.chain,
      head.number,
      head.previousHash,
      head.rowCount,
      head.root,
      head.until.epoch,
      head.until.xid,
      head.until.entryId,
      head.sealedAtMs,
      head.headHash,
      head.keyId,
      head.signature,
    ],
  );
}

// Order by `h.number`: plain `number` would be the text below, and '9' comes after '10'.
const HEAD_COLUMNS = `chain, number::text, previous_hash, row_count, root, until_epoch, until_xid::text,
  until_entry_id::text, sealed_at_ms::text, head_hash, key_id, signature`;

interface HeadRow {
  readonly chain: string;
  readonly number: string;
  readonly previous_hash: Buffer;
  readonly row_count: number;
  readonly root: Buffer;
  readonly until_epoch: number;
  readonly until_xid: string;
  readonly until_entry_id: string;
  readonly sealed_at_ms: string;
  readonly head_hash: Buffer;
  readonly key_id: Buffer;
  readonly signature: Buffer;
}

function toHead(row: HeadRow): AuditHead {
  return {
    chain: row.chain,
    number: Number(row.number),
    previousHash: row.previous_hash,
    rowCount: row.row_count,
    root: row.root,
    until: { epoch: row.until_epoch, xid: row.until_xid, entryId: row.until_entry_id },
    sealedAtMs: Number(row.sealed_at_ms),
    headHash: row.head_hash,
    keyId: row.key_id,
    signature: row.signature,
  };
}
