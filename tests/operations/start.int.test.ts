import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, isPortFree } from '@yijie/local-cluster';
import { waitFor } from '@yijie/testkit';
import { run } from './command-line.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START = join(ROOT, 'scripts', 'start.mjs');

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yijie-start-'));
  // Beside a cluster that a developer keeps running in this clone.
  environment = { ...process.env, YIJIE_CACHE_FOLDER: join(folder, 'cache') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Five free ports in a row. */
async function firstOfFive(): Promise<number> {
  for (;;) {
    const first = await freePort();
    const rest = [1, 2, 3, 4].map((step) => first + step);
    if (first < 65_000 && (await Promise.all(rest.map(isPortFree))).every(Boolean)) return first;
  }
}

describe('npm start says in one sentence what to do when', () => {
  let taken: Server | undefined;
  afterEach(() => {
    taken?.close();
  });

  /** Standard error without empty lines. */
  const sentences = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

  test('a port is in use', async () => {
    const first = await firstOfFive();
    taken = createServer().listen(first + 3, '127.0.0.1');
    const said = await run([START, '--once', '--port', `${first}`], environment);
    expect(said).toMatchObject({ status: 1, out: '' });
    expect(sentences(said.err)).toEqual([
      expect.stringMatching(
        new RegExp(`^Port ${first + 3} is in use\\. Stop .*, or take other ports: npm start -- --port \\d+$`),
      ),
    ]);
  });

  test('the port is no port', async () => {
    const said = await run([START, '--port', '65534'], environment);
    expect(said.status).toBe(1);
    expect(sentences(said.err)).toEqual(['--port 65534: say the first of 5 ports, 1 to 65531.']);
  });

  test('the packages are missing and the registry does not answer', async () => {
    const clone = join(folder, 'clone');
    const files = [
      'scripts/*.mjs',
      'package.json',
      'pnpm-*.yaml',
      '.npmrc',
      '{packages,services}/*/package.json',
    ];
    for (const file of files.flatMap((pattern) => globSync(pattern, { cwd: ROOT }))) {
      mkdirSync(join(clone, dirname(file)), { recursive: true });
      cpSync(join(ROOT, file), join(clone, file));
    }
    const said = await run([join(clone, 'scripts', 'start.mjs')], {
      ...environment,
      npm_config_registry: `http://127.0.0.1:${await freePort()}/`,
      npm_config_cache: join(folder, 'empty'),
      npm_config_fetch_retries: '0',
    });
    expect(said).toMatchObject({ status: 1, out: '' });
    expect(said.err).toMatch(/^Installing the packages/);
    expect(sentences(said.err).at(-1)).toMatch(/^The packages can't be fetched: .* Check the network, .*\.$/);
  }, 60_000);

  test('Node is too old', async () => {
    // No old Node is at hand: this one says that it is one.
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`;
    const said = await run(
      ['--import', `data:text/javascript,${encodeURIComponent(older)}`, START],
      environment,
    );
    expect(said).toMatchObject({ status: 1, out: '' });
    expect(sentences(said.err)).toEqual([
      'Node 18.20.8 is too old. Install Node 24 (https://nodejs.org), or at least Node 20, and try again.',
    ]);
  });
});

describe('npm start', () => {
  let child: ChildProcess | undefined;
  let said = '';
  let first: number;

  beforeAll(async () => {
    first = await firstOfFive();
    child = spawn(process.execPath, [START, '--port', `${first}`], {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
      // A terminal's Ctrl-C goes to every process of the foreground group.
      detached: true,
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await waitFor(() => said.includes('Ctrl-C stops everything.') || child?.exitCode !== null, {
      withinMs: 110_000,
      what: 'the cluster',
    });
  }, 120_000);
  afterAll(() => {
    if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  });

  test('shows what it does, plays the stay and prints the slip', () => {
    expect(said).toMatch(/^Starting PostgreSQL …\nMaking a PostgreSQL database …\n/);
    expect(said).toContain('  Settle         重新结算');
    expect(said).toMatch(/合计 +3,124\.72/);
    for (const port of [0, 1, 2, 3, 4]) expect(said).toContain(`127.0.0.1:${first + port}`);
  });

  test('prints a call that works when it is pasted', async () => {
    const pasted = /^ {2}(npx yijie call .*)$/m.exec(said)?.[1] ?? '';
    const answer = await new Promise<string>((resolve, reject) => {
      execFile('sh', ['-c', pasted], { cwd: ROOT, env: environment }, (error, out) =>
        error ? reject(error) : resolve(out),
      );
    });
    expect(JSON.parse(answer)).toMatchObject({ state: 'SETTLED' });
  }, 30_000);

  test('stays up until Ctrl-C, then stops everything it started', async () => {
    expect(child?.exitCode).toBeNull();
    const { pid = 0 } = child ?? {};
    process.kill(-pid, 'SIGINT');
    await waitFor(() => child?.exitCode !== null || child?.signalCode !== null, {
      withinMs: 30_000,
      what: 'the end',
    });
    expect(child?.exitCode).toBe(0);
    expect(said).toMatch(/Stopping …\n$/);
    const ports = [0, 1, 2, 3, 4].map((step) => first + step);
    expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
    // Nothing is left to kill in its group, nor a note of a cluster that runs.
    expect(() => process.kill(-pid, 0)).toThrow('ESRCH');
    const call = await run(
      [join(ROOT, 'scripts', 'yijie.mjs'), 'call', 'TreatmentService/GetVisit'],
      environment,
    );
    expect(call).toMatchObject({
      status: 1,
      err: 'No cluster of this clone runs. Start one: npm start\n',
    });
  }, 60_000);
});
