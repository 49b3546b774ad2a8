// node bench/policy/run.ts: policy computations a second on one core, against the same policy by hand and other engines.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg } from 'node:os';
import { cpuUsage, threadCpuUsage, version } from 'node:process';
import { assert } from '@yijie/money';
import {
  type CompiledPack,
  compilePack,
  compute,
  explain,
  type Pack,
  type PolicyInput,
  parsePack,
} from '@yijie/policy';
import { droolsRun } from './drools.ts';
import { randomInputs } from './inputs.ts';
import { jsonRules } from './json-rules.ts';
import { settleExactly } from './oracle.ts';
import { type Amounts, settleByHand, settleInFullByHand } from './plain-function.ts';
import { zenDecision } from './zen.ts';

const INPUTS = 10_000;
const ROUNDS = 31;
const WARM_UP_ROUNDS = 10;
/** Passes over the inputs in a sample: processor time is counted in steps of some milliseconds. */
const PASSES = 10;
/** The other engines are a thousand times slower: fewer inputs, fewer rounds. */
const PEER_INPUTS = 500;
const PEER_ROUNDS = 5;
const BARS = { ofPlainFunction: 0.2, overFastestEngine: 20, explainedPerSecond: 100_000, packsMs: 200 };

const packsMs = timeAllPacks();
const packs = { employee: benchPack('employee'), resident: benchPack('resident') };
const compiled = { employee: compilePack(packs.employee), resident: compilePack(packs.resident) };
const inputs = randomInputs(packs, INPUTS, 20250308);
const compiledOf: CompiledPack[] = inputs.map((input) => compiled[input.facts.scheme]);
const zen = zenDecision();
const rules = jsonRules();
const drools = await droolsRun(inputs, PEER_ROUNDS);

await checkAll();

const perSecond: Record<string, number> = {};
const ratios: number[] = [];
const fullRatios: number[] = [];
const costs = new Map<string, number[]>();
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  const byHand = timed('plain function', round, (input) => settleByHand(input).pool);
  const ours = timed('this engine', round, (input, pack) => compute(pack, input).shares.poolFundFen);
  const inFull = timed(
    'plain function, whole settlement',
    round,
    (input) => settleInFullByHand(input).accumulatorsAfter.inpatientFundFen as number,
  );
  const oursInFull = timed('this engine, whole settlement', round, (input, pack) => {
    const { layers, accumulatorsAfter } = compute(pack, input);
    return layers.length + (accumulatorsAfter.inpatientFundFen as number);
  });
  if (round >= 0) {
    ratios.push(byHand / ours);
    fullRatios.push(inFull / oursInFull);
  }
  if (round % 8 === 0)
    timed('this engine, with the explanation', round, (input, pack) => explain(pack, input).steps.length);
}
await timePeer('GoRules ZEN', zen);
await timePeer('json-rules-engine', rules);
if (drools !== undefined) costs.set('Drools', [...drools.costs]);
report();

/** Every engine must equal the oracle to the fen on every input before anything is timed. */
async function checkAll(): Promise<void> {
  for (const [index, input] of inputs.entries()) {
    const exact = settleExactly(input);
    const { shares, deductiblePaidFen } = compute(compiledOf[index] as CompiledPack, input);
    const ours: Amounts = {
      deductible: deductiblePaidFen,
      pool: shares.poolFundFen,
      large: shares.largeAmountFen,
      serious: shares.seriousIllnessFen,
      account: shares.ownAccountFen + shares.familyAccountFen,
      cash: shares.personalCashFen,
    };
    for (const [name, amounts] of [
      ['this engine', ours],
      ['plain function', settleByHand(input)],
      ['GoRules ZEN', await zen(input)],
      ['json-rules-engine', await rules(input)],
      ['Drools', drools === undefined ? exact : (drools.amounts[index] as Amounts)],
    ] as const)
      for (const field of Object.keys(exact) as (keyof Amounts)[])
        assert(
          exact[field] === amounts[field],
          `${name}, input ${index}, ${field}: ${amounts[field]} instead of ${exact[field]}: this run doesn't count`,
        );
  }
}

/** Nanoseconds of this thread's processor time a computation: what else runs on the machine takes its turns, not this time. */
function timed(
  name: string,
  round: number,
  step: (input: PolicyInput, pack: CompiledPack) => number,
): number {
  let sum = 0;
  const begin = threadCpuUsage();
  for (let pass = 0; pass < PASSES; pass++)
    for (let index = 0; index < INPUTS; index++)
      sum += step(inputs[index] as PolicyInput, compiledOf[index] as CompiledPack);
  const { user, system } = threadCpuUsage(begin);
  assert(sum > 0, 'nothing was computed');
  const cost = ((user + system) * 1_000) / (INPUTS * PASSES);
  if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), cost]);
  return cost;
}

/** The other engines answer asynchronously, ZEN from threads of its own: the time of the whole process counts. */
async function timePeer(name: string, settle: (input: PolicyInput) => Promise<Amounts>): Promise<void> {
  for (let round = -1; round < PEER_ROUNDS; round++) {
    const begin = cpuUsage();
    for (let index = 0; index < PEER_INPUTS; index++) await settle(inputs[index] as PolicyInput);
    const { user, system } = cpuUsage(begin);
    if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), ((user + system) * 1_000) / PEER_INPUTS]);
  }
}

/** Reading, checking and compiling every pack of the repository, in a process that has done nothing before. */
function timeAllPacks(): number {
  const folder = new URL('../../policies/', import.meta.url);
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);
  const begin = threadCpuUsage();
  for (const [name, text] of texts) {
    const parsed = parsePack(text, name);
    assert(parsed.ok, `${name} is wrong`);
    if (parsed.ok) compilePack(parsed.pack);
  }
  const { user, system } = threadCpuUsage(begin);
  return (user + system) / 1_000;
}

function benchPack(name: string): Pack {
  const parsed = parsePack(readFileSync(new URL(`${name}.yaml`, import.meta.url), 'utf8'), name);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pack;
}

function report(): void {
  for (const [name, values] of costs) perSecond[name] = Math.round(1e9 / median(values));
  const ratio = median(ratios);
  const fullRatio = median(fullRatios);
  const engines = ['GoRules ZEN', 'json-rules-engine', 'Drools'].map((name) => perSecond[name] ?? 0);
  const overFastest = (perSecond['this engine'] ?? 0) / Math.max(...engines);
  const explained = perSecond['this engine, with the explanation'] ?? 0;
  const met = {
    ofPlainFunction: ratio >= BARS.ofPlainFunction,
    overFastestEngine: overFastest >= BARS.overFastestEngine,
    explainedPerSecond: explained >= BARS.explainedPerSecond,
    packsMs: packsMs <= BARS.packsMs,
  };
  const result = {
    bench: 'policy',
    command: 'node bench/policy/run.ts',
    inputs: INPUTS,
    rounds: ROUNDS,
    perSecond,
    /** The plain function gives six amounts; the second one also the eleven shares and the year afterwards. */
    ratioToPlainFunction: Math.round(ratio * 1_000) / 1_000,
    ratioToPlainFunctionInFull: Math.round(fullRatio * 1_000) / 1_000,
    ratioToFastestEngine: Math.round(overFastest),
    allPacksMs: Math.round(packsMs),
    bars: BARS,
    met,
    notMeasured: drools === undefined ? ['Drools: it needs Java and Maven'] : [],
    machine: { node: version, arch: arch(), cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] },
  };
  for (const [name, value] of Object.entries(perSecond))
    console.log(`${name.padEnd(36)} ${value.toLocaleString('en').padStart(12)} /s`);
  console.log(
    `of the plain function: ${ratio.toFixed(3)} (bar ${BARS.ofPlainFunction}: ${word(met.ofPlainFunction)})`,
  );
  console.log(
    `over the fastest engine: ${overFastest.toFixed(0)} × (bar ${BARS.overFastestEngine}: ${word(met.overFastestEngine)})`,
  );
  console.log(
    `explained: bar ${BARS.explainedPerSecond}/s ${word(met.explainedPerSecond)}; all packs read, checked and compiled: ${packsMs.toFixed(0)} ms (bar ${BARS.packsMs}: ${word(met.packsMs)})`,
  );
  console.log(`of a plain function that hands on the whole settlement: ${fullRatio.toFixed(3)}`);
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('policy.json', folder), `${JSON.stringify(result, null, 2)}\n`);
}

function word(isMet: boolean): string {
  return isMet ? 'met' : 'missed';
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
