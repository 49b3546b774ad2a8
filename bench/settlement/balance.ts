import { setTimeout as sleep } from 'node:timers/promises';
import { Reply } from '@yijie/contracts/exchange';
import { factTopic } from '@yijie/exchange';
import { SHARE_NAMES } from '@yijie/money';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { addShares, noSums, type Sums, type Tally } from './tally.ts';

export interface BooksOf {
  readonly treatmentDatabaseUrl: string;
  readonly homeDatabaseUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly topicPrefix: string;
  /** Settled before the measurement began (loaded rows). */
  readonly before?: number | undefined;
}

export interface Balance {
  readonly counts: boolean;
  /** What doesn't agree; empty when everything does. */
  readonly differences: readonly string[];
  readonly acknowledged: number;
  readonly facts: number;
}

/**
 * Whether a run counts: every acknowledged settlement is stored on both sides and said twice on the fact topic, and the
 * money is the same at the client, the treatment site, the home region and in the accumulators, fund by fund.
 */
export async function balance(tally: Tally, books: BooksOf): Promise<Balance> {
  const { before = 0 } = books;
  const differences: string[] = [];
  const agree = (what: string, found: number, expected: number) => {
    if (found !== expected) differences.push(`${what}: ${found}, not ${expected}`);
  };
  if (tally.wrong.length > 0) differences.push(`${tally.wrong.length} answers don't add up to their bill`);
  for (const [what, count] of tally.others) differences.push(`${count} calls ended with ${what}`);

  const facts = await factsSettled(books, 2 * tally.settled);
  agree('facts on the topic', facts, 2 * tally.settled);
  const treatment = await treatmentBooks(books.treatmentDatabaseUrl);
  agree('settled results at the treatment site', treatment.settled - before, tally.settled);
  agree('bills at the treatment site', treatment.bills - before, tally.settled);
  const home = await homeBooks(books.homeDatabaseUrl);
  agree('settlements at the home region', home.settled - before, tally.settled);
  agree('accumulator entries', home.accumulatorEntries - before, tally.settled);
  if (before === 0) {
    for (const name of SHARE_NAMES) {
      agree(`${name} at the treatment site`, treatment.sums[name], tally.sums[name]);
      agree(`${name} at the home region`, home.sums[name], tally.sums[name]);
    }
    agree('basic fund in the accumulators', home.accumulatedFundFen, tally.sums.poolFundFen);
  }
  return { counts: differences.length === 0, differences, acknowledged: tally.settled, facts };
}

async function treatmentBooks(databaseUrl: string) {
  return withClient(databaseUrl, async (client) => {
    const sums = noSums();
    let settled = 0;
    for (let after: Buffer = Buffer.alloc(0); ; ) {
      const { rows } = await client.query<{ command_id: Buffer; reply: Buffer }>(
        `SELECT command_id, reply FROM command_result WHERE command_id > $1 AND outcome = 1
          ORDER BY command_id LIMIT 5000`,
        [after],
      );
      for (const { reply } of rows) addSettled(sums, reply);
      settled += rows.length;
      const last = rows[rows.length - 1];
      if (last === undefined) break;
      after = last.command_id;
    }
    const { rows } = await client.query<{ bills: string }>(
      `SELECT count(*) AS bills FROM settlement_bill JOIN command_result USING (command_id) WHERE outcome = 1`,
    );
    return { settled, sums, bills: Number(rows[0]?.bills) };
  });
}

function addSettled(sums: Sums, bytes: Buffer): void {
  const { result } = Reply.decode(bytes);
  if (result?.$case === 'settled' && result.settled.shares) addShares(sums, result.settled.shares);
}

async function homeBooks(databaseUrl: string) {
  return withClient(databaseUrl, async (client) => {
    const columns = SHARE_NAMES.map((name) => `sum(${columnOf(name)}) AS "${name}"`).join(', ');
    const { rows } = await client.query<Record<string, string>>(
      `SELECT count(*) AS settled, ${columns} FROM settlement`,
    );
    const chains = await client.query<{ entries: string; fund: string }>(
      `SELECT (SELECT count(*) FROM accumulator_entry) AS entries,
              coalesce(sum((values_after ->> 'inpatientFundFen')::bigint), 0) AS fund
         FROM (SELECT DISTINCT ON (person_token, scheme, benefit_year) values_after
                 FROM accumulator_entry ORDER BY person_token, scheme, benefit_year, ordinal DESC) newest`,
    );
    const row = rows[0] ?? {};
    return {
      settled: Number(row.settled),
      sums: Object.fromEntries(SHARE_NAMES.map((name) => [name, Number(row[name] ?? 0)])) as Sums,
      accumulatorEntries: Number(chains.rows[0]?.entries),
      accumulatedFundFen: Number(chains.rows[0]?.fund),
    };
  });
}

function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Facts are published after the answer: waits a moment for those on their way, then counts what the log holds. */
async function factsSettled(books: BooksOf, expected: number): Promise<number> {
  const kafka = new Kafka({ brokers: [...books.kafkaBrokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (let tries = 0; ; tries += 1) {
      const offsets = await admin.fetchTopicOffsets(factTopic(books.topicPrefix));
      const facts = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
      if (facts >= expected || tries >= 50) return facts;
      await sleep(200);
    }
  } finally {
    await admin.disconnect();
  }
}

async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
