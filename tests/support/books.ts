import { type Bus, createKafkajsBus } from '@yijie/bus';
import { FactSide, SettlementFact } from '@yijie/contracts/exchange';
import { factTopic } from '@yijie/exchange';
import { SHARE_NAMES } from '@yijie/money';
import { connectPostgres, type Database } from '@yijie/postgres';
import { idToText, type Logger, systemClock } from '@yijie/runtime';
import { waitFor } from '@yijie/testkit';
import type { ClusterForTest } from './cluster.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

export interface Books {
  /** Ids of settlements and refunds, as text, by who holds them. */
  readonly treatment: ReadonlySet<string>;
  readonly home: ReadonlySet<string>;
  readonly facts: ReadonlyMap<string, readonly SettlementFact[]>;
  /** Everything that doesn't agree; empty when the books balance. */
  readonly flaws: readonly string[];
}

/**
 * Reads both databases and the fact topic and compares them: every settlement and refund stands at both sides and has
 * one fact of each side with equal content; shares add up; accumulators and accounts are what replaying the home
 * region's effects in order gives. Waits for facts that are still on their way.
 */
export async function readBooks(cluster: ClusterForTest): Promise<Books> {
  const [treatmentDatabase, homeDatabase] = [
    open(cluster.treatmentDatabaseUrl),
    open(cluster.homeDatabaseUrl),
  ];
  const bus = createKafkajsBus({
    brokers: cluster.brokers,
    clientId: 'books',
    logger: silent,
    clock: systemClock(),
  });
  try {
    const treatment = await idsOf(
      treatmentDatabase,
      `SELECT command_id AS id FROM command JOIN command_result USING (command_id) WHERE outcome = 1 AND call IN (8, 9)`,
    );
    const home = await idsOf(homeDatabase, 'SELECT settlement_id AS id FROM settlement');
    const facts = await readFacts(bus, factTopic(cluster.prefix), 2 * home.size);
    const flaws = [
      ...(await unfinished(treatmentDatabase)),
      ...difference('settled at the treatment site only', treatment, home),
      ...difference('settled at the home region only', home, treatment),
      ...factFlaws(home, facts),
      ...(await accumulatorFlaws(homeDatabase)),
      ...(await accountFlaws(homeDatabase)),
    ];
    return { treatment, home, facts, flaws };
  } finally {
    await Promise.all([bus.close(), treatmentDatabase.close(), homeDatabase.close()]);
  }
}

/** Sum of a share over all facts of one side, refunds included. */
export function sumOfFacts(books: Books, side: FactSide, share: (typeof SHARE_NAMES)[number]): number {
  let sum = 0;
  for (const facts of books.facts.values()) {
    for (const fact of facts) if (fact.side === side) sum += fact.shares?.[share] ?? 0;
  }
  return sum;
}

export function open(connectionString: string): Database {
  return connectPostgres({
    connectionString,
    applicationName: 'books',
    poolSize: 2,
    statementTimeoutMs: 30_000,
    connectTimeoutMs: 5_000,
  });
}

/**
 * Settlements and refunds of a person that the home region decided in another order than the treatment site accepted
 * them. Sequences are in the order of commits as long as one treatment site accepts.
 */
export async function orderFlaws(cluster: ClusterForTest): Promise<string[]> {
  const [treatment, home] = [open(cluster.treatmentDatabaseUrl), open(cluster.homeDatabaseUrl)];
  try {
    const accepted = await treatment.query<{ id: Buffer; sequence: number }>(
      'SELECT command_id AS id, sequence FROM command',
    );
    const sequences = new Map(accepted.rows.map(({ id, sequence }) => [idToText(id), sequence]));
    const decided = await home.query<{ id: Buffer; person: string }>(
      `SELECT settlement_id AS id, person_token AS person FROM accumulator_entry
        ORDER BY person_token, scheme, benefit_year, ordinal`,
    );
    const flaws: string[] = [];
    const newest = new Map<string, number>();
    for (const { id, person } of decided.rows) {
      const sequence = sequences.get(idToText(id)) ?? -1;
      if (sequence < (newest.get(person) ?? 0)) flaws.push(`decided out of order: ${idToText(id)}`);
      newest.set(person, sequence);
    }
    return flaws;
  } finally {
    await Promise.all([treatment.close(), home.close()]);
  }
}

/** Every command has its result once all calls have ended. */
async function unfinished(treatment: Database): Promise<string[]> {
  const { rows } = await treatment.query<{ id: Buffer }>(
    'SELECT command_id AS id FROM command c WHERE NOT EXISTS (SELECT 1 FROM command_result r WHERE r.command_id = c.command_id)',
  );
  return rows.map(({ id }) => `without a result: ${idToText(id)}`);
}

async function idsOf(database: Database, sql: string): Promise<Set<string>> {
  const { rows } = await database.query<{ id: Buffer }>(sql);
  return new Set(rows.map((row) => idToText(row.id)));
}

async function readFacts(bus: Bus, topic: string, expected: number): Promise<Map<string, SettlementFact[]>> {
  const facts = new Map<string, SettlementFact[]>();
  const seen = new Set<string>();
  const subscription = await bus.subscribe({
    topics: [topic],
    groupId: `${topic}.books.${Math.random()}`,
    startOffset: async () => 0n,
    onBatch: async (batch) => {
      for (const record of batch.records) {
        const fact = SettlementFact.decode(record.value);
        const id = idToText(fact.settlementId);
        // A fact may be published twice after a crash: what counts is which facts there are.
        const identity = `${id} ${fact.side} ${fact.contentHash.toString('hex')}`;
        if (seen.has(identity)) continue;
        seen.add(identity);
        facts.set(id, [...(facts.get(id) ?? []), fact]);
      }
    },
  });
  await waitFor(() => seen.size >= expected, {
    withinMs: 30_000,
    what: `${expected} facts, found ${seen.size}`,
  }).catch(() => undefined);
  await subscription.close();
  return facts;
}

function difference(what: string, some: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...some].filter((id) => !others.has(id)).map((id) => `${what}: ${id}`);
}

function factFlaws(
  settlements: ReadonlySet<string>,
  facts: ReadonlyMap<string, readonly SettlementFact[]>,
): string[] {
  const flaws: string[] = [];
  for (const id of settlements) if (!facts.has(id)) flaws.push(`no fact: ${id}`);
  for (const [id, both] of facts) {
    if (!settlements.has(id)) flaws.push(`a fact without a settlement: ${id}`);
    const sides = both.map((fact) => fact.side).sort();
    if (sides.join() !== `${FactSide.TREATMENT},${FactSide.HOME}`)
      flaws.push(`facts of sides ${sides}: ${id}`);
    if (new Set(both.map((fact) => fact.contentHash.toString('hex'))).size !== 1)
      flaws.push(`facts differ: ${id}`);
    for (const fact of both) {
      const sum = SHARE_NAMES.reduce((total, name) => total + (fact.shares?.[name] ?? 0), 0);
      if (sum !== fact.totalFen) flaws.push(`shares sum to ${sum}, total ${fact.totalFen}: ${id}`);
    }
  }
  return flaws;
}

/** The newest entry of each chain against the sum of all changes. */
async function accumulatorFlaws(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ person: string; name: string; stands: number; replayed: number }>(`
    WITH newest AS (
      SELECT DISTINCT ON (person_token, scheme, benefit_year) person_token, scheme, benefit_year, values_after
        FROM accumulator_entry ORDER BY person_token, scheme, benefit_year, ordinal DESC),
    stands AS (
      SELECT person_token, scheme, benefit_year, v.key AS name, v.value::bigint AS amount
        FROM newest, json_each_text(values_after) v),
    replayed AS (
      SELECT person_token, scheme, benefit_year, d.key AS name, sum(d.value::bigint)::bigint AS amount
        FROM (SELECT person_token, scheme, benefit_year, accumulator_delta AS delta FROM settlement
              UNION ALL
              SELECT person_token, scheme, earlier_year, earlier_delta FROM settlement WHERE earlier_year IS NOT NULL) s,
             json_each_text(s.delta) d
       GROUP BY 1, 2, 3, 4)
    SELECT person_token AS person, name, coalesce(s.amount, 0) AS stands, coalesce(r.amount, 0) AS replayed
      FROM stands s FULL JOIN replayed r USING (person_token, scheme, benefit_year, name)
     WHERE coalesce(s.amount, 0) <> coalesce(r.amount, 0)`);
  return rows.map((row) => `accumulator ${row.name} stands at ${row.stands}, replay gives ${row.replayed}`);
}

async function accountFlaws(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ stands: number; replayed: number }>(`
    WITH newest AS (
      SELECT DISTINCT ON (person_token) person_token, own_fen FROM account_entry ORDER BY person_token, ordinal DESC),
    opened AS (SELECT person_token, own_fen FROM account_entry WHERE settlement_id IS NULL),
    spent AS (SELECT person_token, sum(own_account_fen)::bigint AS own_fen FROM settlement GROUP BY 1)
    SELECT n.own_fen AS stands, (o.own_fen - coalesce(s.own_fen, 0))::bigint AS replayed
      FROM newest n JOIN opened o USING (person_token) LEFT JOIN spent s USING (person_token)
     WHERE n.own_fen <> o.own_fen - coalesce(s.own_fen, 0)`);
  return rows.map((row) => `an account stands at ${row.stands}, replay gives ${row.replayed}`);
}
