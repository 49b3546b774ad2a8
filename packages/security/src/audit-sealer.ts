import type { Database, Queryable } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';
import {
  type AuditHead,
  type AuditPosition,
  GENESIS_HASH,
  GENESIS_POSITION,
  signHead,
} from './audit-head.ts';
import { insertHead, lastHead } from './audit-head-row.ts';
import { AUDIT_LEAF_SQL } from './audit-leaf.ts';
import { DIGEST_BYTES, digestBytes, merkleRoot } from './merkle.ts';
import type { SigningKey } from './signing-key.ts';

export const BLOCK_ROWS_MAX = 1_000;

export interface SealOptions {
  readonly database: Database;
  readonly chain: string;
  readonly key: SigningKey;
  readonly clock: Pick<Clock, 'now'>;
  readonly blockRowsMax?: number;
}

/**
 * Seals one block of rows; undefined when there is nothing to seal or another replica is sealing.
 * Takes only rows whose transaction number lies below every open one: no row can appear before them any more.
 * Leaves are hashed in the database (a block brings 32 KB instead of its rows) and again, apart, when verified.
 */
export async function sealAuditBlock(options: SealOptions): Promise<AuditHead | undefined> {
  const { database, chain, key, clock } = options;
  return database.transaction(async (tx) => {
    if (!(await lockChain(tx))) return undefined;
    const previous = await lastHead(tx, chain);
    const block = await nextRows(
      tx,
      previous?.until ?? GENESIS_POSITION,
      options.blockRowsMax ?? BLOCK_ROWS_MAX,
    );
    if (block === undefined) return undefined;
    const head = signHead(
      {
        chain,
        number: (previous?.number ?? 0) + 1,
        previousHash: previous?.headHash ?? GENESIS_HASH,
        rowCount: block.leaves.length,
        root: digestBytes(merkleRoot(block.leaves)),
        until: block.until,
        sealedAtMs: clock.now(),
      },
      key,
    );
    await insertHead(tx, head);
    return head;
  });
}

export interface SealerOptions extends SealOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
  onSealed?(head: AuditHead): void;
  /** The next round comes all the same; an alarm tells when no head has come for three minutes. */
  onError?(error: unknown): void;
}

/** Seals every second until the signal ends it; a full block is followed by the next one at once. */
export async function runAuditSealer(options: SealerOptions): Promise<void> {
  const { clock, signal, everyMs = 1_000 } = options;
  const rowsMax = options.blockRowsMax ?? BLOCK_ROWS_MAX;
  while (!signal.aborted) {
    let sealed: AuditHead | undefined;
    try {
      sealed = await sealAuditBlock(options);
      if (sealed !== undefined) options.onSealed?.(sealed);
    } catch (error) {
      options.onError?.(error);
    }
    if (sealed?.rowCount === rowsMax) continue;
    await clock.sleep(everyMs, signal).catch(() => {});
  }
}

/** When the oldest row that isn't sealed was written; undefined when all are. For the alarm on an old open one. */
export async function oldestUnsealedMs(database: Queryable, chain: string): Promise<number | undefined> {
  const { until } = (await lastHead(database, chain)) ?? { until: GENESIS_POSITION };
  const { rows } = await database.query<{ at_ms: string }>(
    `SELECT at_ms::text FROM audit_entry
     WHERE (epoch, xid, entry_id) > ($1::int, $2::text::xid8, $3::bigint)
     ORDER BY epoch, xid, entry_id LIMIT 1`,
    [until.epoch, until.xid, until.entryId],
  );
  return rows[0] && Number(rows[0].at_ms);
}

/** One sealer for each database, whatever its chain is called. */
async function lockChain(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('yijie.audit.sealer')) AS locked`,
  );
  return rows[0]?.locked === true;
}

async function nextRows(tx: Queryable, after: AuditPosition, rowsMax: number) {
  const { rows } = await tx.query<BlockRow>(
    {
      name: 'audit_next_block',
      sql: `
        WITH block AS (
          SELECT e.* FROM audit_entry e
          WHERE (epoch, xid, entry_id) > ($1::int, $2::text::xid8, $3::bigint)
            AND (xid < pg_snapshot_xmin(pg_current_snapshot()) OR epoch < (SELECT epoch FROM audit_state))
          ORDER BY epoch, xid, entry_id LIMIT $4
        ), last AS (
          SELECT epoch, xid, entry_id FROM block ORDER BY epoch DESC, xid DESC, entry_id DESC LIMIT 1
        )
        SELECT last.epoch, last.xid::text, last.entry_id::text,
          (SELECT string_agg(${AUDIT_LEAF_SQL}, ''::bytea ORDER BY epoch, xid, entry_id) FROM block) AS leaves
        FROM last`,
    },
    [after.epoch, after.xid, after.entryId, rowsMax],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const leaves: string[] = [];
  for (let at = 0; at < row.leaves.length; at += DIGEST_BYTES)
    leaves.push(row.leaves.toString('latin1', at, at + DIGEST_BYTES));
  return { leaves, until: { epoch: row.epoch, xid: row.xid, entryId: row.entry_id } };
}

interface BlockRow {
  readonly epoch: number;
  readonly xid: string;
  readonly entry_id: string;
  readonly leaves: Buffer;
}
