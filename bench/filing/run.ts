/**
 * Filings: decisions a second against a plain function; a load of another system's filings against COPY; what one
 * waits for an eligibility answer through gRPC and PostgreSQL, with many filings stored against few, in turns.
 *
 *   node bench/filing/run.ts [--large 10000000] [--small 100000] [--lines 200000] [--turns 100]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@yijie/local-cluster';
import { saveResult } from '../save-result.ts';
import { directSoFar, measureDecisions } from './decisions.ts';
import { measureEligibility } from './eligibility.ts';
import {
  type HomeDatabase,
  makeDatabase,
  makeHasher,
  makeKeys,
  type RunningHome,
  startHome,
} from './home.ts';
import { measureImport } from './imports.ts';
import { populate, warm } from './population.ts';

const { values: given } = parseArgs({
  options: {
    large: { type: 'string', default: '10000000' },
    small: { type: 'string', default: '100000' },
    lines: { type: 'string', default: '200000' },
    turns: { type: 'string', default: '100' },
  },
});
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
const BARS = { decisionsPerSecond: 1_000_000, importPerSecond: 20_000, p99Ms: 10, growth: 1.2 };

say('Decisions …');
const decisions = measureDecisions();
say(`  ${decisions.perSecond}/s, floor ${decisions.floorPerSecond}/s (${directSoFar()} direct)`);

const folder = mkdtempSync(join(tmpdir(), 'yijie-bench-filing-'));
execFileSync('chmod', ['755', folder]);
const keyFolder = join(folder, 'keys');
const postgres = await startEmbeddedPostgres({
  dataDir: join(folder, 'postgres'),
  // Durable as in production; memory as for a region of this size.
  settings: {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: '2GB',
    max_wal_size: '16GB',
    checkpoint_timeout: '15min',
    maintenance_work_mem: '512MB',
    jit: 'off',
  },
  onProgress: say,
});
const homes: RunningHome[] = [];
const databases: HomeDatabase[] = [];
try {
  await makeKeys(keyFolder);
  const hasher = await makeHasher(keyFolder);
  const make = async (name: string) => {
    const data = await makeDatabase(postgres.url, name);
    databases.push(data);
    return data;
  };
  const start = async (data: HomeDatabase, bus: string) => {
    const { url } = await make(bus);
    const home = await startHome(data.url, url, keyFolder);
    homes.push(home);
    return home;
  };

  say('Import …');
  const imported = await make('imported');
  const importing = await start(imported, 'imported_bus');
  const imports = await measureImport(
    imported,
    importing,
    hasher,
    Number(given.lines),
    folder,
    postgres.pid(),
  );
  say(`  ${imports.perSecond}/s, COPY ${imports.copyPerSecond}/s`);

  const sizes: Record<string, { bytes: number; seconds: number }> = {};
  const filled = async (name: 'small' | 'large', filings: number) => {
    say(`${filings} filings …`);
    const data = await make(name);
    const startedMs = performance.now();
    await populate(data.database, filings, say);
    const { rows } = await data.database.query<{ bytes: number }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    sizes[name] = { bytes: rows[0]?.bytes ?? 0, seconds: (performance.now() - startedMs) / 1_000 };
    return { data, filings, home: await start(data, `${name}_bus`) };
  };
  const small = await filled('small', Number(given.small));
  const large = await filled('large', Number(given.large));
  await large.data.database.query('CHECKPOINT');
  for (const { data } of [small, large]) await data.database.session((session) => warm(session));
  say('Eligibility …');
  const eligibility = await measureEligibility({ small, large }, Number(given.turns));

  const result = {
    machine: { cpus: cpus().length, model: cpus()[0]?.model },
    versions: { node: process.version, postgresql: postgres.version },
    bars: BARS,
    decisions,
    imports,
    filings: { small: small.filings, large: large.filings },
    sizes,
    eligibility,
    met: {
      decisions: decisions.perSecond >= BARS.decisionsPerSecond,
      imports: imports.perSecond >= BARS.importPerSecond,
      p99: eligibility.large.p99Ms <= BARS.p99Ms,
      growth: eligibility.p99Ratio <= BARS.growth && eligibility.p50Ratio <= BARS.growth,
    },
  };
  console.log(JSON.stringify(result, null, 2));
  saveResult('filing', result);
} finally {
  for (const home of homes) await home.stop();
  for (const { database } of databases) await database.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
