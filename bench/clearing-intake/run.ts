/**
 * Facts of both sides from Kafka to membership in their runs, by the clearing service as a process of its own, beside the
 * floor: COPY of the very rows that this left, into the same schema on the same server.
 *
 *   node bench/clearing-intake/run.ts [--settlements 100000] [--floors 3]
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createKafkajsBus } from '@yijie/bus';
import { clearingMigrations } from '@yijie/clearing-service';
import { VisitKind } from '@yijie/contracts/common';
import { HospitalClearingServiceClient, type TotalsLine } from '@yijie/contracts/matching';
import { factTopic, sealRecords } from '@yijie/exchange';
import { startCluster } from '@yijie/local-cluster/cluster';
import { connectPostgres, type Database, migrate } from '@yijie/postgres';
import { type Logger, systemClock } from '@yijie/runtime';
import {
  certificateFiles,
  clientCredentials,
  createRecordSigner,
  loadRegionKeys,
  loadTlsIdentity,
  regionFiles,
} from '@yijie/security';
import pg from 'pg';
import { saveResult } from '../save-result.ts';
import { cpuMs } from '../settlement/cpu.ts';
import { machine, type Servers, startServers } from '../settlement/environment.ts';
import { median } from '../settlement/latencies.ts';
import { copyIn, copyOut } from './copy-table.ts';
import { HOSPITALS, MONTH, makeSettlements } from './made-facts.ts';

const { values: given } = parseArgs({
  options: {
    settlements: { type: 'string', default: '100000' },
    floors: { type: 'string', default: '3' },
  },
});
const settlements = Number(given.settlements);
const facts = 2 * settlements;
const FACTS_MIN = 5_000;
const PREFIX = 'intake_';
/** As the outbox relays send: a side's facts in publishes of this many. */
const PUBLISH = 500;
/** Tables that the run wrote a row of per fact or settlement, in an order that COPY can take. */
const TABLES = ['fact', 'hospital_confirmation', 'cleared_row'];
const clock = systemClock();
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);

const servers = await startServers(say);
let exitCode = 0;
try {
  const result = await measure(servers);
  saveResult('clearing-intake', result);
  print(result);
  if (!result.counts || result.perSecond < FACTS_MIN) exitCode = 1;
} catch (error) {
  console.error(error);
  exitCode = 1;
} finally {
  await servers.stop();
}
process.exit(exitCode);

async function measure(on: Servers) {
  const cluster = await startCluster({
    folder: join(on.folder, 'cluster'),
    postgresUrl: on.postgresUrl,
    bus: 'kafkajs',
    kafkaBrokers: on.kafkaBrokers,
    prefix: PREFIX,
    treatmentProvince: '410000',
    homeProvince: '430000',
    identities: HOSPITALS.map((institutionCode) => ({ kind: 'institution', institutionCode }) as const),
    replicas: { clearing: 1 },
    overrides: {
      clearing: { YIJIE_PARTITIONS: '4' },
      homeRegion: { YIJIE_PARTITIONS: '4' },
      treatmentSite: { YIJIE_PARTITIONS: '4' },
    },
    onProgress: say,
  });
  const [clearing] = cluster.clearings;
  if (clearing === undefined) throw new Error('the cluster lacks the clearing service');
  const database = connect(cluster.clearingDatabaseUrl);
  try {
    await clearing.stop();
    // The regions have said what they had to say: only clearing works from here on.
    await Promise.all([...cluster.treatmentSites, ...cluster.homeRegions].map((service) => service.stop()));
    say(`Publishing ${facts.toLocaleString('en')} signed facts …`);
    const totals = await publish(on, cluster.keyFolder);
    say('Taking them in …');
    await clearing.restart();
    const matched = await watchIntake(database, clearing.pid(), on.postgresPid);
    say('Confirming them …');
    const confirmed = await confirm(cluster.keyFolder, clearing.grpc, totals);
    const flaws = await flawsOf(database, totals);
    for (const flaw of flaws) say(`flaw: ${flaw}`);
    const seconds = matched.seconds + confirmed.seconds;
    say('The floor …');
    const floor = await floorSeconds(on, cluster.clearingDatabaseUrl);
    return {
      machine: machine(),
      versions: on.versions,
      settlements,
      facts,
      counts: flaws.length === 0,
      matched,
      confirmed,
      perSecond: matched.facts / (matched.seconds + (confirmed.seconds * matched.facts) / facts),
      seconds,
      floor: { seconds: floor, perSecond: facts / median(floor) },
    };
  } finally {
    await database.close();
    await cluster.stop();
  }
}

type Totals = ReadonlyMap<string, readonly TotalsLine[]>;

/** Publishes of one side and the other in turns; returns what each hospital would count. */
async function publish(on: Servers, keyFolder: string): Promise<Totals> {
  const topic = factTopic(PREFIX);
  const bus = createKafkajsBus({ brokers: on.kafkaBrokers, clientId: 'regions', logger: silent, clock });
  const signerOf = async (province: string) =>
    createRecordSigner(
      (await loadRegionKeys(regionFiles(keyFolder, province), province, 'development')).signing,
    );
  const [treatment, home] = [await signerOf('410000'), await signerOf('430000')];
  const totals = new Map<string, Map<string, TotalsLine>>();
  let waiting: {
    treatment: Parameters<typeof sealRecords>[1][number];
    home: Parameters<typeof sealRecords>[1][number];
  }[] = [];
  const send = async () => {
    await bus.publish(
      topic,
      sealRecords(
        treatment,
        waiting.map((pair) => pair.treatment),
      ),
    );
    await bus.publish(
      topic,
      sealRecords(
        home,
        waiting.map((pair) => pair.home),
      ),
    );
    waiting = [];
  };
  let index = 0;
  for (const made of makeSettlements(settlements, topic)) {
    const visitKind = index % 4 === 0 ? VisitKind.OUTPATIENT : VisitKind.INPATIENT;
    index += 1;
    add(totals, made.institutionCode, {
      scheme: made.scheme,
      visitKind,
      refunds: false,
      times: 1,
      medicalFen: made.totalFen,
      fundFen: made.fundFen,
      accountFen: made.accountFen,
    });
    waiting.push(made);
    if (waiting.length === PUBLISH) await send();
  }
  if (waiting.length > 0) await send();
  await bus.close();
  return new Map([...totals].map(([institution, lines]) => [institution, [...lines.values()]]));
}

function add(totals: Map<string, Map<string, TotalsLine>>, institution: string, line: TotalsLine): void {
  const lines = totals.get(institution) ?? new Map<string, TotalsLine>();
  totals.set(institution, lines);
  const key = `${line.scheme} ${line.visitKind}`;
  const known = lines.get(key);
  if (known === undefined) {
    lines.set(key, { ...line });
    return;
  }
  known.times += line.times;
  known.medicalFen += line.medicalFen;
  known.fundFen += line.fundFen;
  known.accountFen += line.accountFen;
}

/** From the first batch that is stored to the last: what was stored before the first look isn't counted. */
async function watchIntake(database: Database, pid: number, postgresPid: number) {
  const handled = async () => {
    const { rows } = await database.query<{ handled: number }>(
      'SELECT coalesce(sum(next_offset), 0)::int8 AS handled FROM exchange_offset',
    );
    return rows[0]?.handled ?? 0;
  };
  let before = 0;
  while (before === 0) {
    await sleep(10);
    before = await handled();
  }
  const began = performance.now();
  const cpu = [cpuMs(pid), cpuMs(postgresPid)];
  while ((await handled()) < facts) await sleep(20);
  const seconds = (performance.now() - began) / 1_000;
  const counted = facts - before;
  return {
    facts: counted,
    seconds,
    perSecond: counted / seconds,
    clearingMicros: ((cpuMs(pid) - (cpu[0] ?? 0)) * 1_000) / counted,
    postgresMicros: ((cpuMs(postgresPid) - (cpu[1] ?? 0)) * 1_000) / counted,
  };
}

/** Each hospital confirms its month as a span whose totals agree, two at a time. */
async function confirm(keyFolder: string, address: string, totals: Totals) {
  const clients = await Promise.all(
    HOSPITALS.map(async (institutionCode) => {
      const files = certificateFiles(keyFolder, { kind: 'institution', institutionCode });
      const tls = await loadTlsIdentity(files, { profile: 'development', clock });
      return { institutionCode, client: new HospitalClearingServiceClient(address, clientCredentials(tls)) };
    }),
  );
  const began = performance.now();
  const left = [...clients];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { client, institutionCode } = next;
      const lines = [...(totals.get(institutionCode) ?? [])];
      await new Promise<void>((resolve, reject) => {
        client.confirmSpan({ ...MONTH, idempotencyKey: 'bench', lines }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    }
  };
  await Promise.all([work(), work()]);
  const seconds = (performance.now() - began) / 1_000;
  for (const { client } of clients) client.close();
  return { settlements, seconds, perSecond: settlements / seconds };
}

async function flawsOf(database: Database, totals: Totals): Promise<string[]> {
  const { rows } = await database.query<Record<string, number>>(`
    SELECT (SELECT count(*)::int FROM fact) AS facts, (SELECT count(*)::int FROM cleared_row) AS cleared,
           (SELECT count(*)::int FROM open_row) AS open,
           (SELECT count(*)::int FROM exchange_dead_letter) AS dead,
           (SELECT coalesce(sum(medical_fen), 0)::int8 FROM cleared_row) AS "medicalFen",
           (SELECT count(*)::int FROM cleared_row WHERE national_period = 202503 AND home_period = 202503
                AND treatment_period = 202503) AS placed`);
  let medicalFen = 0;
  for (const lines of totals.values()) for (const line of lines) medicalFen += line.medicalFen;
  const expected = { facts, cleared: settlements, open: 0, dead: 0, medicalFen, placed: settlements };
  return Object.entries(expected).flatMap(([name, value]) =>
    rows[0]?.[name] === value ? [] : [`${name} is ${rows[0]?.[name]}, not ${value}`],
  );
}

async function floorSeconds(on: Servers, sourceUrl: string): Promise<number[]> {
  const rows = await Promise.all(TABLES.map((table) => copyOut(sourceUrl, table)));
  const taken: number[] = [];
  for (let turn = 0; turn < Number(given.floors); turn += 1) {
    const url = await freshDatabase(on.postgresUrl, `floor_${turn}`);
    const database = connect(url);
    await migrate(database, await clearingMigrations());
    await database.close();
    const began = performance.now();
    for (const [index, table] of TABLES.entries()) await copyIn(url, table, rows[index] as readonly Buffer[]);
    taken.push((performance.now() - began) / 1_000);
  }
  return taken;
}

async function freshDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

function connect(connectionString: string): Database {
  return connectPostgres({
    connectionString,
    applicationName: 'bench',
    poolSize: 2,
    statementTimeoutMs: 120_000,
    connectTimeoutMs: 5_000,
  });
}

function print(result: Awaited<ReturnType<typeof measure>>): void {
  const { matched, confirmed, floor, perSecond } = result;
  const rounded = (value: number) => Math.round(value).toLocaleString('en');
  console.log(
    `${rounded(facts)} facts of ${rounded(settlements)} settlements${result.counts ? '' : " — DOESN'T COUNT"}`,
  );
  console.log(
    `taken and matched   ${rounded(matched.perSecond)} facts/s (clearing ${matched.clearingMicros.toFixed(0)} µs, PostgreSQL ${matched.postgresMicros.toFixed(0)} µs of CPU a fact)`,
  );
  console.log(`confirmed, placed   ${rounded(confirmed.perSecond)} settlements/s`);
  console.log(`both together       ${rounded(perSecond)} facts/s with membership; bar ${rounded(FACTS_MIN)}`);
  console.log(
    `floor, COPY         ${rounded(floor.perSecond)} facts/s (${(floor.perSecond / perSecond).toFixed(1)} × as fast)`,
  );
}
