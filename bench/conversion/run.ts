// node bench/conversion/run.ts: what converting a charge line costs on one core, against decoding it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg } from 'node:os';
import { threadCpuUsage, version } from 'node:process';
import { BillColumns, convert, convertColumns, type StayDates } from '@yijie/catalogue';
import { decodeUploadCharges, decodeUploadChargesLines } from '@yijie/contracts/hot';
import { UploadChargesRequest } from '@yijie/contracts/treatment';
import { assert } from '@yijie/money';
import protobuf from 'protobufjs/minimal.js';
import { chargedBills, SERVICE_DATE } from './charged-bills.ts';
// After the contracts, which have protobufjs read 64-bit fields as numbers.
import { yijie } from './generated/slim-charges.js';

const SIZES = { items: 120_000, nationalCodes: 20_000, bills: 2_000, lines: 50 };
const WARM_UP_ROUNDS = 5;
const ROUNDS = 31;
/** The bar: converting costs at most this much of decoding. */
const RATIO_MAX = 1.5;

const bills = chargedBills(SIZES);
const stay: StayDates = { admissionDate: SERVICE_DATE, lastDate: SERVICE_DATE };
const columns = new BillColumns();
const { SlimCharges } = yijie.bench;

/** Nanoseconds a line that each step took, in each round. */
const costs = new Map<string, number[]>();
const ratios: number[] = [];

for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  const ours = timed('decode, our reader', round, (message) => {
    columns.clear();
    decodeUploadCharges(message, columns);
    return columns.count;
  });
  const peer = timed('decode, protobufjs static code', round, (message) => slimDecode(message).lines.length);
  let totalFen = 0;
  const both = timed('decode and convert', round, (message) => {
    columns.clear();
    decodeUploadCharges(message, columns);
    const conversion = convertColumns(bills.index, stay, columns);
    assert(conversion.ok, 'a bill was refused');
    totalFen += conversion.bill.totalFen;
    return conversion.bill.lineCount;
  });
  checkBalance(totalFen);
  record('convert', round, both - ours);
  if (round >= 0) ratios.push((both - ours) / Math.min(ours, peer));

  timed(
    'decode every field, contracts',
    round,
    (message) => UploadChargesRequest.decode(message).lines.length,
  );
  const objects = timed(
    'decode to objects, our reader',
    round,
    (message) => decodeUploadChargesLines(message).lines.length,
  );
  let objectsFen = 0;
  const objectsBoth = timed('decode to objects and convert', round, (message) => {
    const conversion = convert(bills.index, stay, decodeUploadChargesLines(message).lines);
    assert(conversion.ok, 'a bill was refused');
    objectsFen += conversion.bill.totalFen;
    return conversion.bill.lineCount;
  });
  checkBalance(objectsFen);
  record('convert objects', round, objectsBoth - objects);
}
report();

/** Nanoseconds of this thread's processor time a line: what else runs on the machine takes its turns, not this time. */
function timed(name: string, round: number, step: (message: Buffer) => number): number {
  let lines = 0;
  const begin = threadCpuUsage();
  for (const message of bills.messages) lines += step(message);
  const { user, system } = threadCpuUsage(begin);
  assert(lines === SIZES.bills * SIZES.lines, `${name} saw ${lines} lines`);
  const cost = ((user + system) * 1_000) / lines;
  record(name, round, cost);
  return cost;
}

function record(name: string, round: number, cost: number): void {
  if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), cost]);
}

function slimDecode(message: Buffer) {
  const reader = protobuf.Reader.create(message);
  // Else it keeps the bytes of every field that it doesn't know.
  reader.discardUnknown = true;
  return SlimCharges.decode(reader);
}

/** Figures of conversions that don't add up don't count. */
function checkBalance(totalFen: number): void {
  assert(
    totalFen === bills.totalFen,
    `converted ${totalFen} fen of ${bills.totalFen}: this run doesn't count`,
  );
}

function report(): void {
  const medians = Object.fromEntries([...costs].map(([name, values]) => [name, median(values)]));
  // Round by round, because what shares caches and memory with this thread makes whole rounds slow.
  const ratio = median(ratios);
  const convertMedian = medians.convert as number;
  const result = {
    bench: 'conversion',
    command: 'node bench/conversion/run.ts',
    sizes: SIZES,
    rounds: ROUNDS,
    nanosecondsPerLine: Object.fromEntries(
      Object.entries(medians).map(([name, value]) => [name, Math.round(value)]),
    ),
    fastestRound: Object.fromEntries(
      [...costs].map(([name, values]) => [name, Math.round(Math.min(...values))]),
    ),
    linesPerSecond: Math.round(1e9 / convertMedian),
    ratioToFasterDecoder: Math.round(ratio * 100) / 100,
    ratioMax: RATIO_MAX,
    met: ratio <= RATIO_MAX,
    totalFen: bills.totalFen,
    machine: { node: version, arch: arch(), cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] },
  };
  for (const [name, value] of Object.entries(medians)) {
    console.log(`${name.padEnd(34)} ${value.toFixed(0).padStart(6)} ns a line`);
  }
  console.log(`converted: ${result.linesPerSecond.toLocaleString('en')} lines/s on one core`);
  console.log(
    `conversion ÷ faster decoder: ${ratio.toFixed(2)} (bar ${RATIO_MAX}: ${result.met ? 'met' : 'missed'}); all totals balance`,
  );
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('conversion.json', folder), `${JSON.stringify(result, null, 2)}\n`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
