// node bench/conversion/run.ts: what converting a charge line costs on one core, against decoding it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { version } from 'node:process';
import { BillColumns, type BillLine, convert, convertColumns, type StayDates } from '@yijie/catalogue';
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
let round = 0;

for (round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  measure('decode, our reader', (message) => {
    columns.clear();
    decodeUploadCharges(message, columns);
    return columns.count;
  });
  measure('decode, protobufjs static code', (message) => slimDecode(message).lines.length);
  measureConversion();
  measure('decode to objects, our reader', (message) => decodeUploadChargesLines(message).lines.length);
  measure('decode every field, contracts', (message) => UploadChargesRequest.decode(message).lines.length);
  measureConversionOfObjects();
}
report();

/** Decodes as always and counts only the time of the conversion: so it finds the processor as it would in use. */
function measureConversion(): void {
  let spent = 0;
  let totalFen = 0;
  for (const message of bills.messages) {
    columns.clear();
    decodeUploadCharges(message, columns);
    const begin = performance.now();
    const conversion = convertColumns(bills.index, stay, columns);
    spent += performance.now() - begin;
    assert(conversion.ok, 'a bill was refused');
    totalFen += conversion.bill.totalFen;
  }
  checkBalance(totalFen);
  record('convert', spent);
}

function measureConversionOfObjects(): void {
  let spent = 0;
  let totalFen = 0;
  for (const message of bills.messages) {
    // Typed as if numbers could be objects; the contracts have seen to it that they aren't.
    const lines = slimDecode(message).lines as unknown as BillLine[];
    const begin = performance.now();
    const conversion = convert(bills.index, stay, lines);
    spent += performance.now() - begin;
    assert(conversion.ok, 'a bill was refused');
    totalFen += conversion.bill.totalFen;
  }
  checkBalance(totalFen);
  record('convert objects', spent);
}

function measure(name: string, decode: (message: Buffer) => number): void {
  let spent = 0;
  let lines = 0;
  for (const message of bills.messages) {
    const begin = performance.now();
    lines += decode(message);
    spent += performance.now() - begin;
  }
  assert(lines === SIZES.bills * SIZES.lines, `${name} saw ${lines} lines`);
  record(name, spent);
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

function record(name: string, milliseconds: number): void {
  const perLine = (milliseconds * 1e6) / (SIZES.bills * SIZES.lines);
  if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), perLine]);
}

function report(): void {
  const medians = Object.fromEntries([...costs].map(([name, values]) => [name, median(values)]));
  const ours = costs.get('decode, our reader') ?? [];
  const peer = costs.get('decode, protobufjs static code') ?? [];
  const conversion = costs.get('convert') ?? [];
  // Round by round, because other work on the machine makes whole rounds slow.
  const ratio = median(conversion.map((cost, i) => cost / Math.min(ours[i] as number, peer[i] as number)));
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
