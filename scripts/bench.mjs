// npm run bench [-- names …] [--brief]: runs the benchmarks, keeps their results in bench/results, prints one table.
import { runScript } from './run.mjs';

/** In this order: the short ones on one core first, then those that take the whole machine. */
const BENCHMARKS = [
  'conversion',
  'policy',
  'grpc-edge',
  'documents',
  'filing',
  'settlement',
  'costs',
  'growth',
  'clearing-intake',
];
/** What a look takes minutes for in full. */
const BRIEF = {
  'clearing-intake': ['--settlements', '30000', '--floors', '1'],
  'grpc-edge': ['2', '2'],
  documents: ['--rows', '100000'],
  filing: ['--large', '500000', '--lines', '60000', '--turns', '20'],
  settlement: ['--brief'],
  costs: ['--seconds', '6'],
  growth: ['--large', '50000', '--people', '60000', '--seconds', '4', '--turns', '2'],
};

const args = process.argv.slice(2);
const brief = args.includes('--brief');
const names = args.filter((arg) => !arg.startsWith('--'));
const unknown = names.find((name) => !BENCHMARKS.includes(name));
if (unknown !== undefined || args.some((arg) => arg.startsWith('--') && arg !== '--brief')) {
  console.error(`npm run bench -- [${BENCHMARKS.join('] [')}] [--brief]`);
  process.exit(2);
}

const failed = [];
for (const name of BENCHMARKS.filter((one) => names.length === 0 || names.includes(one))) {
  console.log(`\n${name}\n`);
  const status = await runScript(`bench/${name}/run.ts`, brief ? (BRIEF[name] ?? []) : [], ['--no-warnings']);
  if (status !== 0) failed.push(name);
}
await runScript('bench/table.ts', [], ['--no-warnings']);
if (failed.length > 0) {
  console.error(`\nfailed, or doesn't count: ${failed.join(', ')}`);
  process.exitCode = 1;
}
