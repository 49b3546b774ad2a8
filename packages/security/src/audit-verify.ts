import type { Queryable } from '@yijie/postgres';
import {
  type AuditHead,
  type AuditPosition,
  GENESIS_HASH,
  GENESIS_POSITION,
  headDigest,
  isSignedBy,
} from './audit-head.ts';
import { headsFrom } from './audit-head-row.ts';
import { AUDIT_ROW_COLUMNS, type AuditRow, auditLeaf } from './audit-leaf.ts';
import { excuses, type Restored, restoredHeads } from './audit-restore.ts';
import { isWitnessSignatureGood, type WitnessedHead } from './audit-witness.ts';
import { digestBytes, merkleRoot } from './merkle.ts';
import type { KeyRing } from './signing-key.ts';

export type AuditFindingKind =
  /** A block has fewer or more rows than were sealed. */
  | 'rows-missing'
  | 'rows-added'
  /** As many rows, but not the ones that were sealed: changed or put in another order. */
  | 'rows-changed'
  /** A head doesn't hash to what it says. */
  | 'head-changed'
  /** A head doesn't follow from the one before it, or a number is missing. */
  | 'chain-broken'
  /** The signature of a head isn't the region's. */
  | 'signature-false'
  /** A witness holds a head that the chain has no longer: its end was cut off, or all of it. */
  | 'tail-cut'
  /** A witness holds another head of the same number: rewritten or forked. */
  | 'differs-from-witness'
  /** A witness's own signature is false: nothing follows from it. */
  | 'witness-false'
  /** Rows have been waiting for the sealer for too long. */
  | 'unsealed';

export interface AuditFinding {
  readonly kind: AuditFindingKind;
  /** Number of the block; undefined when the whole chain is meant. */
  readonly block?: number;
  readonly detail: string;
}

export interface AuditReport {
  readonly blocks: number;
  readonly entries: number;
  readonly findings: readonly AuditFinding[];
  readonly lastHead: AuditHead | undefined;
  /** Restores that two persons recorded: they excuse heads that witnesses hold from before. */
  readonly restores: number;
}

export interface VerifyAuditOptions {
  readonly database: Queryable;
  readonly chain: string;
  /** The province whose key seals this chain, and the keys trusted for it. */
  readonly province: string;
  readonly keys: KeyRing;
  readonly nowMs: number;
  readonly witnessed?: readonly WitnessedHead[];
  /** First and last block; all when left out. */
  readonly fromBlock?: number;
  readonly untilBlock?: number;
}

/** Rows wait for the sealer at most this long; then it has stopped, or a transaction was forgotten open. */
const UNSEALED_MAX_MS = 3 * 60_000;
const HEADS_A_PAGE = 200;

/** Recomputes the chain from the rows themselves, without the database's own functions, and compares. */
export async function verifyAuditChain(options: VerifyAuditOptions): Promise<AuditReport> {
  const { database, chain, province, keys } = options;
  const findings: AuditFinding[] = [];
  const restored: Restored[] = [];
  const hashes = new Map<number, Buffer>();
  const witnessedNumbers = new Set(options.witnessed?.map(({ number }) => number));
  const from = Math.max(1, options.fromBlock ?? 1);
  const until = options.untilBlock ?? Number.MAX_SAFE_INTEGER;
  let [blocks, entries] = [0, 0];
  let previous = from > 1 ? (await headsFrom(database, chain, from - 1, 1))[0] : undefined;

  for (let next = from; ; ) {
    const page = await headsFrom(database, chain, next, HEADS_A_PAGE);
    const wanted = page.filter(({ number }) => number <= until);
    for (const head of wanted) {
      findings.push(...headFindings(head, previous, from, province, keys));
      const rows = await rowsOf(database, previous?.until ?? GENESIS_POSITION, head.until, head.rowCount);
      findings.push(...rowFindings(head, rows));
      restored.push(...rows.flatMap(restoredHeads));
      blocks += 1;
      entries += rows.length;
      if (witnessedNumbers.has(head.number)) hashes.set(head.number, head.headHash);
      previous = head;
    }
    if (page.length < HEADS_A_PAGE || wanted.length < page.length) break;
    next = (previous?.number ?? 0) + 1;
  }

  if (options.untilBlock === undefined) {
    findings.push(...(await unsealedFindings(database, previous?.until ?? GENESIS_POSITION, options.nowMs)));
    for (const witnessed of options.witnessed ?? []) {
      if (witnessed.chain !== chain || witnessed.number < from) continue;
      findings.push(
        ...witnessFindings(witnessed, hashes.get(witnessed.number), previous?.number ?? 0, restored, keys),
      );
    }
  }
  return { blocks, entries, findings, lastHead: previous, restores: restored.length };
}

function headFindings(
  head: AuditHead,
  previous: AuditHead | undefined,
  from: number,
  province: string,
  keys: KeyRing,
): AuditFinding[] {
  const findings: AuditFinding[] = [];
  const block = head.number;
  if (!digestBytes(headDigest(head)).equals(head.headHash))
    findings.push({ kind: 'head-changed', block, detail: 'the head does not hash to what it says' });
  const numberBefore = previous?.number ?? from - 1;
  if (block !== numberBefore + 1)
    findings.push({ kind: 'chain-broken', block, detail: `block ${numberBefore + 1} is missing` });
  else if (!head.previousHash.equals(previous?.headHash ?? GENESIS_HASH))
    findings.push({ kind: 'chain-broken', block, detail: 'the head does not follow from the one before it' });
  if (previous !== undefined && !isAfter(head.until, previous.until))
    findings.push({ kind: 'chain-broken', block, detail: 'the block ends before the one before it' });
  if (!isSignedBy(keys, province, head))
    findings.push({ kind: 'signature-false', block, detail: `key ${head.keyId.toString('hex')}` });
  return findings;
}

function rowFindings(head: AuditHead, rows: readonly AuditRow[]): AuditFinding[] {
  const block = head.number;
  const detail = `${rows.length} rows, sealed were ${head.rowCount}`;
  if (rows.length < head.rowCount) return [{ kind: 'rows-missing', block, detail }];
  if (rows.length > head.rowCount) return [{ kind: 'rows-added', block, detail }];
  if (digestBytes(merkleRoot(rows.map(auditLeaf))).equals(head.root)) return [];
  return [{ kind: 'rows-changed', block, detail: 'the rows are not the ones that were sealed' }];
}

function witnessFindings(
  witnessed: WitnessedHead,
  own: Buffer | undefined,
  lastNumber: number,
  restored: readonly Restored[],
  keys: KeyRing,
): AuditFinding[] {
  const block = witnessed.number;
  const by = `witnessed by ${witnessed.witnessProvince}`;
  if (!isWitnessSignatureGood(witnessed, keys)) return [{ kind: 'witness-false', block, detail: by }];
  if (own?.equals(witnessed.headHash)) return [];
  // A restore names the last head that was known outside; what lies between it and the backup is known to be lost.
  if (restored.some((restore) => excuses(restore, witnessed))) return [];
  if (block > lastNumber)
    return [{ kind: 'tail-cut', block, detail: `the chain ends at ${lastNumber}; ${by}` }];
  return [{ kind: 'differs-from-witness', block, detail: by }];
}

async function unsealedFindings(
  database: Queryable,
  after: AuditPosition,
  nowMs: number,
): Promise<AuditFinding[]> {
  const { rows } = await database.query<{ waiting: string; oldest: string | null }>(
    `SELECT count(*)::text AS waiting, min(at_ms)::text AS oldest FROM audit_entry
     WHERE (epoch, xid, entry_id) > ($1::int, $2::text::xid8, $3::bigint)`,
    [after.epoch, after.xid, after.entryId],
  );
  const { waiting = '0', oldest = null } = rows[0] ?? {};
  if (oldest === null || nowMs - Number(oldest) <= UNSEALED_MAX_MS) return [];
  return [{ kind: 'unsealed', detail: `${waiting} rows wait, the oldest for ${nowMs - Number(oldest)} ms` }];
}

/** One more than were sealed is enough to see that there are too many. */
async function rowsOf(
  database: Queryable,
  after: AuditPosition,
  until: AuditPosition,
  rowCount: number,
): Promise<readonly AuditRow[]> {
  const { rows } = await database.query<AuditRow>(
    `SELECT ${AUDIT_ROW_COLUMNS} FROM audit_entry e
     WHERE (e.epoch, e.xid, e.entry_id) > ($1::int, $2::text::xid8, $3::bigint)
       AND (e.epoch, e.xid, e.entry_id) <= ($4::int, $5::text::xid8, $6::bigint)
     ORDER BY e.epoch, e.xid, e.entry_id LIMIT $7`,
    [after.epoch, after.xid, after.entryId, until.epoch, until.xid, until.entryId, rowCount + 1],
  );
  return rows;
}

function isAfter(position: AuditPosition, other: AuditPosition): boolean {
  const parts = [
    [BigInt(position.epoch), BigInt(other.epoch)],
    [BigInt(position.xid), BigInt(other.xid)],
    [BigInt(position.entryId), BigInt(other.entryId)],
  ] as const;
  for (const [own, before] of parts) if (own !== before) return own > before;
  return false;
}
