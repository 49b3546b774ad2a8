import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PolicyInput } from '@yijie/policy';
import type { Amounts } from './plain-function.ts';
import { contextOf } from './zen.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('drools', import.meta.url));
const FIELDS = [
  'employee',
  'retired',
  'level',
  'class',
  'stays',
  'fundUsed',
  'largePaid',
  'seriousBase',
  'seriousPaid',
  'balance',
  'total',
  'inScope',
];

export interface DroolsRun {
  readonly amounts: readonly Amounts[];
  /** Nanoseconds of processor time a stay took, one for each round. */
  readonly costs: readonly number[];
}

/** The benchmark's policies with Drools, in a process of its own; undefined where Java or Maven is missing. */
export async function droolsRun(
  inputs: readonly PolicyInput[],
  rounds: number,
): Promise<DroolsRun | undefined> {
  if (!(await answers('mvn', '--version')) || !(await answers('javac', '--version'))) return undefined;
  const work = await mkdtemp(join(tmpdir(), 'yijie-drools-'));
  try {
    const libraries = join(work, 'libraries');
    const classes = join(work, 'classes');
    await run('mvn', [
      '-q',
      '-B',
      '-f',
      join(folder, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${libraries}`,
    ]);
    const sources = ['Stay.java', 'Run.java'].map((name) => join(folder, name));
    await run('javac', ['-cp', join(libraries, '*'), '-d', classes, ...sources]);
    const lines = inputs.map((input) => {
      const context = contextOf(input);
      return FIELDS.map((field) => context[field]).join(',');
    });
    const given = join(work, 'stays.csv');
    const answered = join(work, 'amounts.csv');
    await writeFile(given, `${lines.join('\n')}\n`);
    const classPath = `${classes}:${join(libraries, '*')}`;
    const rules = join(folder, 'policy.drl');
    const { stdout } = await run('java', [
      '-cp',
      classPath,
      'bench.Run',
      rules,
      given,
      answered,
      String(rounds),
    ]);
    const amounts = (await readFile(answered, 'utf8')).trim().split('\n').map(amountsOf);
    return { amounts, costs: stdout.trim().split('\n').map(Number) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function amountsOf(line: string): Amounts {
  const [deductible, pool, large, serious, account, cash] = line.split(',').map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { deductible, pool, large, serious, account, cash };
}

async function answers(program: string, question: string): Promise<boolean> {
  return run(program, [question]).then(
    () => true,
    () => false,
  );
}
