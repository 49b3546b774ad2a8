import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Part, PartError, type StartOptions } from './part.ts';
import { claimPort } from './ports.ts';
import { runProgram } from './run-program.ts';
import { startServerProcess } from './server-process.ts';
import { until } from './until.ts';
import { redisVersion } from './versions.ts';

/** `redis-server` of this machine, without persistence: Redis holds nothing that can't be lost (decision 11). */
export async function startNativeRedis(options: StartOptions): Promise<Part> {
  if (!(await hasNativeRedis())) throw new PartError(missingRedis);
  mkdirSync(options.dataDir, { recursive: true });
  const port = await claimPort(options.port, 'Redis');
  const url = `redis://127.0.0.1:${port}`;
  const launch = () =>
    startServerProcess({
      name: 'Redis',
      command: 'redis-server',
      args: [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--daemonize',
        'no',
      ],
      logFile: join(options.dataDir, 'redis.log'),
      cwd: options.dataDir,
    });
  let server = launch();
  const answers = () => Promise.race([until(() => redisVersion(url), 10_000), server.diedEarly]);
  const version = await answers();
  return {
    name: 'redis',
    provider: 'native',
    url,
    version,
    stop: () => server.end('SIGTERM', 10_000),
    kill: () => server.end('SIGKILL', 0),
    async restart() {
      if (server.isRunning()) return;
      server = launch();
      await answers();
    },
  };
}

export const missingRedis =
  'No Redis: set YIJIE_REDIS_URL, start a Docker engine, or install redis-server (`apt-get install redis-server`).';

export async function hasNativeRedis(): Promise<boolean> {
  return (await runProgram('redis-server', ['--version'])).ok;
}
