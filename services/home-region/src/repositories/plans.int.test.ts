import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Statement } from '@yijie/postgres';
import { HomeFixture } from '../../test/home-fixture.ts';
import { findStatement } from './members/find-members.ts';
import { loadStatement } from './settling/load-state.ts';
import { inputsStatement } from './settling/settlement-inputs.ts';

/** Enough that reading a table from end to end would cost more than looking into an index. */
const ROWS = 20_000;

let home: HomeFixture;
beforeAll(async () => {
  home = await HomeFixture.start();
  await fill();
}, 120_000);
afterAll(() => home.close());

test.each([
  [
    'what a batch of commands needs',
    loadStatement,
    ['bytea', 'text', 'bytea', ...Array<string>(5).fill('text')],
  ],
  ['the persons behind credentials', findStatement, ['int4', 'int4', 'bytea', 'int4', 'int4', 'bytea']],
  ['what settlements were computed from', inputsStatement, ['bytea']],
])('%s is found by indexes alone, with a plan for any batch', async (_, statement, types) => {
  const plan = await genericPlan(statement, types);
  expect(plan).toContain('Index');
  // Small tables by nature: read whole, they stay what they are.
  expect(plan.match(/Seq Scan on (?!closed_year)\w+/g)).toBeNull();
});

async function genericPlan(statement: Statement, types: readonly string[]): Promise<string> {
  return home.database.session(async (session) => {
    await session.query('SET plan_cache_mode = force_generic_plan');
    const parameters = types.map((type) => `${type}[]`).join(', ');
    await session.query(`PREPARE planned (${parameters}) AS ${statement.sql}`);
    const values = types.map((type) => `'{}'::${type}[]`).join(', ');
    const { rows } = await session.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE planned (${values})`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

/** Rows of every table that grows, as the service writes them. */
async function fill(): Promise<void> {
  const id = `decode(lpad(to_hex(n), 32, '0'), 'hex')`;
  const token = `'person' || lpad(n::text, 16, '0')`;
  const shares = Array(10).fill('0').join(', ');
  const statements = [
    `INSERT INTO member SELECT ${token}, '430100', 'employee', 'active', '1980-01-01', '1', 'ACTIVE', '2000-01-01', 20,
       '{}', '\\x00', 1, ${id}, 1, ${id}, 0`,
    `INSERT INTO account_entry SELECT ${token}, 1, 1000, 0, NULL`,
    `INSERT INTO accumulator_entry SELECT ${token}, 'employee', '2025', 1, '{}', ${id}`,
    `INSERT INTO inbox SELECT ${id}, ${token}, 'SETTLED', '\\x00', 0`,
    `INSERT INTO settlement SELECT ${id}, NULL, ${token}, '430100', '410100', 'H1', 'inpatient', 'employee', '2025', 'p', 100,
       100, ${shares}, '{}', '{}', '\\x00', 0, 0`,
    `INSERT INTO filing (filing_id, version, person_token, scheme, type, target_region, valid_from, state, channel,
       by_commitment, proof, applied_at_ms, event, actor, at_ms)
     SELECT lpad(to_hex(n), 32, '0')::uuid, 1, ${token}, 'employee', 'TM_OTHER', '410100', '2025-01-01', 'EFFECTIVE',
       'COUNTER', false, 'NONE', 0, 'submit', 'x', 0`,
    `INSERT INTO chronic_qualification SELECT lpad(to_hex(n), 32, '0')::uuid, 1, ${token}, 'employee', 'M03900', '2025-01-01',
       NULL, '{}', 'x', 0, NULL`,
    `INSERT INTO hospital_choice SELECT ${token}, 1, '2025-01-01', '{H1}', 'x', 0, NULL`,
    `INSERT INTO exchange_dead_letter (topic, partition, log_offset, key, headers, payload, reason_code, reason, parks,
       at_ms, state) SELECT 't', 0, n, ${token}, '{}', '\\x00', 'X', 'x', true, 0, 'REDRIVEN'`,
  ];
  for (const statement of statements)
    await home.database.query(`${statement} FROM generate_series(1, ${ROWS}) n`);
  await home.database.query('ANALYZE');
}
