/**
 * Whether a settlement costs more once many are stored: two clusters on the same servers, one with 10,000 settlements in
 * its books, one with a million, take turns under the same load. History is loaded by COPY into the product's own
 * schema; its rows are those that real settlements left, with new ids.
 *
 *   node bench/growth/run.ts [--small 10000] [--large 1000000] [--people 300000] [--seconds 20] [--turns 4]
 */
import { parseArgs } from 'node:util';
import { saveResult } from '../save-result.ts';
import { type Balance, balance } from '../settlement/balance.ts';
import { makeBills } from '../settlement/bills.ts';
import { type Deployment, deploy, machine, startServers } from '../settlement/environment.ts';
import { median } from '../settlement/latencies.ts';
import { closedLoop } from '../settlement/load.ts';
import { type Measured, measure } from '../settlement/measure.ts';
import { Supply, settleDown } from '../settlement/supply.ts';
import { Tally } from '../settlement/tally.ts';
import { WORKLOADS } from '../settlement/workloads.ts';
import { type Disk, diskUsed } from './disk.ts';
import { loadHistory } from './history.ts';
import { untilSealed } from './until-sealed.ts';

const { values: given } = parseArgs({
  options: {
    client: { type: 'string', default: 'kafkajs' },
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '300000' },
    seconds: { type: 'string', default: '20' },
    turns: { type: 'string', default: '4' },
  },
});
const IN_FLIGHT = 512;
/** Real settlements whose rows the history repeats. */
const SAMPLES = 500;
const seconds = Number(given.seconds);
const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
const bills = makeBills(1_000, 50);

interface Book {
  readonly deployment: Deployment;
  readonly supply: Supply;
  readonly tally: Tally;
  readonly stored: number;
  readonly runs: Measured[];
  disk: Disk | undefined;
}

const servers = await startServers(say);
const books: Book[] = [];
let exitCode = 0;
try {
  for (const [name, stored] of [
    ['small', Number(given.small)],
    ['large', Number(given.large)],
  ] as const) {
    const client = given.client as 'kafkajs';
    const deployment = await deploy(servers, { name, client, onProgress: say });
    const book = {
      deployment,
      supply: new Supply(deployment, bills),
      tally: new Tally(),
      stored,
      runs: [],
      disk: undefined,
    };
    books.push(book);
    await fill(book);
  }
  for (const book of books) await load(book, 10);
  for (const book of books) book.runs.length = 0;
  for (let turn = 1; turn <= Number(given.turns); turn += 1) {
    // Nobody is always the one after the other.
    for (const book of turn % 2 === 1 ? books : books.toReversed()) await load(book, seconds);
  }
  const balances: Balance[] = [];
  for (const book of books) balances.push(await balanceOf(book));
  const [small, large] = books as [Book, Book];
  const result = {
    machine: machine(),
    versions: servers.versions,
    stored: { small: small.stored, large: large.stored, people: Number(given.people) },
    seconds,
    runs: { small: small.runs, large: large.runs },
    costMicros: { small: costOf(small), large: costOf(large) },
    databaseMicros: { small: databaseCostOf(small), large: databaseCostOf(large) },
    perSecond: { small: rateOf(small), large: rateOf(large) },
    costRatio: costOf(large) / costOf(small),
    databaseCostRatio: databaseCostOf(large) / databaseCostOf(small),
    disk: { small: small.disk, large: large.disk },
    balances,
  };
  saveResult('growth', result);
  print(result);
  if (balances.some(({ counts }) => !counts)) exitCode = 1;
} catch (error) {
  console.error(error);
  exitCode = 1;
} finally {
  for (const { deployment } of books) await deployment.cluster.stop();
  await servers.stop();
}
process.exit(exitCode);

/** The same people in both; a few real settlements, whose rows become the history. */
async function fill(book: Book): Promise<void> {
  const { supply, deployment, tally, stored } = book;
  say(`Loading ${given.people} people and ${stored} settlements …`);
  const callers = await deployment.streamCallers(1);
  const unit = WORKLOADS.settle.unit({ callers, supply, tally });
  await supply.fill('admitted', SAMPLES);
  for (let index = 0; index < SAMPLES; index += 1) await unit();
  for (const caller of callers) caller.close();
  await supply.fill('admitted', Number(given.people));
  await loadHistory(deployment.cluster, supply.persons('admitted'), stored - SAMPLES);
  for (const url of [deployment.cluster.treatmentDatabaseUrl, deployment.cluster.homeDatabaseUrl])
    await settleDown(url);
  await untilSealed(deployment.cluster);
  supply.shuffle('admitted');
  book.disk = await diskUsed(deployment.cluster);
}

async function load(book: Book, forSeconds: number): Promise<void> {
  const { deployment, supply, tally } = book;
  const callers = await deployment.streamCallers(4);
  const unit = WORKLOADS.settle.unit({ callers, supply, tally });
  const run = await measure(servers, deployment, forSeconds, (window) => closedLoop(unit, IN_FLIGHT, window));
  book.runs.push(run);
  for (const caller of callers) caller.close();
  say(`  ${deployment.name}: ${Math.round(run.perSecond)}/s, ${Math.round(cost(run))} µs a settlement`);
}

function balanceOf({ deployment, tally, stored }: Book): Promise<Balance> {
  const { cluster, topicPrefix } = deployment;
  return balance(tally, {
    treatmentDatabaseUrl: cluster.treatmentDatabaseUrl,
    homeDatabaseUrl: cluster.homeDatabaseUrl,
    kafkaBrokers: servers.kafkaBrokers,
    topicPrefix,
    before: stored - SAMPLES,
  });
}

/** CPU time of everything that a settlement takes, its driver left out. */
function cost({ cpuMicros }: Measured): number {
  return cpuMicros.broker + cpuMicros.postgresql + cpuMicros.treatmentSite + cpuMicros.homeRegion;
}

function costOf({ runs }: Book): number {
  return median(runs.map(cost));
}

function databaseCostOf({ runs }: Book): number {
  return median(runs.map(({ cpuMicros }) => cpuMicros.postgresql));
}

function rateOf({ runs }: Book): number {
  return median(runs.map(({ perSecond }) => perSecond));
}

function print(result: {
  readonly stored: { readonly small: number; readonly large: number };
  readonly costMicros: { readonly small: number; readonly large: number };
  readonly databaseMicros: { readonly small: number; readonly large: number };
  readonly perSecond: { readonly small: number; readonly large: number };
  readonly costRatio: number;
  readonly databaseCostRatio: number;
  readonly disk: { readonly small: Disk | undefined; readonly large: Disk | undefined };
  readonly balances: readonly Balance[];
}): void {
  const { stored, costMicros, databaseMicros, perSecond, disk, balances } = result;
  console.log(
    '\n| stored settlements | per second | CPU, µs a settlement | of it PostgreSQL | disk GB (T, H) |',
  );
  console.log('|---|---|---|---|---|');
  for (const size of ['small', 'large'] as const) {
    const used = disk[size];
    const gigabytes = `${((used?.treatmentBytes ?? 0) / 1e9).toFixed(2)}, ${((used?.homeBytes ?? 0) / 1e9).toFixed(2)}`;
    console.log(
      `| ${stored[size]} | ${Math.round(perSecond[size])} | ${Math.round(costMicros[size])} | ${Math.round(databaseMicros[size])} | ${gigabytes} |`,
    );
  }
  console.log(
    `\nCost ratio ${result.costRatio.toFixed(2)} (bar 1.2), PostgreSQL alone ${result.databaseCostRatio.toFixed(2)}.`,
  );
  for (const { counts, differences } of balances)
    console.log(counts ? 'Counts: everything agrees.' : `DOESN'T COUNT: ${differences.join('; ')}`);
}
