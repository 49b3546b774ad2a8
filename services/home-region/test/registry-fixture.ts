import { localDate, startOfDay } from '@yijie/calendar';
import { regionDirectory } from '@yijie/codes';
import { type FilingParameterBook, filingParameterBook } from '@yijie/filing';
import { type Database, migrate } from '@yijie/postgres';
import { readRegions } from '@yijie/reference-data';
import { Metrics } from '@yijie/runtime';
import { createColumnCipher } from '@yijie/security';
import { CountingIds, postgres } from '@yijie/testkit';
import { actOnFiling, type FilingAct } from '../src/application/filing/act-on-filing.ts';
import type { FilingActor, Registry } from '../src/application/filing/filing-registry.ts';
import { sweepFilings } from '../src/application/filing/run-filing-timers.ts';
import { type FilingForm, type FilingResult, submitFiling } from '../src/application/filing/submit-filing.ts';
import { homeMigrations } from '../src/repositories/migrations.ts';
import { connect, DayClock } from './home-fixture.ts';
import { silentLogger } from './silent-logger.ts';
import { HOME_POOL } from './wire-commands.ts';

export const CLERK: FilingActor = { name: 'agency:430100/clerk-1', pool: HOME_POOL, withSecondPerson: false };

/** The filing registry on a real database, its clock in the test's hand. */
export class RegistryFixture {
  readonly url: string;
  readonly database: Database;
  readonly registry: Registry;
  readonly clock = new DayClock();
  #persons = 0;

  constructor(url: string, database: Database, parameters: FilingParameterBook) {
    const ids = new CountingIds();
    this.url = url;
    this.database = database;
    this.registry = {
      ids,
      parameters,
      regions: regionDirectory(readRegions()),
      cipher: createColumnCipher({
        region: '430000',
        profile: 'intl',
        keys: [2025, 2026, 2027].map((year) => ({
          keyId: `430000-${year}`,
          bytes: Buffer.alloc(32, year % 251),
        })),
        entropy: ids,
      }),
    };
  }

  static async start(parameters = filingParameterBook([])): Promise<RegistryFixture> {
    const { url } = await postgres();
    const database = connect(url);
    await migrate(database, await homeMigrations());
    return new RegistryFixture(url, database, parameters);
  }

  /** Nine in the morning of a day. */
  on(day: string): this {
    this.clock.nowMs = startOfDay(localDate(day)) + 9 * 3_600_000;
    return this;
  }

  async person(status = 'ACTIVE', pool = HOME_POOL): Promise<string> {
    const [person = ''] = await this.people(1, status, pool);
    return person;
  }

  async people(count: number, status = 'ACTIVE', pool = HOME_POOL): Promise<string[]> {
    const { rows } = await this.database.query<{ person_token: string }>(
      `INSERT INTO member (person_token, home_pool, scheme, person_class, birth_date, gender, insured_status, insured_from,
         contribution_years, groups, identity_cipher, lookup_version, lookup_hash, changed_at_ms)
       SELECT 'filer' || lpad(n::text, 17, '0'), $1, 'employee', 'active', '1970-05-05', '2', $2, '2001-01-01', 24, '{}',
              '\\x00', 1, int4send(n), 0
         FROM generate_series($3::int, $4::int) n RETURNING person_token`,
      [pool, status, this.#persons + 1, this.#persons + count],
    );
    this.#persons += count;
    return rows.map((row) => row.person_token);
  }

  submit(person: string, form: Partial<FilingForm> = {}, actor = CLERK): Promise<FilingResult> {
    const whole: FilingForm = {
      type: 'TM_OTHER',
      targetRegion: '440100',
      channel: 'NHSA_APP',
      byCommitment: false,
      particulars: { materials: [] },
      ...form,
    };
    return this.database.transaction((tx) =>
      submitFiling(this.registry, tx, person, whole, actor, this.clock.now()),
    );
  }

  act(filingId: string, act: FilingAct, actor = CLERK): Promise<FilingResult> {
    return this.database.transaction((tx) =>
      actOnFiling(this.registry, tx, filingId, act, actor, this.clock.now()),
    );
  }

  sweep() {
    return sweepFilings(this.timerParts());
  }

  timerParts() {
    const metrics = new Metrics({ service: 'home-region', processMetrics: false });
    const { database, registry, clock } = this;
    return { database, registry, clock, logger: silentLogger, metrics };
  }

  /** The history of a person's filings as text, one line a filing in the order in which they were made. */
  async histories(person: string): Promise<string[]> {
    const { rows } = await this.database.query<{ history: string }>(
      `SELECT string_agg(event || '>' || state, ' ' ORDER BY version) AS history FROM filing
        WHERE person_token = $1 GROUP BY filing_id ORDER BY min(at_ms), filing_id`,
      [person],
    );
    return rows.map(({ history }) => history);
  }

  async agenda(person: string): Promise<{ due_on: string | null; waiting: boolean }[]> {
    const { rows } = await this.database.query<{ due_on: string | null; waiting: boolean }>(
      `SELECT due_on, waiting_since_ms IS NOT NULL AS waiting FROM filing_agenda
        WHERE person_token = $1 ORDER BY filing_id`,
      [person],
    );
    return [...rows];
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
