import type { Balance } from './balance.ts';
import { median } from './latencies.ts';
import type { LoadResult } from './load.ts';
import type { CpuSplit, Measured } from './measure.ts';

export interface SettlementResult {
  readonly inFlight: number;
  readonly measured: Readonly<Record<string, Readonly<Record<string, readonly Measured[]>>>>;
  readonly floor: Readonly<Record<string, readonly (LoadResult & { readonly serverMicros: number })[]>>;
  readonly idle: Readonly<
    Record<string, Readonly<Record<string, { readonly p50Ms: number; readonly p99Ms: number }>>>
  >;
  readonly balances: Readonly<Record<string, Balance>>;
}

const PROCESSES = ['broker', 'postgresql', 'treatmentSite', 'homeRegion', 'client', 'others'] as const;

/** The tables of bench/README.md. */
export function printSettlement(result: SettlementResult): void {
  const { measured, floor, idle, balances } = result;
  const plain = medianOf(floor.transaction ?? [], ({ perSecond }) => perSecond);
  console.log(`\n${result.inFlight} in flight at saturation; medians over the turns.\n`);
  console.log(`| Kafka client | what | per second | p50 ms | p99 ms | against the floor |`);
  console.log('|---|---|---|---|---|---|');
  for (const [client, cases] of Object.entries(measured)) {
    for (const [label, runs] of Object.entries(cases)) {
      const of = (pick: (run: Measured) => number) => medianOf(runs, pick);
      const rate = of(({ perSecond }) => perSecond);
      console.log(
        `| ${client} | ${label} | ${Math.round(rate)} | ${of((run) => run.p50Ms).toFixed(1)} | ${of((run) => run.p99Ms).toFixed(1)} | ${(rate / plain).toFixed(2)} |`,
      );
    }
  }
  for (const [mode, runs] of Object.entries(floor)) {
    const of = (pick: (run: (typeof runs)[number]) => number) => medianOf(runs, pick);
    const rate = of(({ perSecond }) => perSecond);
    console.log(
      `| none | floor: ${mode} | ${Math.round(rate)} | ${of((run) => run.p50Ms).toFixed(1)} | ${of((run) => run.p99Ms).toFixed(1)} | ${(rate / plain).toFixed(2)} |`,
    );
  }
  console.log(
    `\nCPU, µs per unit (cores used)\n\n| Kafka client | what | ${PROCESSES.join(' | ')} | all ours |`,
  );
  console.log(`|---|---|${PROCESSES.map(() => '---|').join('')}---|`);
  for (const [client, cases] of Object.entries(measured))
    for (const [label, runs] of Object.entries(cases)) console.log(cpuRow(client, label, runs));
  console.log('\n| idle cluster | call | p50 ms | p99 ms |\n|---|---|---|---|');
  for (const [client, calls] of Object.entries(idle))
    for (const [call, { p50Ms, p99Ms }] of Object.entries(calls))
      console.log(`| ${client} | ${call} | ${p50Ms.toFixed(1)} | ${p99Ms.toFixed(1)} |`);
  console.log('');
  for (const [client, { counts, differences, acknowledged, facts }] of Object.entries(balances)) {
    console.log(
      counts
        ? `${client}: counts. ${acknowledged} acknowledged = stored at both sides = facts / 2 (${facts}); every fund agrees.`
        : `${client}: DOESN'T COUNT. ${differences.join('; ')}`,
    );
  }
}

function cpuRow(client: string, label: string, runs: readonly Measured[]): string {
  const cell = (name: keyof CpuSplit) =>
    `${Math.round(medianOf(runs, (run) => run.cpuMicros[name]))} (${medianOf(runs, (run) => run.cores[name]).toFixed(2)})`;
  const ours = medianOf(runs, ({ cpuMicros }) =>
    PROCESSES.filter((name) => name !== 'others').reduce((sum, name) => sum + cpuMicros[name], 0),
  );
  return `| ${client} | ${label} | ${PROCESSES.map(cell).join(' | ')} | ${Math.round(ours)} |`;
}

function medianOf<Run>(runs: readonly Run[], pick: (run: Run) => number): number {
  return median(runs.map(pick));
}
