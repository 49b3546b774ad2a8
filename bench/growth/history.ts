import { randomBytes } from 'node:crypto';
import type { Cluster } from '@yijie/local-cluster/cluster';
import { idToText } from '@yijie/runtime';
import pg from 'pg';
import { generator } from '../settlement/bills.ts';
import { type CopyValue, copyRows, Escaped } from '../settlement/copy-rows.ts';
import { type Stay, schemeOf } from '../settlement/people.ts';

/**
 * Loads `count` settlements of the past year into both databases: every row that a settlement leaves, as real ones left
 * them, with ids, keys, persons and positions of their own. Results stand before commands, so that recovery finds
 * nothing to send again.
 */
export async function loadHistory(cluster: Cluster, people: readonly Stay[], count: number): Promise<void> {
  const history = makeHistory(people, count);
  const { treatmentDatabaseUrl: treatment, homeDatabaseUrl: home } = cluster;
  const each = (table: string, change: (one: Past) => Changes) => ({ table, change });
  const tables = {
    [treatment]: [
      each('command_result', (one) => ({ command_id: one.settlementId })),
      each('visit', (one) => ({
        visit_id: one.visitId,
        person_token: one.person.personToken,
        local_admission_number: `ZY${idToText(one.visitId)}`,
      })),
      each('settlement_bill', (one) => ({ command_id: one.settlementId })),
      each('claim', (one) => ({ subject: one.visitId, command_id: one.settlementId })),
      each('command', (one) => ({
        command_id: one.settlementId,
        idempotency_key: `s-${idToText(one.visitId)}`,
        visit_id: one.visitId,
        person_token: one.person.personToken,
      })),
      // Accepted, and answered.
      each('audit_entry', auditOf),
      each('audit_entry', auditOf),
    ],
    [home]: [
      each('inbox', (one) => ({ command_id: one.settlementId, person_token: one.person.personToken })),
      each('settlement', (one) => ({
        settlement_id: one.settlementId,
        person_token: one.person.personToken,
        scheme: one.scheme,
      })),
      each('accumulator_entry', (one) => ({
        person_token: one.person.personToken,
        scheme: one.scheme,
        ordinal: one.ordinal,
        settlement_id: one.settlementId,
      })),
      each('account_entry', (one) => ({
        person_token: one.person.personToken,
        ordinal: one.ordinal + 1,
        settlement_id: one.settlementId,
      })),
      each('audit_entry', auditOf),
    ],
  };
  for (const [databaseUrl, loads] of Object.entries(tables)) {
    for (const { table, change } of loads) {
      const { columns, rows } = await readSamples(databaseUrl, table);
      await copyRows(databaseUrl, table, columns, historyRows(history, columns, rows, change));
    }
  }
}

interface Past {
  readonly settlementId: Uint8Array;
  readonly visitId: Uint8Array;
  readonly person: Stay;
  readonly scheme: string;
  /** The person's how-manyeth settlement. */
  readonly ordinal: number;
}

type Changes = Readonly<Record<string, CopyValue>>;

function auditOf(one: Past): Changes {
  return { object: `settlement:${idToText(one.settlementId)}` };
}

const YEAR_MS = 365 * 86_400_000;
const ID_BYTES = 16;

function makeHistory(people: readonly Stay[], count: number): Past[] {
  const next = generator(3);
  const ordinals = new Int32Array(people.length);
  const fromMs = Date.now() - YEAR_MS;
  const random = randomBytes(2 * count * ID_BYTES);
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(next() * people.length);
    ordinals[at] = (ordinals[at] ?? 0) + 1;
    // Ids rise with time, as those of the product do.
    const atMs = fromMs + Math.floor((index / count) * (YEAR_MS - 86_400_000));
    const id = (place: number) => uuidOfTime(atMs, random.subarray(place * ID_BYTES, (place + 1) * ID_BYTES));
    return {
      settlementId: id(2 * index),
      visitId: id(2 * index + 1),
      person: people[at] as Stay,
      scheme: schemeOf(at),
      ordinal: ordinals[at] ?? 1,
    };
  });
}

/** Writes time and version of a UUID version 7 into random bytes. */
function uuidOfTime(ms: number, bytes: Buffer): Buffer {
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes;
}

function* historyRows(
  history: readonly Past[],
  columns: readonly string[],
  samples: readonly (readonly Escaped[])[],
  change: (one: Past) => Changes,
): Generator<CopyValue[]> {
  for (const [index, one] of history.entries()) {
    const sample = samples[index % samples.length] as readonly Escaped[];
    const changes = change(one);
    yield columns.map((column, place) => changes[column] ?? sample[place]);
  }
}

/** Columns that the database gives by itself stay out. */
const OWN_VALUES: Readonly<Record<string, readonly string[]>> = { audit_entry: ['epoch', 'xid', 'entry_id'] };
/** Rows that settlements left, not those that were there before. */
const LEFT_BY_SETTLEMENTS: Readonly<Record<string, string>> = {
  visit: 'NOT stay_open',
  account_entry: 'ordinal > 1',
};

async function readSamples(
  connectionString: string,
  table: string,
): Promise<{ columns: string[]; rows: Escaped[][] }> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`,
      [table],
    );
    const columns = found.rows.map(({ name }) => name).filter((name) => !OWN_VALUES[table]?.includes(name));
    const { rows } = await client.query<(string | null)[]>({
      text: `SELECT ${columns.map((name) => `${name}::text`).join(', ')} FROM ${table}
              WHERE ${LEFT_BY_SETTLEMENTS[table] ?? 'true'} LIMIT 1000`,
      rowMode: 'array',
    });
    if (rows.length === 0) throw new Error(`no settlement left a row in ${table}`);
    return { columns, rows: rows.map((row) => row.map((value) => new Escaped(value))) };
  } finally {
    await client.end();
  }
}
