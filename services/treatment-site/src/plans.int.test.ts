import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectPostgres, type Database, migrate, withIndexScans } from '@yijie/postgres';
import { postgres } from '@yijie/testkit';

import {
  loadRefundsStatement,
  loadReversalsStatement,
  loadSettlesStatement,
} from './repositories/load-commands.ts';
import { treatmentMigrations } from './repositories/migrations.ts';

let database: Database;

beforeAll(async () => {
  const { url } = await postgres();
  database = connectPostgres({
    connectionString: withIndexScans(url),
    applicationName: 'test',
    poolSize: 2,
    statementTimeoutMs: 30_000,
    connectTimeoutMs: 10_000,
  });
  await migrate(database, await treatmentMigrations());
});
afterAll(() => database.close());

/** The plan that a connection keeps for a named statement, made while the tables were empty. */
test.each([
  ['settlements', loadSettlesStatement],
  ['refunds', loadRefundsStatement],
  ['reversals', loadReversalsStatement],
])(
  'a batch of %s finds its rows by keys alone, also with a plan from an empty database',
  async (_, statement) => {
    const { rows } = await database.query<Record<string, string>>(`EXPLAIN (GENERIC_PLAN) ${statement.sql}`);
    const plan = rows.map((row) => row['QUERY PLAN'] ?? '').join('\n');
    expect(plan).toContain('command_institution_code_call_idempotency_key_key');
    expect(plan).not.toMatch(/Filter: \(command_id|Filter: \(.*idempotency_key|Filter: \(.*visit_id/);
    expect(plan).not.toContain('Seq Scan');
    expect(plan).not.toMatch(/command_listing on command c /);
    expect(plan).not.toContain('Hash');
  },
);
