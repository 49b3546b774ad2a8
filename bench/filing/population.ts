import type { Database, Queryable } from '@yijie/postgres';

/** People a filing: some hold two or three. */
const PEOPLE_SHARE = 0.8;
/** Rows of one statement, so that progress can be said. */
const CHUNK = 1_000_000;

export function peopleOf(filings: number): number {
  return Math.round(filings * PEOPLE_SHARE);
}

/** The token of person `n`: as random as a real one, so that look-ups land anywhere in the index. */
export const TOKEN = (n: string) =>
  `translate(encode(decode(md5('person' || ${n}), 'hex'), 'base64'), '+/=', '-_')`;

/**
 * Members and filings of a home region as years leave them: a third long-term, the rest temporary and mostly over, an
 * eighth with a review behind them (two versions), in Guangzhou, Shanghai, Shenzhen and Nanjing. Loaded without
 * indexes, which are made afterwards: sorted builds take a tenth of the time.
 */
export async function populate(
  database: Database,
  filings: number,
  say: (sentence: string) => void,
): Promise<void> {
  const people = peopleOf(filings);
  const restore = await withoutIndexes(database, ['member', 'filing', 'filing_agenda']);
  for (let from = 1; from <= people; from += CHUNK) {
    await database.query(
      `INSERT INTO member
       SELECT ${TOKEN('n')}, '430100', 'employee', 'active', date '1950-01-01' + n % 20000, '1', 'ACTIVE', '2005-01-01', 20,
              '{}', decode(repeat('5a', 160), 'hex'), 1, sha256(int4send(n)), NULL, NULL, 0
         FROM generate_series(${from}, ${Math.min(people, from + CHUNK - 1)}) n`,
    );
  }
  say(`  ${people} people`);
  for (let from = 1; from <= filings; from += CHUNK) {
    const until = Math.min(filings, from + CHUNK - 1);
    await database.query(
      `INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, valid_until, state, channel,
         by_commitment, proof, applied_at_ms, effective_at_ms, decided_at_ms, decided_by, event, from_state, actor, at_ms)
       SELECT lpad(to_hex(n), 32, '0')::uuid, v, ${TOKEN(`(n * 7919::bigint % ${people} + 1)`)}, 'employee', k.type,
              (ARRAY['440100', '310000', '440300', '320100'])[n % 4 + 1], k.start, k.stop,
              CASE WHEN v = 1 AND k.reviewed THEN 'REQUESTED' WHEN k.stop <= current_date THEN 'EXPIRED' ELSE 'EFFECTIVE' END,
              (ARRAY['NHSA_APP', 'GOV_CLIENT', 'PROV_ONLINE', 'COUNTER'])[n % 4 + 1], false, 'NONE',
              extract(epoch FROM k.start)::bigint * 1000,
              CASE WHEN v = 1 AND k.reviewed THEN NULL ELSE extract(epoch FROM k.start)::bigint * 1000 END,
              extract(epoch FROM k.start)::bigint * 1000, 'channel:NHSA_APP',
              CASE WHEN v = 1 AND k.reviewed THEN 'submit' WHEN v = 2 THEN 'approve' ELSE 'submit-self-service' END,
              CASE WHEN v = 2 THEN 'REQUESTED' END, 'channel:NHSA_APP', extract(epoch FROM k.start)::bigint * 1000
         FROM generate_series(${from}, ${until}) n,
              LATERAL (SELECT (ARRAY['LT_RETIREE', 'LT_RESIDENT', 'LT_WORKER', 'TM_REFERRAL', 'TM_REFERRAL', 'TM_OTHER'])[n % 6 + 1] AS type,
                              current_date - (n * 31 % 1400) AS start,
                              CASE WHEN n % 6 < 3 THEN NULL ELSE current_date - (n * 31 % 1400) + 184 END AS stop,
                              n % 8 = 0 AS reviewed) k,
              LATERAL generate_series(1, CASE WHEN k.reviewed THEN 2 ELSE 1 END) v`,
    );
    say(`  ${until} filings`);
  }
  await restore();
  await database.query('VACUUM (ANALYZE) member');
  await database.query('VACUUM (ANALYZE) filing');
}

/** Reads tables and the indexes that questions use from end to end: a region's database is warm, one just made isn't. */
export async function warm(database: Queryable): Promise<void> {
  for (const statement of [
    'SELECT count(identity_cipher) FROM member',
    'SELECT count(actor) FROM filing',
    'SET enable_seqscan = off',
    "SELECT count(*) FROM member WHERE person_token > ''",
    "SELECT count(*) FROM (SELECT person_token, filing_id, version FROM filing WHERE person_token > '' AND channel <> 'DEEMED') f",
  ])
    await database.query(statement);
}

/** Takes off indexes and keys; what comes back puts them on again. */
async function withoutIndexes(database: Database, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows: keys } = await database.query<{ table: string; name: string; definition: string }>(
    `SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
       FROM pg_constraint WHERE conrelid::regclass::text = ANY ($1) AND contype IN ('p', 'u')`,
    [tables],
  );
  for (const { table, name } of keys) await database.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  const { rows: indexes } = await database.query<{ name: string; definition: string }>(
    'SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = ANY ($1)',
    [tables],
  );
  for (const { name } of indexes) await database.query(`DROP INDEX ${name}`);
  return async () => {
    for (const { table, name, definition } of keys)
      await database.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
    for (const { definition } of indexes) await database.query(definition);
  };
}
