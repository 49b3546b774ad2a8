import type { Database } from '@yijie/postgres';
import { type AuditActor, auditColumns, auditInsert } from './audit-entry.ts';
import { lastHead } from './audit-head-row.ts';
import type { AuditRow } from './audit-leaf.ts';
import type { WitnessedHead } from './audit-witness.ts';

export const RESTORE_ACTION = 'audit.restore';

/**
 * Records that the database was restored from a backup, before it serves anybody: two persons sign for the loss of what
 * lies between the backup and the last head known outside. Rows from now on bear the next epoch, because transaction
 * numbers may start again. Needs the owner's rights.
 */
export async function recordRestore(
  database: Database,
  restore: {
    readonly approvedBy: AuditActor & { readonly secondActor: string };
    readonly chain: string;
    /** The newest head that any witness holds of this chain. */
    readonly lastWitnessed: { readonly number: number; readonly headHash: Buffer };
    readonly atMs: number;
  },
): Promise<void> {
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ epoch: number }>(
      'UPDATE audit_state SET epoch = epoch + 1 RETURNING epoch',
    );
    // DDL takes no parameters; the number comes from the database itself.
    await tx.query(`ALTER TABLE audit_entry ALTER COLUMN epoch SET DEFAULT ${Number(rows[0]?.epoch)}`);
    const { number, headHash } = restore.lastWitnessed;
    const restoredTo = (await lastHead(tx, restore.chain))?.number ?? 0;
    const object = `head:${number}:${headHash.toString('hex')}:after:${restoredTo}`;
    const entry = { ...restore.approvedBy, action: RESTORE_ACTION, object, atMs: restore.atMs };
    await tx.query(auditInsert(1), auditColumns([entry]));
  });
}

/** What a sealed restore row excuses: heads after the block that the backup ended with, up to the last one known. */
export interface Restored {
  readonly after: number;
  readonly number: number;
  readonly headHash: Buffer;
}

/** Nothing when two persons didn't sign for it. */
export function restoredHeads(row: AuditRow): Restored[] {
  const match = /^head:(\d+):([0-9a-f]{64}):after:(\d+)$/.exec(row.object);
  if (row.action !== RESTORE_ACTION || row.second_actor === null) return [];
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return [];
  return [{ number: Number(match[1]), headHash: Buffer.from(match[2], 'hex'), after: Number(match[3]) }];
}

export function excuses({ after, number, headHash }: Restored, witnessed: WitnessedHead): boolean {
  if (witnessed.number === number) return witnessed.headHash.equals(headHash);
  return witnessed.number > after && witnessed.number < number;
}
