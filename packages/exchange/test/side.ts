import { generateKeyPairSync } from 'node:crypto';
import { type Bus, createKafkajsBus } from '@yijie/bus';
import { connectPostgres, type Database, migrate, readMigrations } from '@yijie/postgres';
import { type Logger, systemClock, systemRandom } from '@yijie/runtime';
import {
  auditMigrationsFolder,
  createKeyRing,
  createRecordSigner,
  createRecordVerifier,
  type RecordSigner,
  type RecordVerifier,
  signingKeyFromPem,
  verificationKeyFromPem,
} from '@yijie/security';
import { kafka, postgres } from '@yijie/testkit';
import {
  exchangeMigrations,
  type InsertedOutboxRow,
  insertedRows,
  type OutboxRelay,
  type OutboxRow,
  outboxPart,
  startOutboxRelay,
} from '../src/index.ts';

export const clock = systemClock();

export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silent,
};

/** One region with a database of its own, the run's broker, and a signing key that its verifier trusts. */
export interface Side {
  readonly database: Database;
  readonly url: string;
  readonly bus: Bus;
  readonly signer: RecordSigner;
  readonly verifier: RecordVerifier;
  named(name: string): string;
  relay(options?: { bus?: Bus; sweepEveryMs?: number; silentAfterMs?: number }): Promise<OutboxRelay>;
  /** Stores messages as a service's statement would. */
  insert(rows: readonly OutboxRow[], owner: number): Promise<InsertedOutboxRow[]>;
  outboxRows(): Promise<number>;
  close(): Promise<void>;
}

export async function openSide(province = '410000'): Promise<Side> {
  const { url } = await postgres();
  const broker = await kafka();
  const database = openDatabase(url);
  await migrate(database, [
    ...(await exchangeMigrations()),
    ...(await readMigrations(auditMigrationsFolder)),
  ]);
  const bus = createKafkajsBus({
    brokers: broker.brokers,
    clientId: broker.named('side'),
    clock,
    logger: silent,
  });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signer = createRecordSigner(
    signingKeyFromPem(province, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
  );
  const verifier = createRecordVerifier(
    createKeyRing([
      verificationKeyFromPem(province, publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    ]),
  );
  return {
    database,
    url,
    bus,
    signer,
    verifier,
    named: (name) => broker.named(name),
    relay: (options = {}) =>
      startOutboxRelay({
        database,
        bus,
        signer,
        clock,
        random: systemRandom(),
        logger: silent,
        sweepEveryMs: 50,
        ...options,
      }),
    insert: async (rows, owner) => insertedRows(rows, await insertOutbox(database, rows, owner)),
    outboxRows: async () => (await database.query('SELECT 1 FROM exchange_outbox')).count,
    close: async () => {
      await bus.close();
      await database.close();
    },
  };
}

export function openDatabase(connectionString: string): Database {
  return connectPostgres({
    connectionString,
    applicationName: 'exchange-test',
    poolSize: 8,
    statementTimeoutMs: 20_000,
    connectTimeoutMs: 5_000,
  });
}

export async function insertOutbox(
  database: Pick<Database, 'query'>,
  rows: readonly OutboxRow[],
  owner: number,
): Promise<readonly { outbox_id: number; mine: boolean }[]> {
  const { rows: returned } = await database.query<{ outbox_id: number; mine: boolean }>(
    `WITH ${outboxPart.sql(1)} SELECT outbox_id, mine FROM outbox ORDER BY outbox_id`,
    outboxPart.params({ rows, owner, nowMs: clock.now() }),
  );
  return returned;
}

export function message(topic: string, key: string, text: string): OutboxRow {
  return { topic, key, partition: null, kind: 'command', payload: Buffer.from(text), traceParent: null };
}

/** Everything a topic holds so far, in order per partition. */
export async function readAll(
  side: Side,
  topic: string,
  count: number,
): Promise<{ key: string; text: string }[]> {
  const seen: { key: string; text: string }[] = [];
  let enough: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const subscription = await side.bus.subscribe({
    topics: [topic],
    groupId: side.named(`reader-${Math.random()}`),
    startOffset: async () => 0n,
    onBatch: async (batch) => {
      for (const record of batch.records)
        seen.push({ key: record.key, text: Buffer.from(record.value).toString() });
      if (seen.length >= count) enough();
    },
  });
  await done;
  await subscription.close();
  return seen;
}
