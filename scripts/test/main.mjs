// The test run: checks, real servers, jest, and an account of what ran on what.
//   main.mjs                       everything but *.long.test.ts
//   main.mjs <path pattern> …      only suites whose path matches; starts only the servers they ask for
//   main.mjs --only=unit|integration
//   main.mjs --long                *.long.test.ts; the result is kept in bench/results/long.json
// Further arguments that begin with a dash go to jest.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsVariable, servePartsForTests } from '../../packages/testkit/src/index.ts';
import { runChecks } from '../check.mjs';
import { account, printAccount } from './account.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const begin = performance.now();
const options = readArguments(process.argv.slice(2));
const isWholeRun = !options.long && options.only === undefined && options.patterns.length === 0;

let failedChecks = [];
if (isWholeRun) {
  console.log('Checks');
  failedChecks = runChecks();
}

// Whatever the servers and suites leave behind lies in here, and goes with it.
const folder = mkdtempSync(join(tmpdir(), 'yijie-test-'));
chmodSync(folder, 0o755); // PostgreSQL may run as another user.
process.env.TMPDIR = folder;

const server = await servePartsForTests({ onProgress: (sentence) => console.log(sentence) });
let jest;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => jest?.kill('SIGTERM'));
let result;
try {
  if (isWholeRun || options.long)
    await Promise.all(['postgres', 'kafka', 'redis'].map((name) => server.start(name)));
  result = await runJest();
  const summary = account({
    result,
    uses: server.uses(),
    parts: await server.parts(),
    failedChecks,
    requireAllParts: isWholeRun,
    nameOf: (path) => relative(root, path),
  });
  if (options.long && options.patterns.length === 0) keep(summary);
  printAccount(summary, performance.now() - begin);
  process.exitCode = summary.failed === 0 && summary.passed > 0 && result.success ? 0 : 1;
} catch (error) {
  // A missing server is a failed run with a sentence that says what to install, never a skipped suite.
  console.error(
    `\n${error instanceof Error && error.name === 'PartError' ? error.message : (error?.stack ?? error)}`,
  );
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

function runJest() {
  const projects = options.long ? ['long'] : options.only ? [options.only] : ['unit', 'integration'];
  const output = join(folder, 'result.json');
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...['--selectProjects', ...projects],
    ...['--maxWorkers', '2', '--json', '--outputFile', output],
    ...(options.long ? ['--testTimeout', '900000'] : []),
    ...options.jest,
    // After all options: --selectProjects takes every word up to the next option.
    ...options.patterns.flatMap((pattern) => ['--testPathPatterns', pattern]),
  ];
  jest = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, [partsVariable]: server.address },
  });
  return new Promise((resolve, reject) => {
    jest.once('error', reject);
    jest.once('exit', (code, signal) => {
      try {
        resolve(JSON.parse(readFileSync(output, 'utf8')));
      } catch {
        reject(
          new Error(
            `jest ended without a result (${signal ?? `exit status ${code}`}); its messages stand above.`,
          ),
        );
      }
    });
  });
}

function keep(summary) {
  mkdirSync(join(root, 'bench/results'), { recursive: true });
  const file = join(root, 'bench/results/long.json');
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), node: process.version, ...summary }, null, 2)}\n`,
  );
}

function readArguments(args) {
  const read = { long: false, only: undefined, patterns: [], jest: [] };
  for (const arg of args) {
    if (arg === '--long') read.long = true;
    else if (arg.startsWith('--only=')) read.only = arg.slice('--only='.length);
    else if (arg.startsWith('-')) read.jest.push(arg);
    else read.patterns.push(arg);
  }
  if (read.only !== undefined && !['unit', 'integration'].includes(read.only)) {
    console.error('--only takes unit or integration.');
    process.exit(2);
  }
  return read;
}
