/**
 * One period generated: all tables of all regions at both levels and all checks, beside a plain GROUP BY of the same rows in the
 * same database, in turns; what live intake waits meanwhile; the detail exported.
 *
 *   node bench/clearing-generate/run.ts [--sizes 1000000,5000000] [--turns 3]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  clearingMigrations,
  createSm2Signer,
  cutRun,
  forEachDetailBatch,
  generateRuns,
  openDesk,
} from '@yijie/clearing-service';
import { regionDirectory } from '@yijie/codes';
import { startEmbeddedPostgres } from '@yijie/local-cluster';
import { connectPostgres, type Database, migrate } from '@yijie/postgres';
import { readRegions } from '@yijie/reference-data';
import { saveResult } from '../save-result.ts';
import { machine } from '../settlement/environment.ts';
import { median } from '../settlement/latencies.ts';
import { allPools, loadMonth, PERIOD } from './made-month.ts';

const { values: given } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000000,5000000' },
    turns: { type: 'string', default: '3' },
  },
});
const sizes = given.sizes.split(',').map(Number);
const turns = Number(given.turns);
const RATIO_MAX = 3;
const GROWTH_MAX = 1.2;
const WAIT_MAX = 1.1;
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

const FUNDS = `sum(pool_fund_fen), sum(large_amount_fen), sum(serious_illness_fen), sum(civil_servant_fen),
  sum(enterprise_supplement_fen), sum(medical_aid_fen), sum(other_fund_fen), sum(own_account_fen), sum(family_account_fen)`;
/** What a hand would write for one level: every province owes every other one so much. */
const PEER = `SELECT home_province, treatment_province, scheme, visit_kind, ${FUNDS}
  FROM cleared_row WHERE national_period = ${PERIOD} GROUP BY 1, 2, 3, 4`;
/** The same for pools, the parties of the provincial level. */
const PEER_POOLS = PEER.replaceAll('province', 'pool');

const folder = mkdtempSync(join(tmpdir(), 'yijie-generate-'));
const regions = regionDirectory(readRegions());
const pools = allPools(regions);
const postgres = await startEmbeddedPostgres({
  dataDir: join(folder, 'postgres'),
  settings: { shared_buffers: '2GB', max_wal_size: '16GB', checkpoint_timeout: '15min', jit: 'off' },
  onProgress: say,
});
try {
  const measured = [];
  for (const size of sizes) measured.push(await measureSize(size));
  const [first] = measured;
  const last = measured.at(-1);
  const growth = first && last ? last.perRowUs / first.perRowUs : 0;
  const result = {
    machine: machine(),
    postgres: postgres.version,
    peer: PEER,
    pools: pools.length,
    measured,
    growth,
  };
  saveResult('clearing-generate', {
    ...result,
    ratioMax: RATIO_MAX,
    growthMax: GROWTH_MAX,
    waitMax: WAIT_MAX,
  });
  console.log(JSON.stringify(result, null, 2));
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measureSize(size: number) {
  const name = `month_${size}`;
  const admin = connect(postgres.url);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.close();
  const url = postgres.url.replace(/\/[^/]*$/, `/${name}`);
  const database = connect(url);
  try {
    await migrate(database, await clearingMigrations());
    say(`Making ${size.toLocaleString('en')} settlements among ${pools.length} pools …`);
    await loadMonth(database, pools, size);
    const now = { at: Date.parse('2026-04-20T01:00:00Z') };
    const desk = openDesk({
      database,
      clock: { now: () => now.at },
      owners: ['CN', ...new Set(pools.map((pool) => `${pool.slice(0, 2)}0000`))],
      signer: createSm2Signer(new Map()),
      topicPrefix: '',
      generateWorkers: 2,
      regions,
    });
    const period = PERIOD as Parameters<typeof cutRun>[2];
    const acting = { by: 'bench', audit: { actor: 'bench', certificateSerial: '', role: 'bench' } };
    for (const owner of desk.owners) mustBe(await cutRun(desk, owner, period, acting));
    now.at += 86_400_000;
    const generate = async (dryRun: boolean) =>
      mustBe(await generateRuns(desk, { owners: desk.owners, period, dryRun }, acting));

    say('Generating, in turns with the plain grouping …');
    await generate(true);
    const rssBefore = process.memoryUsage().rss;
    let rssMax = rssBefore;
    const watch = setInterval(() => {
      rssMax = Math.max(rssMax, process.memoryUsage().rss);
    }, 50);
    const seconds = { peer: [] as number[], peerPools: [] as number[], generated: [] as number[] };
    for (let turn = 0; turn < turns; turn += 1) {
      seconds.peer.push(await timed(() => database.query(PEER)));
      seconds.generated.push(await timed(() => generate(false)));
      seconds.peerPools.push(await timed(() => database.query(PEER_POOLS).then(() => {})));
    }
    clearInterval(watch);
    const wait = size === sizes[0] ? await measureWait(url, () => generate(true)) : undefined;
    const exported = size === sizes[0] ? await measureExport(database, period) : undefined;
    const generated = median(seconds.generated);
    return {
      size,
      seconds,
      ratio: generated / median(seconds.peer),
      ratioToPools: generated / median(seconds.peerPools),
      perRowUs: (generated * 1e6) / size,
      rssMb: { before: rssBefore / 1e6, max: rssMax / 1e6 },
      wait,
      exported,
    };
  } finally {
    await database.close();
  }
}

/** Intake's own statement for a placed row, at a steady pace by a process of its own: what it takes before and meanwhile. */
async function measureWait(url: string, generate: () => Promise<unknown>) {
  say('What intake waits …');
  const intake = fork(fileURLToPath(new URL('./steady-intake.ts', import.meta.url)), [url]);
  const window = () =>
    new Promise<number[]>((resolve) => {
      intake.once('message', (latencies) => resolve(latencies as number[]));
      intake.send('take');
    });
  try {
    await new Promise<void>((resolve) => setTimeout(resolve, 5_000));
    await window();
    await new Promise<void>((resolve) => setTimeout(resolve, 8_000));
    const before = await window();
    for (let turn = 0; turn < 3; turn += 1) await generate();
    const during = await window();
    const [p99Before, p99During] = [p99(before), p99(during)];
    return {
      callsBefore: before.length,
      callsDuring: during.length,
      p99BeforeMs: p99Before,
      p99DuringMs: p99During,
      ratio: p99During / p99Before,
    };
  } finally {
    intake.kill();
  }
}

async function measureExport(database: Database, period: Parameters<typeof cutRun>[2]) {
  say('Exporting the detail …');
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let max = before;
  let rows = 0;
  const seconds = await timed(() =>
    forEachDetailBatch(database, { owner: 'CN', period, party: undefined }, async (batch) => {
      rows += batch.length;
      max = Math.max(max, process.memoryUsage().rss);
    }),
  );
  return { rows, seconds, rowsPerSecond: rows / seconds, rssMb: { before: before / 1e6, max: max / 1e6 } };
}

function connect(connectionString: string): Database {
  return connectPostgres({
    connectionString,
    applicationName: 'bench',
    poolSize: 8,
    statementTimeoutMs: 0,
    connectTimeoutMs: 10_000,
  });
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return (performance.now() - began) / 1_000;
}

function p99(latencies: readonly number[]): number {
  const sorted = latencies.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}

function mustBe<Reply extends { readonly ok: boolean }>(reply: Reply): Reply {
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply;
}
