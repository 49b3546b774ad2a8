/** Places batches of rows of the month after, fifty a second, and tells what each took. A process of its own. */
import { argv } from 'node:process';
import { connectPostgres } from '@yijie/postgres';

const EVERY_MS = 20;
const ROWS = 50;
const database = connectPostgres({
  connectionString: argv[2] ?? '',
  applicationName: 'steady-intake',
  poolSize: 4,
  statementTimeoutMs: 0,
  connectTimeoutMs: 10_000,
});
let latencies: number[] = [];
let number = 0;

async function place(): Promise<void> {
  const from = number;
  number += ROWS;
  const began = performance.now();
  await database.transaction(async (tx) => {
    await tx.query(`SELECT 1 FROM run_owner WHERE owner = 'CN' FOR SHARE`);
    await tx.query(
      `INSERT INTO cleared_row (settlement_id, kind, visit_kind, scheme, home_pool, treatment_pool, home_province,
         treatment_province, institution_code, settled_at_ms, settled_period, medical_fen, pool_fund_fen, large_amount_fen,
         serious_illness_fen, civil_servant_fen, enterprise_supplement_fen, medical_aid_fen, other_fund_fen,
         own_account_fen, family_account_fen, personal_cash_fen, hospital_part_fen, national_period, home_period,
         treatment_period, cleared_at_ms)
       SELECT decode(md5('live' || i), 'hex'), 'settlement', 'inpatient', 'employee', '430100', '410100', '430000', '410000',
              'H41010500001', 1775000000000, 202604, 10000, 4000, 0, 0, 0, 0, 0, 0, 0, 0, 6000, 0, 202604, 202604, 202604, 0
         FROM generate_series($1::int, $2::int) AS i`,
      [from, from + ROWS - 1],
    );
  });
  latencies.push(performance.now() - began);
}

setInterval(() => void place(), EVERY_MS);
process.on('message', () => {
  process.send?.(latencies);
  latencies = [];
});
