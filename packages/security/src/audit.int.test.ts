import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectPostgres, type Database, migrate, type Queryable, readMigrations } from '@yijie/postgres';
import { systemClock } from '@yijie/runtime';
import { postgres, waitFor } from '@yijie/testkit';
import { type AuditEntry, auditActor, auditColumns, auditInsert } from './audit-entry.ts';
import { type AuditHead, signHead } from './audit-head.ts';
import { insertHead, lastHead } from './audit-head-row.ts';
import { recordRestore } from './audit-restore.ts';
import { auditGrantsSql, auditMigrationsFolder } from './audit-schema.ts';
import { oldestUnsealedMs, runAuditSealer, sealAuditBlock } from './audit-sealer.ts';
import { type AuditFindingKind, verifyAuditChain } from './audit-verify.ts';
import { judgeHead, type WitnessedHead, witnessHead } from './audit-witness.ts';
import { createKeyRing, signingKeyFromPem, verificationKeyFromPem } from './signing-key.ts';

const chain = 'treatment-site/410000';
const own = keyPair('410000');
const neighbour = keyPair('430000');
const stranger = keyPair('410000');
const keys = createKeyRing([own.verification, neighbour.verification]);
const clock = systemClock();

let database: Database;
let url: string;

beforeAll(async () => {
  ({ url } = await postgres());
  database = open(url);
  await migrate(database, await readMigrations(auditMigrationsFolder));
});
afterAll(() => database.close());
// Other suites' transactions hold back the sealer's horizon: it is the whole server's.
beforeEach(() => emptied());

describe('audit rows', () => {
  test('are written in the transaction of the change and are gone with it', async () => {
    await write(3);
    const failed = database.transaction(async (tx) => {
      await write(2, tx);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    const { rows } = await database.query<{ rows: number; xids: number }>(
      'SELECT count(*)::int AS rows, count(DISTINCT xid)::int AS xids FROM audit_entry',
    );
    expect(rows[0]).toEqual({ rows: 3, xids: 1 });
  });

  test('hold what was given, NULL where nothing was', async () => {
    const full: AuditEntry = {
      ...auditActor({
        kind: 'agency',
        person: 'reviewer-1',
        role: 'reviewer',
        pool: '410100',
        serial: 'a1',
        second: { person: 'reviewer-2', role: 'reviewer', pool: '410100' },
      }),
      atMs: 1_700_000_000_000,
      action: 'dead-letter.redrive',
      object: 'dead-letter:7',
      purpose: 'ticket 12',
      beforeHash: Buffer.alloc(32, 1),
      afterHash: Buffer.alloc(32, 2),
    };
    await database.query(auditInsert(1), auditColumns([full]));
    const { rows } = await database.query('SELECT * FROM audit_entry');
    expect(rows).toEqual([
      expect.objectContaining({
        epoch: 1,
        at_ms: 1_700_000_000_000,
        actor: 'agency:410100/reviewer-1',
        second_actor: 'agency:410100/reviewer-2',
        certificate_serial: 'a1',
        role: 'reviewer',
        action: 'dead-letter.redrive',
        object: 'dead-letter:7',
        purpose: 'ticket 12',
        before_hash: Buffer.alloc(32, 1),
        after_hash: Buffer.alloc(32, 2),
      }),
    ]);
  });

  test('the two persons of one act are two', async () => {
    const alone = { ...entry(1), secondActor: entry(1).actor };
    await expect(database.query(auditInsert(1), auditColumns([alone]))).rejects.toThrow(
      'audit_entry_two_persons',
    );
  });

  test.each([
    'UPDATE audit_entry SET actor = $$x$$',
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'DELETE FROM audit_head',
  ])('even the owner is refused: %s', async (sql) => {
    await expect(database.query(sql)).rejects.toThrow('audit rows are never changed');
  });

  test('the application role writes rows and can do nothing else; it can not choose their place', async () => {
    const suffix = (
      await database.query<{ oid: string }>(
        'SELECT oid::text FROM pg_database WHERE datname = current_database()',
      )
    ).rows[0]!.oid;
    const roles = {
      app: `audit_app_${suffix}`,
      sealer: `audit_sealer_${suffix}`,
      reader: `audit_reader_${suffix}`,
    };
    for (const role of Object.values(roles)) await database.query(`CREATE ROLE ${role}`);
    await database.query(auditGrantsSql(roles));
    const as = (role: string, sql: string, params: readonly unknown[] = []) =>
      database.transaction(async (tx) => {
        await tx.query(`SET LOCAL ROLE ${role}`);
        return tx.query(sql, params);
      });
    expect((await as(roles.app, auditInsert(1), auditColumns([entry(1)]))).count).toBe(1);
    for (const sql of [
      'SELECT * FROM audit_entry',
      'UPDATE audit_entry SET actor = $$x$$',
      'DELETE FROM audit_entry',
      `INSERT INTO audit_entry (xid, at_ms, actor, certificate_serial, role, action, object)
       VALUES ('1', 1, 'a', 's', 'r', 'a', 'o')`,
      'SELECT * FROM audit_head',
      'UPDATE audit_state SET epoch = 9',
    ]) {
      await expect(as(roles.app, sql)).rejects.toThrow('permission denied');
    }
    expect((await as(roles.sealer, 'SELECT * FROM audit_entry')).count).toBe(1);
    await expect(as(roles.sealer, auditInsert(1), auditColumns([entry(1)]))).rejects.toThrow(
      'permission denied',
    );
    await expect(as(roles.reader, 'DELETE FROM audit_head')).rejects.toThrow('permission denied');
  });
});

describe('sealing', () => {
  test('chains blocks of bounded size, in order, until nothing is left', async () => {
    await write(5);
    await write(2);
    const heads = await sealAll(3);
    expect(heads.map(({ number, rowCount }) => [number, rowCount])).toEqual([
      [1, 3],
      [2, 3],
      [3, 1],
    ]);
    expect(heads[1]!.previousHash).toEqual(heads[0]!.headHash);
    expect(await lastHead(database, chain)).toEqual(heads[2]);
    expect(await verified()).toMatchObject({ blocks: 3, entries: 7, findings: [] });
    expect(await oldestUnsealedMs(database, chain)).toBeUndefined();
  });

  test('a row of a transaction that began first and commits last is waited for, not skipped', async () => {
    const slow = await openTransaction();
    await slow.query(auditInsert(1), auditColumns([entry(1)]));
    await write(2);
    expect(await sealAuditBlock(sealing())).toBeUndefined();
    expect(await oldestUnsealedMs(database, chain)).toBe(entry(0).atMs);
    await slow.end('COMMIT');
    const head = await sealed();
    expect(head.rowCount).toBe(3);
    expect(await verified()).toMatchObject({ entries: 3, findings: [] });
  });

  test('a transaction that rolls back holds nobody up and leaves nothing', async () => {
    const slow = await openTransaction();
    await slow.query(auditInsert(1), auditColumns([entry(1)]));
    await write(1);
    await slow.end('ROLLBACK');
    expect((await sealed()).rowCount).toBe(1);
    expect((await verified()).findings).toEqual([]);
  });

  test('twenty writers and three sealers at once: every row sealed once, one chain', async () => {
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let round = 0; round < 15; round += 1) await write(1 + ((writer + round) % 4));
    });
    const stop = new AbortController();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const sealers = [1, 2, 3].map(() =>
      runAuditSealer({ ...sealing(7), clock, signal: stop.signal, everyMs: 5, onError }),
    );
    try {
      await Promise.all(writers);
      await waitFor(async () => (await oldestUnsealedMs(database, chain)) === undefined, {
        what: 'every row to be sealed',
      });
    } finally {
      stop.abort();
      await Promise.all(sealers);
    }
    expect(errors).toEqual([]);
    const { rows } = await database.query<{ rows: number }>('SELECT count(*)::int AS rows FROM audit_entry');
    const report = await verified();
    expect(report).toMatchObject({ entries: rows[0]!.rows, findings: [] });
    expect(rows[0]!.rows).toBe(20 * 15 * 2.5);
  });

  test('any text is hashed alike by the database and by us', async () => {
    const strange = ['', ',', '5:abc,', '-,', '刘某某', '𠮷', "'; --", '\\x00', 'a\nb'];
    const entries = strange.map((text, index) => ({
      ...entry(index),
      object: text,
      ...(index % 2 ? { purpose: text, afterHash: Buffer.from(text) } : {}),
    }));
    await database.query(auditInsert(1), auditColumns(entries));
    await sealed();
    expect((await verified()).findings).toEqual([]);
  });

  test('a sealer that stands still is found by the age of what waits', async () => {
    await write(2);
    expect((await verified()).findings).toEqual([]);
    const later = await verifyAuditChain({ ...verifying(), nowMs: entry(0).atMs + 4 * 60_000 });
    expect(later.findings.map(({ kind }) => kind)).toEqual(['unsealed']);
  });
});

describe('tampering by whoever owns the database', () => {
  /** Four blocks of three rows; a neighbour has seen each head. */
  let witnessed: WitnessedHead[];
  beforeEach(async () => {
    await write(12);
    witnessed = (await sealAll(3)).map((head) => witnessHead(head, neighbour.signing));
    expect(await found()).toEqual([]);
  });

  test.each<[string, string, [AuditFindingKind, number][]]>([
    [
      'a changed row',
      `UPDATE audit_entry SET object = 'settlement:other' WHERE entry_id = ${nth(5)}`,
      [['rows-changed', 2]],
    ],
    [
      'a changed hash',
      `UPDATE audit_entry SET after_hash = '\\x00' WHERE entry_id = ${nth(1)}`,
      [['rows-changed', 1]],
    ],
    ['a deleted row', `DELETE FROM audit_entry WHERE entry_id = ${nth(8)}`, [['rows-missing', 3]]],
    [
      'two rows that changed places',
      `UPDATE audit_entry a SET object = b.object, after_hash = b.after_hash FROM audit_entry b
       WHERE a.entry_id <> b.entry_id AND a.entry_id IN (${nth(4)}, ${nth(5)}) AND b.entry_id IN (${nth(4)}, ${nth(5)})`,
      [['rows-changed', 2]],
    ],
    [
      'a row put in afterwards',
      `INSERT INTO audit_entry (xid, entry_id, at_ms, actor, certificate_serial, role, action, object)
       OVERRIDING SYSTEM VALUE
       SELECT xid, 0, at_ms, actor, certificate_serial, role, action, 'settlement:new' FROM audit_entry LIMIT 1`,
      [['rows-added', 1]],
    ],
    [
      'a changed head',
      `UPDATE audit_head SET row_count = 2 WHERE number = 3`,
      [
        ['head-changed', 3],
        ['rows-added', 3],
      ],
    ],
    [
      'a head without its block before',
      `DELETE FROM audit_head WHERE number = 2`,
      [
        ['chain-broken', 3],
        ['rows-added', 3],
        ['differs-from-witness', 2],
      ],
    ],
    [
      'a cut end',
      `DELETE FROM audit_head WHERE number = 4; DELETE FROM audit_entry WHERE entry_id > ${nth(9)}`,
      [['tail-cut', 4]],
    ],
    [
      'everything gone',
      'DELETE FROM audit_head; DELETE FROM audit_entry',
      [
        ['tail-cut', 1],
        ['tail-cut', 2],
        ['tail-cut', 3],
        ['tail-cut', 4],
      ],
    ],
  ])('%s is found', async (_, sql, expected) => {
    await asOwner(sql);
    expect(await found()).toEqual(expected);
  });

  test('a head that is signed with another key is found, also when all else fits', async () => {
    const head = (await lastHead(database, chain))!;
    await asOwner('DELETE FROM audit_head WHERE number = 4');
    await insertHead(database, signHead(head, stranger.signing));
    expect(await found({ witnessed: [] })).toEqual([['signature-false', 4]]);
    const elsewhere = verifyAuditChain({ ...verifying(), province: '430000' });
    expect((await elsewhere).findings.map(({ kind }) => kind)).toContain('signature-false');
  });

  test('a rewritten end of equal length, signed with the right key, is found by the witness alone', async () => {
    await asOwner(
      `DELETE FROM audit_head WHERE number >= 3; UPDATE audit_entry SET object = 'x' WHERE entry_id = ${nth(8)}`,
    );
    await sealAll(3);
    expect(await found({ witnessed: [] })).toEqual([]);
    expect(await found()).toEqual([
      ['differs-from-witness', 3],
      ['differs-from-witness', 4],
    ]);
  });

  test('a chain that was forked from its first block on is found by the witness', async () => {
    await asOwner(
      `DELETE FROM audit_head; UPDATE audit_entry SET role = 'gateway' WHERE entry_id = ${nth(1)}`,
    );
    await sealAll(3);
    expect((await found()).map(([kind]) => kind)).toEqual(Array(4).fill('differs-from-witness'));
  });

  test('a witness does not take back what it has seen', async () => {
    const head = (await lastHead(database, chain))!;
    await asOwner(
      `DELETE FROM audit_head WHERE number = 4; UPDATE audit_entry SET object = 'x' WHERE entry_id = ${nth(11)}`,
    );
    const [forged] = await sealAll(3);
    await write(1);
    const next = await sealed();
    expect(judgeHead(head, head)).toBe('same');
    expect(judgeHead(head, forged!)).toBe('differs');
    expect(judgeHead(head, next)).toBe('differs');
    expect(judgeHead(next, head)).toBe('older');
    expect(judgeHead(undefined, head)).toBe('extends');
    expect(judgeHead(forged, next)).toBe('extends');
  });

  test('a forged witness proves nothing and is named', async () => {
    const forged = { ...witnessed[3]!, headHash: Buffer.alloc(32, 1) };
    expect(await found({ witnessed: [forged] })).toEqual([['witness-false', 4]]);
  });

  test('two forked blocks of one number can not both be written', async () => {
    const head = (await lastHead(database, chain))!;
    await expect(insertHead(database, signHead(head, own.signing))).rejects.toThrow('audit_head_pkey');
  });

  test('a stretch of the chain can be checked alone', async () => {
    await asOwner(`UPDATE audit_entry SET object = 'x' WHERE entry_id = ${nth(2)}`);
    expect(await verifyAuditChain({ ...verifying(), fromBlock: 2, untilBlock: 3 })).toMatchObject({
      blocks: 2,
      findings: [],
    });
    expect((await verifyAuditChain({ ...verifying(), untilBlock: 1 })).findings).toHaveLength(1);
  });

  test('a restore that two persons recorded excuses what was lost, and nothing before it', async () => {
    // Back to block 2: as a backup of that moment would be.
    await asOwner(
      `DELETE FROM audit_head WHERE number > 2; DELETE FROM audit_entry WHERE entry_id > ${nth(6)}`,
    );
    expect(await found()).toEqual([
      ['tail-cut', 3],
      ['tail-cut', 4],
    ]);
    await recordRestore(database, {
      chain,
      approvedBy: {
        actor: 'operations:operator-1',
        secondActor: 'auditor:auditor-1',
        certificateSerial: 'a1',
        role: 'operations',
      },
      lastWitnessed: { number: 4, headHash: witnessed[3]!.headHash },
      atMs: entry(0).atMs,
    });
    await write(10);
    await sealAll(3);
    expect(await found()).toEqual([]);
    expect((await verified()).restores).toBe(1);
    await asOwner(`UPDATE audit_entry SET object = 'x' WHERE entry_id = ${nth(2)}; DELETE FROM audit_head`);
    await sealAll(3);
    expect((await found()).filter(([, block]) => (block ?? 0) <= 2)).toEqual([
      ['differs-from-witness', 1],
      ['differs-from-witness', 2],
    ]);
  });

  test('after a restore that starts transaction numbers again, rows of before and after keep their order', async () => {
    const { rows } = await database.query<{ top: string }>(
      'SELECT max(xid::text::bigint)::text AS top FROM audit_entry',
    );
    // A row left unsealed, of a transaction number that the restored database hasn't reached yet.
    await asOwner(`INSERT INTO audit_entry (xid, at_ms, actor, certificate_serial, role, action, object)
      VALUES ('${BigInt(rows[0]!.top) + 1_000_000n}', ${entry(0).atMs}, 'a', 's', 'r', 'x', 'o')`);
    await recordRestore(database, {
      chain,
      approvedBy: { actor: 'a', secondActor: 'b', certificateSerial: 'a1', role: 'operations' },
      lastWitnessed: { number: 4, headHash: witnessed[3]!.headHash },
      atMs: entry(0).atMs,
    });
    await write(2);
    const heads = await sealAll(3);
    expect(heads.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(4);
    expect(await found()).toEqual([]);
  });

  async function found(
    change: { witnessed?: WitnessedHead[] } = {},
  ): Promise<[AuditFindingKind, number | undefined][]> {
    const report = await verifyAuditChain({ ...verifying(), witnessed, ...change });
    return report.findings.map(({ kind, block }) => [kind, block]);
  }
});

/** The id of the n-th row written since the tables were emptied. */
function nth(n: number): string {
  return `(SELECT nth_value(entry_id, ${n}) OVER (ORDER BY epoch, xid, entry_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM audit_entry LIMIT 1)`;
}

/** As a superuser who switches the triggers off. */
async function asOwner(sql: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(sql);
  });
}

async function emptied(): Promise<void> {
  await asOwner('DELETE FROM audit_entry; DELETE FROM audit_head; UPDATE audit_state SET epoch = 1');
  await database.query('ALTER TABLE audit_entry ALTER COLUMN epoch SET DEFAULT 1');
}

function entry(index: number): AuditEntry {
  return {
    actor: 'institution:H41010500123',
    certificateSerial: 'a1',
    role: 'hospital',
    action: 'settle',
    object: `settlement:${index}`,
    atMs: startMs,
    afterHash: Buffer.alloc(32, index),
  };
}
const startMs = clock.now();

async function write(count: number, on: Queryable = database): Promise<void> {
  const entries = Array.from({ length: count }, (_, index) => entry(index));
  await on.query(auditInsert(1), auditColumns(entries));
}

function sealing(blockRowsMax = 1_000) {
  return { database, chain, key: own.signing, clock, blockRowsMax };
}

/** Other suites on the same server may hold the horizon back for a moment. */
async function sealed(blockRowsMax?: number): Promise<AuditHead> {
  return waitFor(() => sealAuditBlock(sealing(blockRowsMax)), { what: 'a block to seal' });
}

async function sealAll(blockRowsMax: number): Promise<AuditHead[]> {
  const heads: AuditHead[] = [];
  await waitFor(
    async () => {
      for (
        let head = await sealAuditBlock(sealing(blockRowsMax));
        head;
        head = await sealAuditBlock(sealing(blockRowsMax))
      )
        heads.push(head);
      return (await oldestUnsealedMs(database, chain)) === undefined;
    },
    { what: 'every row to be sealed' },
  );
  return heads;
}

function verifying() {
  return { database, chain, province: '410000', keys, nowMs: startMs };
}

function verified() {
  return verifyAuditChain(verifying());
}

async function openTransaction() {
  let finish: (how: 'COMMIT' | 'ROLLBACK') => void = () => {};
  const asked = new Promise<'COMMIT' | 'ROLLBACK'>((resolve) => {
    finish = resolve;
  });
  let begun: (tx: Queryable) => void = () => {};
  const ready = new Promise<Queryable>((resolve) => {
    begun = resolve;
  });
  const ended = database
    .transaction(async (tx) => {
      begun(tx);
      if ((await asked) === 'ROLLBACK') throw new Error('asked to roll back');
    })
    .catch(() => {});
  const tx = await ready;
  return {
    query: (sql: string, params: readonly unknown[]) => tx.query(sql, params),
    async end(how: 'COMMIT' | 'ROLLBACK') {
      finish(how);
      await ended;
    },
  };
}

function open(connectionString: string): Database {
  return connectPostgres({
    connectionString,
    applicationName: 'audit-test',
    poolSize: 8,
    statementTimeoutMs: 20_000,
    connectTimeoutMs: 20_000,
  });
}

function keyPair(province: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    signing: signingKeyFromPem(province, privateKey.export({ type: 'pkcs8', format: 'pem' })),
    verification: verificationKeyFromPem(province, publicKey.export({ type: 'spki', format: 'pem' })),
  };
}
