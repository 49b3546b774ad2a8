/**
 * What a settlement costs end to end, on everything: driver, treatment site and home region as processes with mutual
 * TLS, signed records, audit, recovery and metrics; one Kafka broker; one PostgreSQL with fsync and synchronous_commit.
 * Bills have 50 lines. Every measured thing takes turns with the others, so that a slow moment of the machine hits all.
 *
 *   node bench/settlement/run.ts [--clients kafkajs,platformatic] [--seconds 30] [--turns 3] [--brief]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { saveResult } from '../save-result.ts';
import { type Balance, balance } from './balance.ts';
import { makeBills } from './bills.ts';
import type { HospitalCaller } from './calls.ts';
import { type Deployment, deploy, type KafkaClient, machine, startServers } from './environment.ts';
import { type Floor, type FloorMode, startFloor } from './floor.ts';
import { median } from './latencies.ts';
import { closedLoop, inTurn, openLoop } from './load.ts';
import { type Measured, measure } from './measure.ts';
import { printSettlement } from './print.ts';
import { Supply } from './supply.ts';
import { Tally } from './tally.ts';
import { preSettleUnit, WORKLOADS, type WorkloadName } from './workloads.ts';

const { values: given } = parseArgs({
  options: {
    clients: { type: 'string', default: 'kafkajs,platformatic' },
    seconds: { type: 'string', default: '30' },
    turns: { type: 'string', default: '3' },
    brief: { type: 'boolean', default: false },
  },
});
const LINES = 50;
const clients = given.clients.split(',') as KafkaClient[];
const mainSeconds = given.brief ? 8 : Number(given.seconds);
const shortSeconds = given.brief ? 4 : 10;
const turns = given.brief ? 1 : Number(given.turns);
const IDLE_CALLS = given.brief ? 100 : 400;
const SATURATIONS = [128, 256, 512, 1_024];
/** Rows prepared for each second of load: more than are used. */
const FIRST_RATE = 4_500;

/** One way of sending, one thing to do. */
interface Case {
  readonly workload: WorkloadName;
  readonly way: 'stream' | 'unary';
  readonly seconds: number;
}
const MAIN: Case = { workload: 'settle', way: 'stream', seconds: mainSeconds };
const OTHERS: readonly Case[] = [
  { workload: 'settle', way: 'unary', seconds: shortSeconds },
  { workload: 'settleUploaded', way: 'stream', seconds: shortSeconds },
  { workload: 'preSettleAndSettle', way: 'stream', seconds: shortSeconds },
  { workload: 'wholeStay', way: 'stream', seconds: shortSeconds },
];

const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
const bills = makeBills(1_000, LINES);
const servers = await startServers(say);

class Runner {
  readonly client: KafkaClient;
  readonly deployment: Deployment;
  readonly supply: Supply;
  readonly tally = new Tally();
  readonly measured = new Map<string, Measured[]>();
  inFlight = 512;
  private rate = FIRST_RATE;

  constructor(client: KafkaClient, deployment: Deployment) {
    this.client = client;
    this.deployment = deployment;
    this.supply = new Supply(deployment, bills);
  }

  async run(one: Case, label = labelOf(one), inFlight = this.inFlight): Promise<Measured> {
    const { workload, way, seconds } = one;
    const { needs, unit } = WORKLOADS[workload];
    await this.supply.fill(needs, Math.ceil(this.rate * (seconds + 3)));
    return this.load(way, async (callers) => {
      const work = unit({ callers, supply: this.supply, tally: this.tally });
      const result = await measure(servers, this.deployment, seconds, (window) =>
        closedLoop(work, inFlight, window),
      );
      this.note(label, result);
      if (workload === 'settle' && way === 'stream') this.rate = Math.ceil(1.6 * result.perSecond) + 500;
      return result;
    });
  }

  async open(perSecond: number, seconds: number): Promise<void> {
    await this.supply.fill('admitted', Math.ceil(perSecond * (seconds + 4)));
    await this.load('stream', async (callers) => {
      const work = WORKLOADS.settle.unit({ callers, supply: this.supply, tally: this.tally });
      const result = await measure(servers, this.deployment, seconds, (window) =>
        openLoop(work, perSecond, window),
      );
      this.note('half load', result);
    });
  }

  /** A desk alone on an idle cluster. */
  async idle(): Promise<Record<'preSettle' | 'settle', { p50Ms: number; p99Ms: number }>> {
    await this.supply.fill('charged', IDLE_CALLS + 50);
    await this.supply.fill('admitted', IDLE_CALLS + 50);
    return this.load('unary', async (callers) => {
      const parts = { callers: callers.slice(0, 1), supply: this.supply, tally: this.tally };
      await sleep(5_000);
      const preSettle = await inTurn(preSettleUnit(parts), IDLE_CALLS);
      const settle = await inTurn(WORKLOADS.settle.unit(parts), IDLE_CALLS);
      return { preSettle, settle };
    });
  }

  balance(): Promise<Balance> {
    const { cluster, topicPrefix } = this.deployment;
    return balance(this.tally, {
      treatmentDatabaseUrl: cluster.treatmentDatabaseUrl,
      homeDatabaseUrl: cluster.homeDatabaseUrl,
      kafkaBrokers: servers.kafkaBrokers,
      topicPrefix,
    });
  }

  private async load<Result>(
    way: Case['way'],
    work: (callers: HospitalCaller[]) => Promise<Result>,
  ): Promise<Result> {
    const callers =
      way === 'stream' ? await this.deployment.streamCallers(4) : await this.deployment.unaryCallers(12);
    try {
      return await work(callers);
    } finally {
      for (const caller of callers) caller.close();
    }
  }

  private note(label: string, result: Measured): void {
    this.measured.set(label, [...(this.measured.get(label) ?? []), result]);
    const rate = Math.round(result.perSecond);
    say(
      `  ${this.client} ${label}: ${rate}/s, p50 ${result.p50Ms.toFixed(1)}, p99 ${result.p99Ms.toFixed(1)} ms`,
    );
  }
}

function labelOf({ workload, way }: Case): string {
  return `${workload}, ${way}`;
}

const runners: Runner[] = [];
const floors: Floor[] = [];
let exitCode = 0;
try {
  for (const client of clients)
    runners.push(new Runner(client, await deploy(servers, { name: client, client, onProgress: say })));
  const first = runners[0] as Runner;
  for (const mode of ['transaction', 'answer'] as const satisfies readonly FloorMode[])
    floors.push(await startFloor(servers, first.deployment, mode, bills));

  say('Warming up …');
  for (const runner of runners) await runner.run({ ...MAIN, seconds: given.brief ? 5 : 15 }, 'warm-up');
  for (const floor of floors) await floor.run(given.brief ? 2 : 4, 512);

  say('Idle …');
  const idle: Record<string, Awaited<ReturnType<Runner['idle']>>> = {};
  for (const runner of runners) idle[runner.client] = await runner.idle();

  say('How many in flight …');
  const saturation: Record<number, number> = {};
  for (const inFlight of SATURATIONS)
    saturation[inFlight] = (
      await first.run({ ...MAIN, seconds: given.brief ? 3 : 6 }, `${inFlight} in flight`, inFlight)
    ).perSecond;
  const best = Number(Object.entries(saturation).sort((a, b) => b[1] - a[1])[0]?.[0]);
  for (const runner of runners) runner.inFlight = best;

  const floorRuns: Partial<Record<FloorMode, Awaited<ReturnType<Floor['run']>>[]>> = {};
  for (let turn = 1; turn <= turns; turn += 1) {
    say(`Turn ${turn} of ${turns} …`);
    for (const runner of runners) await runner.run(MAIN);
    for (const floor of floors) {
      const run = await floor.run(shortSeconds, best);
      floorRuns[floor.mode] = [...(floorRuns[floor.mode] ?? []), run];
    }
    for (const other of OTHERS) for (const runner of runners) await runner.run(other);
  }
  for (const runner of runners) {
    const rate = median((runner.measured.get(labelOf(MAIN)) ?? []).map(({ perSecond }) => perSecond));
    await runner.open(Math.floor(rate / 2), mainSeconds);
  }

  say('Balancing …');
  const balances: Record<string, Balance> = {};
  for (const runner of runners) balances[runner.client] = await runner.balance();
  for (const floor of floors) if (!(await floor.counts())) say(`the floor (${floor.mode}) doesn't balance`);

  const result = {
    machine: machine(),
    versions: servers.versions,
    lines: LINES,
    inFlight: best,
    seconds: { main: mainSeconds, others: shortSeconds },
    turns,
    saturation,
    idle,
    measured: Object.fromEntries(
      runners.map((runner) => [runner.client, Object.fromEntries(runner.measured)]),
    ),
    floor: floorRuns,
    balances,
  };
  saveResult('settlement', result);
  printSettlement(result);
  if (Object.values(balances).some(({ counts }) => !counts)) exitCode = 1;
} catch (error) {
  console.error(error);
  exitCode = 1;
} finally {
  for (const floor of floors) floor.stop();
  for (const { deployment } of runners) await deployment.cluster.stop();
  await servers.stop();
}
process.exit(exitCode);
