import { localDate, startOfDay } from '@yijie/calendar';
import {
  type ClearingRow,
  FUND_NAMES,
  NATIONAL_CENTRE,
  nextPeriod,
  type PartyCode,
  type Period,
  type RunOwner,
} from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import { connectPostgres, type Database, migrate } from '@yijie/postgres';
import { FakeClock, postgres } from '@yijie/testkit';
import { confirmRun } from '../src/application/runs/confirm-run.ts';
import { cutRun } from '../src/application/runs/cut-run.ts';
import { generateRuns } from '../src/application/runs/generate-runs.ts';
import type { Acting, RunDesk } from '../src/application/runs/run-desk.ts';
import { signRun } from '../src/application/runs/sign-run.ts';
import { clearingMigrations } from '../src/repositories/migrations.ts';
import { fundColumn } from '../src/repositories/runs/fund-columns.ts';
import { loadRun } from '../src/repositories/runs/runs.ts';
import { createSm2Signer } from '../src/signing/sm2-signer.ts';

export interface RunFixture {
  readonly desk: RunDesk;
  readonly database: Database;
  readonly clock: FakeClock;
  /** Moves the clock to nine in the morning of a day. */
  on(day: string): Promise<void>;
  /** Ends every connection of the service, whatever it is doing: what a crash of it leaves behind. */
  killConnections(): Promise<void>;
  close(): Promise<void>;
}

const APPLICATION = 'clearing-runs-test';

/** Runs on a database of their own, without the bus: rows are put in as intake would leave them. */
export async function startRunFixture(
  owners: readonly RunOwner[],
  parties: readonly PartyCode[],
  beginsOn = '2026-03-01',
): Promise<RunFixture> {
  const { url } = await postgres();
  const connect = (applicationName: string, poolSize: number) =>
    connectPostgres({
      connectionString: url,
      applicationName,
      poolSize,
      statementTimeoutMs: 20_000,
      connectTimeoutMs: 5_000,
    });
  const database = connect(APPLICATION, 6);
  const operator = connect('operator', 1);
  await migrate(database, await clearingMigrations());
  const clock = new FakeClock(startOfDay(localDate(beginsOn)));
  const keys = parties.map((party, at) => {
    const privateKey = `${at + 1}`.padStart(64, '7');
    return [party, { keyId: `sm2-${party}`, privateKey }] as const;
  });
  const desk: RunDesk = {
    database,
    clock,
    owners,
    provinces: owners.filter((owner) => owner !== NATIONAL_CENTRE),
    names: new Map(),
    signer: createSm2Signer(new Map(keys)),
    topicPrefix: '',
    generateWorkers: 2,
  };
  return {
    desk,
    database,
    clock,
    on: (day) => clock.advance(startOfDay(localDate(day)) + 9 * 3_600_000 - clock.now()),
    async killConnections() {
      await operator.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = '${APPLICATION}' AND datname = current_database()`,
      );
    },
    close: async () => {
      await Promise.all([database.close(), operator.close()]);
    },
  };
}

/** A person of an agency, as an act names it. */
export function person(name: string): Acting {
  return { by: name, audit: { actor: name, certificateSerial: '00', role: 'reviewer' } };
}

/** Puts rows into runs: each owner's first period that still takes rows, not before the row's own month. */
export async function placeRows(
  database: Database,
  rows: readonly ClearingRow[],
  period: Period,
): Promise<void> {
  const columns = FUND_NAMES.map(fundColumn);
  const records = rows.map((row) => {
    const [home, treatment] = [provinceOf(row.homePool), provinceOf(row.treatmentPool)];
    return {
      settlement_id: `\\x${row.settlementId}`,
      original_id: row.originalId === undefined ? null : `\\x${row.originalId}`,
      kind: row.kind,
      visit_kind: row.visitKind,
      scheme: row.scheme,
      home_pool: row.homePool,
      treatment_pool: row.treatmentPool,
      home_province: home,
      treatment_province: treatment,
      institution_code: row.institutionCode,
      settled_at_ms: row.settledAt,
      settled_period: row.settledPeriod,
      medical_fen: row.medicalFen,
      personal_cash_fen: row.personalCashFen,
      hospital_part_fen: row.hospitalPartFen,
      national_period: home === treatment ? null : period,
      home_period: period,
      treatment_period: period,
      ...Object.fromEntries(FUND_NAMES.map((name) => [fundColumn(name), row.clearing[name]])),
    };
  });
  const names = [
    'settlement_id',
    'original_id',
    'kind',
    'visit_kind',
    'scheme',
    'home_pool',
    'treatment_pool',
    'home_province',
    'treatment_province',
    'institution_code',
    'settled_at_ms',
    'settled_period',
    'medical_fen',
    'personal_cash_fen',
    'hospital_part_fen',
    'national_period',
    'home_period',
    'treatment_period',
    ...columns,
  ].join(', ');
  await database.query(
    `INSERT INTO cleared_row (${names}, cleared_at_ms)
     SELECT ${names}, 0 FROM json_populate_recordset(NULL::cleared_row, $1)`,
    [JSON.stringify(records)],
  );
  await database.query(
    `INSERT INTO hospital_confirmation (settlement_id, institution_code, message_id, confirmed_by, confirmed_at_ms)
     SELECT settlement_id, institution_code, 'test', 'test', 0 FROM cleared_row ON CONFLICT DO NOTHING`,
  );
}

/** Rows of the worked example have short names; the database wants sixteen bytes. */
export function withLongIds(rows: readonly ClearingRow[]): ClearingRow[] {
  return rows.map((row) => ({
    ...row,
    settlementId: longId(row.settlementId),
    originalId: row.originalId === undefined ? undefined : longId(row.originalId),
  }));
}

export function longId(name: string): string {
  return Buffer.from(name.padStart(16, '.')).toString('hex');
}

/** Takes the runs of all owners from their cut to CONFIRMED, in the order of the months. */
export async function confirmedRuns(
  { desk, database, on }: Pick<RunFixture, 'desk' | 'database' | 'on'>,
  periods: readonly Period[],
  from: 'open' | 'cut' = 'open',
): Promise<void> {
  const [maker, signer] = [person('agency:100000/maker'), person('agency:220000/signer')];
  for (const period of periods) {
    const month = nextPeriod(period);
    const day = (of: number) => `${Math.floor(month / 100)}-${`${month % 100}`.padStart(2, '0')}-${of}`;
    await on(day(20));
    if (from === 'open') for (const owner of desk.owners) expectOk(await cutRun(desk, owner, period, maker));
    await on(day(21));
    expectOk(await generateRuns(desk, { owners: desk.owners, period, dryRun: false }, maker));
    for (const owner of desk.owners) {
      const run = await loadRun(database, owner, period);
      for (const { party, contentHash } of run?.parties ?? []) {
        const command = { owner, period, revision: run?.revision ?? 0, party, contentHash };
        expectOk(await signRun(desk, command, signer));
      }
      expectOk(await confirmRun(desk, owner, period, signer));
    }
  }
}

function expectOk(reply: { readonly ok: boolean }): void {
  if (!reply.ok) throw new Error(JSON.stringify(reply));
}
