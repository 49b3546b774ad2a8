import { SHARE_NAMES } from '@yijie/money';
import { HISTOGRAM_EDGES, type Pack, Simulation, type SimulationReport } from '@yijie/policy';
import { Command } from 'commander';
import { LineReader } from './bill-lines.ts';
import { BILL_COLUMNS, BillRowError, BillRowReader } from './bill-row.ts';
import { loadPack, UsageError, withUsageErrors } from './pack-files.ts';
import { sortBills } from './sort-bills.ts';

/** `yijie policy simulate --pack NEW --bills F`: a year of past settlements under a draft pack. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('recompute past settlements under a draft pack: fund impact, who wins and loses')
    .requiredOption('--pack <file>', 'the draft')
    .requiredOption('--bills <file>', `past settlements as CSV with the columns ${BILL_COLUMNS.join(',')}`)
    .option('--json', 'the report as JSON')
    .action((options: { pack: string; bills: string; json?: boolean }) =>
      withUsageErrors(() => {
        const pack = loadPack(options.pack);
        if (pack === undefined) return;
        const report = simulateFile(pack, options.bills, progressBar());
        if (options.json) console.log(JSON.stringify(report));
        else for (const line of reportLines(report)) console.log(line);
      }),
    );
}

/** Reads the file once when it is sorted by person and date, and sorts it on disk first when it isn't. */
export function simulateFile(
  pack: Pack,
  path: string,
  progress: (share: number) => void = () => undefined,
): SimulationReport {
  const report = simulateSorted(pack, path, progress);
  if (report !== undefined) return report;
  const sorted = sortBills(path);
  try {
    const second = simulateSorted(pack, sorted.path, progress);
    if (second === undefined) throw new Error('the sorted file is not sorted');
    return second;
  } finally {
    sorted.remove();
  }
}

/** undefined when a line stands before its place. */
function simulateSorted(
  pack: Pack,
  path: string,
  progress: (share: number) => void,
): SimulationReport | undefined {
  const reader = openBills(path);
  const line = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  try {
    if (
      !reader.next(line) ||
      line.bytes.toString('latin1', line.start, line.end).trim() !== BILL_COLUMNS.join(',')
    )
      throw new UsageError(`${path}: the first line must be ${BILL_COLUMNS.join(',')}`);
    const rows = new BillRowReader(pack.scheme);
    const simulation = new Simulation(pack);
    let person = '';
    let day = '';
    for (let number = 2; reader.next(line); number++) {
      if (line.end === line.start) continue;
      const past = readRow(rows, line, path, number);
      if (past.person < person || (past.person === person && past.facts.settlementDate < day))
        return undefined;
      person = past.person;
      day = past.facts.settlementDate;
      simulation.add(past);
      if ((number & 0xffff) === 0) progress(reader.readBytes / reader.sizeBytes);
    }
    progress(1);
    return simulation.report();
  } finally {
    reader.close();
  }
}

function readRow(
  rows: BillRowReader,
  line: Parameters<BillRowReader['read']>[0],
  path: string,
  number: number,
) {
  try {
    return rows.read(line);
  } catch (error) {
    if (error instanceof BillRowError) throw new UsageError(`${path}:${number} ${error.message}`);
    throw error;
  }
}

function openBills(path: string): LineReader {
  try {
    return new LineReader(path);
  } catch (error) {
    throw new UsageError(`can't read ${path}: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

/** On a terminal only: a script's log is no place for it. */
function progressBar(): (share: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (share) => {
    const done = Math.round(share * 40);
    process.stderr.write(`\r[${'#'.repeat(done)}${' '.repeat(40 - done)}] ${Math.floor(share * 100)} %`);
    if (share >= 1) process.stderr.write('\n');
  };
}

function reportLines(report: SimulationReport): string[] {
  const lines = [
    `${report.settlements} settlements of ${report.persons} persons, ${report.refused} not computable under the draft`,
    'who pays (yuan)                 before            after           change',
  ];
  for (const name of SHARE_NAMES) {
    const was = report.before[name];
    const is = report.after[name];
    if (was === 0 && is === 0) continue;
    lines.push(`${name.padEnd(24)}${yuan(was)}${yuan(is)}${yuan(is - was)}`);
  }
  lines.push('class                      settlements     better       same      worse   persons pay (yuan)');
  for (const [name, impact] of Object.entries(report.classes)) {
    const counts = [impact.settlements, impact.better, impact.same, impact.worse];
    lines.push(
      `${name.padEnd(24)}${counts.map((count) => String(count).padStart(11)).join('')}${yuan(impact.personalChangeFen)}`,
    );
  }
  lines.push('change of what the person pays, by settlement');
  const most = Math.max(1, ...report.histogram);
  report.histogram.forEach((count, bucket) => {
    const bar = '#'.repeat(Math.ceil((count / most) * 40));
    lines.push(`${bucketName(bucket).padEnd(24)}${String(count).padStart(11)}  ${bar}`);
  });
  return lines;
}

function bucketName(bucket: number): string {
  const shown = (edge: number) => String(edge / 100);
  const from = HISTOGRAM_EDGES[bucket - 1];
  const until = HISTOGRAM_EDGES[bucket];
  if (from === 0) return 'the same';
  if (from === undefined) return `below ${shown(until as number)}`;
  if (until === undefined) return `${shown(from)} and more`;
  return `${from === 1 ? '0.01' : shown(from)} to ${shown(until)}`;
}

/** Sums of a year may pass what a single amount can hold as fen text; they stay below 2^53. */
function yuan(fen: number): string {
  const absolute = Math.abs(fen);
  const text = `${fen < 0 ? '-' : ''}${Math.floor(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`;
  return text.padStart(17);
}
