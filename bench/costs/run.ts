/**
 * What each of TLS, audit, metrics and recovery costs of a settlement, and where the services spend their time.
 * - TLS: the same server with and without it, in turns.
 * - Audit and outbox (which recovery stands on): the treatment site's own statement with and without their rows, in
 *   turns; sealing apart.
 * - Recovery's loops, sealers and watchers: what the cluster uses while nobody calls.
 * - Metrics, signatures and the rest: V8 profiles of both services at saturation, by where the code lies.
 *
 *   node bench/costs/run.ts [--seconds 20]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { saveResult } from '../save-result.ts';
import { balance } from '../settlement/balance.ts';
import { makeBills } from '../settlement/bills.ts';
import { cpuMs } from '../settlement/cpu.ts';
import { type Deployment, deploy, machine, startServers } from '../settlement/environment.ts';
import { startFloor } from '../settlement/floor.ts';
import { median } from '../settlement/latencies.ts';
import { closedLoop } from '../settlement/load.ts';
import { type Measured, measure } from '../settlement/measure.ts';
import { profileClockMicros, readProfiles } from '../settlement/profile.ts';
import { Supply } from '../settlement/supply.ts';
import { Tally } from '../settlement/tally.ts';
import { WORKLOADS } from '../settlement/workloads.ts';
import { areasOf } from './areas.ts';
import { measureStatements } from './statements.ts';

const { values: given } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
const seconds = Number(given.seconds);
const IDLE_SECONDS = 10;
const TLS_TURNS = 5;
const TLS_SECONDS = 4;
/** Of `measure`, cut off at the beginning. */
const RAMP_MICROS = 2_000_000;
/** Several times the rate that a profiled run reaches. */
const STAYS_A_SECOND = 4_000;
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
const bills = makeBills(500, 50);

const servers = await startServers(say);
let deployment: Deployment | undefined;
let exitCode = 0;
try {
  say('Statements with and without audit and outbox …');
  const statements = await measureStatements(servers);
  const profileFolder = join(servers.folder, 'profiles');
  const profiled = (name: string) => {
    const folder = join(profileFolder, name);
    mkdirSync(folder, { recursive: true });
    return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
  };
  deployment = await deploy(servers, {
    name: 'costs',
    client: 'kafkajs',
    settings: { treatmentSite: profiled('treatment-site'), homeRegion: profiled('home-region') },
    onProgress: say,
  });
  say('Idle …');
  const idle = await idleCores(deployment);
  say('TLS …');
  const tls = await tlsCost(deployment);
  say('Profiles at saturation …');
  const { run, counts, from, until } = await load(deployment);
  await deployment.cluster.stop();
  const shares = Object.fromEntries(
    ['treatment-site', 'home-region'].map((name) => [
      name,
      areasOf(readProfiles(join(profileFolder, name), from, until)),
    ]),
  );
  const result = {
    machine: machine(),
    versions: servers.versions,
    statements,
    tls,
    idle,
    run,
    counts,
    shares,
  };
  saveResult('costs', result);
  print(result);
  if (!counts) exitCode = 1;
} catch (error) {
  console.error(error);
  exitCode = 1;
} finally {
  await deployment?.cluster.stop();
  await servers.stop();
}
process.exit(exitCode);

/** Cores that each process uses while nobody calls: polls, sweeps, sealers, watchers. */
async function idleCores({ treatmentPid, homePid }: Deployment): Promise<Record<string, number>> {
  await sleep(5_000);
  const pids = {
    broker: servers.kafkaPid,
    postgresql: servers.postgresPid,
    treatmentSite: treatmentPid,
    homeRegion: homePid,
  };
  const before = Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)] as const);
  await sleep(IDLE_SECONDS * 1_000);
  return Object.fromEntries(
    before.map(([name, ms]) => [
      name,
      (cpuMs(pids[name as keyof typeof pids]) - ms) / (IDLE_SECONDS * 1_000),
    ]),
  );
}

async function tlsCost(on: Deployment) {
  const floors = [
    await startFloor(servers, on, 'answer', bills),
    await startFloor(servers, on, 'plain', bills),
  ];
  const micros: Record<string, number[]> = { answer: [], plain: [] };
  for (let turn = 0; turn <= TLS_TURNS; turn += 1)
    for (const floor of floors) {
      const { serverMicros } = await floor.run(TLS_SECONDS, 256);
      if (turn > 0) micros[floor.mode]?.push(serverMicros);
    }
  for (const floor of floors) floor.stop();
  return { withTls: median(micros.answer ?? []), plain: median(micros.plain ?? []) };
}

interface Loaded {
  readonly run: Measured;
  readonly counts: boolean;
  /** On the clock of the profiles, µs. */
  readonly from: number;
  readonly until: number;
}

async function load(on: Deployment): Promise<Loaded> {
  const supply = new Supply(on, bills);
  const tally = new Tally();
  await supply.fill('admitted', STAYS_A_SECOND * (seconds + 3));
  const callers = await on.streamCallers(4);
  const unit = WORKLOADS.settle.unit({ callers, supply, tally });
  const from = profileClockMicros() + RAMP_MICROS;
  const run = await measure(servers, on, seconds, (window) => closedLoop(unit, 512, window));
  for (const caller of callers) caller.close();
  const { cluster, topicPrefix } = on;
  const books = {
    treatmentDatabaseUrl: cluster.treatmentDatabaseUrl,
    homeDatabaseUrl: cluster.homeDatabaseUrl,
    kafkaBrokers: servers.kafkaBrokers,
    topicPrefix,
  };
  const { counts, differences } = await balance(tally, books);
  if (!counts) say(`doesn't count: ${differences.join('; ')}`);
  return { run, counts, from, until: from + seconds * 1_000_000 };
}

function print({
  statements,
  tls,
  idle,
  run,
  shares,
}: {
  readonly statements: Awaited<ReturnType<typeof measureStatements>>;
  readonly tls: { readonly withTls: number; readonly plain: number };
  readonly idle: Readonly<Record<string, number>>;
  readonly run: Measured;
  readonly shares: Readonly<Record<string, Readonly<Record<string, number>>>>;
}): void {
  const { audit, outbox, sealing } = statements;
  const both = (cpu: typeof audit) => `${cpu.postgresql.toFixed(0)} + ${cpu.process.toFixed(0)}`;
  const micros: Readonly<Record<string, number>> = {
    'treatment-site': run.cpuMicros.treatmentSite,
    'home-region': run.cpuMicros.homeRegion,
  };
  console.log('\n| part | µs of CPU a settlement | how measured |\n|---|---|---|');
  console.log(
    `| TLS, server's side | ${Math.round(tls.withTls - tls.plain)} | same server with (${Math.round(tls.withTls)}) and without (${Math.round(tls.plain)}) |`,
  );
  console.log(`| audit row, one (PostgreSQL + service) | ${both(audit)} | statement with and without |`);
  console.log(
    `| sealing an audit row (PostgreSQL + service) | ${sealing.postgresql.toFixed(1)} + ${sealing.process.toFixed(1)} | sealer alone |`,
  );
  console.log(
    `| outbox, one message (PostgreSQL + service) | ${both(outbox)} | statement with and without |`,
  );
  for (const name of ['metrics', 'signatures between regions', 'recovery'])
    for (const [service, of] of Object.entries(shares))
      console.log(
        `| ${name}, ${service} | ${Math.round((of[name] ?? 0) * (micros[service] ?? 0))} | ${((of[name] ?? 0) * 100).toFixed(1)} % of its profile |`,
      );
  console.log(
    `\nIdle, cores: ${Object.entries(idle)
      .map(([name, cores]) => `${name} ${cores.toFixed(3)}`)
      .join(', ')}`,
  );
  for (const [service, of] of Object.entries(shares)) {
    console.log(`\n| ${service}, ${Math.round(micros[service] ?? 0)} µs a settlement | share |\n|---|---|`);
    for (const [name, share] of Object.entries(of))
      console.log(`| ${name} | ${(share * 100).toFixed(1)} % |`);
  }
}
