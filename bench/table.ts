/** Prints one table of the results in bench/results: what was to be reached, and what was. */
import { existsSync, readFileSync } from 'node:fs';
import { median } from './settlement/latencies.ts';

interface Row {
  readonly figure: string;
  readonly bar: string;
  readonly reached: string;
  readonly met: boolean | undefined;
  readonly at: string;
}

// biome-ignore lint/suspicious/noExplicitAny: results are files of many shapes; a missing one leaves its rows out.
type Result = any;

const SETTLEMENTS_MIN = 2_000;
const IDLE_P50_MAX_MS = 25;
const IDLE_P99_MAX_MS = 100;
const GROWTH_MAX = 1.2;
const FACTS_MIN = 5_000;

const rows = [
  ...from('conversion', conversionRows),
  ...from('policy', policyRows),
  ...from('grpc-edge', edgeRows),
  ...from('documents', documentsRows),
  ...from('filing', filingRows),
  ...from('settlement', settlementRows),
  ...from('growth', growthRows),
  ...from('clearing-intake', intakeRows),
];
console.log('\n| figure | bar | reached | met | measured |\n|---|---|---|---|---|');
for (const { figure, bar, reached, met, at } of rows)
  console.log(`| ${figure} | ${bar} | ${reached} | ${met === undefined ? '' : met ? 'yes' : 'no'} | ${at} |`);

function from(name: string, rowsOf: (result: Result) => Omit<Row, 'at'>[]): Row[] {
  const file = new URL(`./results/${name}.json`, import.meta.url);
  if (!existsSync(file)) return [];
  const result: Result = JSON.parse(readFileSync(file, 'utf8'));
  return rowsOf(result).map((row) => ({ ...row, at: result.at?.slice(0, 16) ?? '' }));
}

function conversionRows(result: Result): Omit<Row, 'at'>[] {
  return [
    {
      figure: 'charge lines converted, against decoding the same bytes',
      bar: `≤ ${result.ratioMax} ×`,
      reached: `${result.ratioToFasterDecoder} × (${result.linesPerSecond.toLocaleString('en')} lines/s)`,
      met: result.met,
    },
  ];
}

function policyRows(result: Result): Omit<Row, 'at'>[] {
  return [
    {
      figure: 'policy computations, against the policy as a plain function',
      bar: 'stated',
      reached: `${result.ratioToPlainFunction} × (${result.perSecond['this engine']?.toLocaleString('en')}/s)`,
      met: undefined,
    },
  ];
}

function edgeRows(result: Result): Omit<Row, 'at'>[] {
  return Object.entries(result.cpuAgainstBare as Record<string, number>).map(([way, ratio]) => ({
    figure: `gRPC edge, ${way}, CPU against bare grpc-js`,
    bar: 'stated',
    reached: `${ratio} ×`,
    met: undefined,
  }));
}

function documentsRows(result: Result): Omit<Row, 'at'>[] {
  return ['CSV', 'Excel'].map((way) => {
    const { rowsPerSecond, timesPlain, memoryGrowth } = result.summary[way];
    return {
      figure: `detail of ${result.rows.toLocaleString('en')} rows as ${way}`,
      bar: `memory ≤ ${result.memoryGrowthMax} × after the first tenth`,
      reached: `${memoryGrowth.toFixed(2)} × (${rowsPerSecond.toLocaleString('en')} rows/s, ${timesPlain.toFixed(1)} × a plain write)`,
      met: memoryGrowth <= result.memoryGrowthMax,
    };
  });
}

function filingRows(result: Result): Omit<Row, 'at'>[] {
  const { decisions, imports, eligibility, filings, bars, met } = result;
  const count = (value: number) => value.toLocaleString('en');
  return [
    {
      figure: 'eligibility decisions on one core',
      bar: `≥ ${count(bars.decisionsPerSecond)}/s`,
      reached: `${count(decisions.perSecond)}/s (a plain function ${count(decisions.floorPerSecond)}/s)`,
      met: met.decisions,
    },
    {
      figure: 'filings imported, checked line by line',
      bar: `≥ ${count(bars.importPerSecond)}/s`,
      reached: `${count(imports.perSecond)}/s (${imports.ofCopy} of a plain COPY)`,
      met: met.imports,
    },
    {
      figure: `eligibility by gRPC with ${count(filings.large)} filings, one at a time`,
      bar: `p99 ≤ ${bars.p99Ms} ms`,
      reached: `p50 ${eligibility.large.p50Ms}, p99 ${eligibility.large.p99Ms} ms`,
      met: met.p99,
    },
    {
      figure: `the same against ${count(filings.small)} filings`,
      bar: `≤ ${bars.growth} ×`,
      reached: `p50 ${eligibility.p50Ratio} ×, p99 ${eligibility.p99Ratio} ×`,
      met: met.growth,
    },
  ];
}

function settlementRows(result: Result): Omit<Row, 'at'>[] {
  const floor = median(result.floor.transaction.map((run: Result) => run.perSecond));
  return Object.entries(result.measured).flatMap(([client, cases]: [string, Result]) => {
    const { counts } = result.balances[client];
    const of = (label: string, field: string) =>
      median(cases[label].map((run: Result) => run[field] ?? Number.NaN));
    const rate = (label: string) => {
      const perSecond = of(label, 'perSecond');
      const latency = `p50 ${of(label, 'p50Ms').toFixed(0)}, p99 ${of(label, 'p99Ms').toFixed(0)} ms`;
      return `${Math.round(perSecond)}/s (${(perSecond / floor).toFixed(1)} × the floor), ${latency}${counts ? '' : ", DOESN'T COUNT"}`;
    };
    const main = of('settle, stream', 'perSecond');
    const uploaded = of('settleUploaded, stream', 'perSecond');
    const idle = result.idle[client].preSettle;
    return [
      {
        figure: `(a) settle, 50 charges in the call, stream, ${client}`,
        bar: `≥ ${SETTLEMENTS_MIN}/s`,
        reached: rate('settle, stream'),
        met: counts && main >= SETTLEMENTS_MIN,
      },
      {
        figure: `(a) settle, charges uploaded before, ${client}`,
        bar: `≥ ${SETTLEMENTS_MIN}/s`,
        reached: rate('settleUploaded, stream'),
        met: counts && uploaded >= SETTLEMENTS_MIN,
      },
      {
        figure: `(a) the same by unary calls, ${client}`,
        bar: 'stated',
        reached: rate('settle, unary'),
        met: undefined,
      },
      {
        figure: `(b) pre-settle and settle, ${client}`,
        bar: 'stated',
        reached: rate('preSettleAndSettle, stream'),
        met: undefined,
      },
      {
        figure: `(c) whole stay from admission, ${client}`,
        bar: 'stated',
        reached: rate('wholeStay, stream'),
        met: undefined,
      },
      {
        figure: `(a) at half of it, open loop, ${client}`,
        bar: 'stated',
        reached: rate('half load'),
        met: undefined,
      },
      {
        figure: `pre-settlement, idle cluster, ${client}`,
        bar: `p50 ≤ ${IDLE_P50_MAX_MS}, p99 ≤ ${IDLE_P99_MAX_MS} ms`,
        reached: `p50 ${idle.p50Ms.toFixed(1)}, p99 ${idle.p99Ms.toFixed(1)} ms`,
        met: idle.p50Ms <= IDLE_P50_MAX_MS && idle.p99Ms <= IDLE_P99_MAX_MS,
      },
    ];
  });
}

function growthRows(result: Result): Omit<Row, 'at'>[] {
  const { stored, disk, balances } = result;
  const counts = balances.every((one: Result) => one.counts);
  const gigabytes = ((disk.large.treatmentBytes + disk.large.homeBytes) / 1e9).toFixed(1);
  return [
    {
      figure: `cost of a settlement at ${stored.large.toLocaleString('en')} stored, against ${stored.small.toLocaleString('en')}`,
      bar: `≤ ${GROWTH_MAX} ×`,
      reached: `${result.costRatio.toFixed(2)} × (${gigabytes} GB in both databases)${counts ? '' : ", DOESN'T COUNT"}`,
      met: counts && result.costRatio <= GROWTH_MAX,
    },
  ];
}

function intakeRows(result: Result): Omit<Row, 'at'>[] {
  const { perSecond, floor, counts } = result;
  const ratio = (floor.perSecond / perSecond).toFixed(1);
  return [
    {
      figure: 'facts of both sides taken, matched, confirmed and placed',
      bar: `≥ ${FACTS_MIN}/s`,
      reached: `${Math.round(perSecond)}/s (COPY of the same rows ${ratio} × as fast)${counts ? '' : ", DOESN'T COUNT"}`,
      met: counts && perSecond >= FACTS_MIN,
    },
  ];
}
