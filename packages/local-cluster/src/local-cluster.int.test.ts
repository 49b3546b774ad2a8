import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { afterAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  type Part,
  PartError,
  provideKafka,
  providePostgres,
  provideRedis,
  startNativeRedis,
  until,
} from './index.ts';

const started: Part[] = [];
afterAll(() => Promise.all(started.map((part) => part.stop())));

async function begin(part: Promise<Part>): Promise<Part> {
  started.push(await part);
  return part;
}

describe('a part of our own', () => {
  test('PostgreSQL keeps what it acknowledged through a kill, with fsync on', async () => {
    const postgres = await begin(providePostgres({ sharing: 'own' }));
    expect(postgres.version).toMatch(/^18\./);
    await withClient(postgres.url, async (client) => {
      expect((await client.query('show fsync')).rows).toEqual([{ fsync: 'on' }]);
      await client.query('create table kept (n int)');
      await client.query('insert into kept values (7)');
    });
    await postgres.kill?.();
    await expect(withClient(postgres.url, async () => {})).rejects.toThrow();
    await postgres.restart?.();
    await withClient(postgres.url, async (client) => {
      expect((await client.query('select n from kept')).rows).toEqual([{ n: 7 }]);
    });
  }, 60_000);

  test('Kafka answers with its release, is killed and comes back on the same port', async () => {
    const kafka = await begin(provideKafka({ sharing: 'own' }));
    expect(kafka.version).toMatch(/^4\.1 /);
    await kafka.kill?.();
    await kafka.restart?.();
  }, 120_000);

  test('Redis answers with its release, is killed and comes back on the same port', async () => {
    const redis = await begin(provideRedis({ sharing: 'own' }));
    expect(redis.version).toMatch(/^\d+\.\d+/);
    await redis.kill?.();
    await redis.restart?.();
  }, 60_000);

  test('a server does not outlive a process that is killed', async () => {
    const program = `
      import { provideRedis } from '${new URL('index.ts', import.meta.url).pathname}';
      const redis = await provideRedis({ sharing: 'own' });
      console.log(redis.url);
      setInterval(() => {}, 1_000);`;
    const owner = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program]);
    const url = await new Promise<string>((resolve) =>
      owner.stdout.once('data', (line) => resolve(String(line).trim())),
    );
    const port = Number(new URL(url).port);
    expect(await isListening(port)).toBe(true);
    owner.kill('SIGKILL');
    await until(async () => {
      if (await isListening(port)) throw new Error(`Redis still listens on ${port}.`);
    }, 10_000);
  });

  test('a port in use is a sentence that names the port and the remedy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const port = (other.address() as { port: number }).port;
    await expect(startNativeRedis({ dataDir: '/tmp/never-made', port })).rejects.toThrow(
      new RegExp(`Port ${port} for Redis is in use\\. Stop what listens there`),
    );
    other.close();
  });

  test('a server named in the environment that does not answer is an error, not a reason to take another', async () => {
    const before = process.env.YIJIE_REDIS_URL;
    process.env.YIJIE_REDIS_URL = 'redis://127.0.0.1:1';
    try {
      await expect(provideRedis()).rejects.toThrow(PartError);
    } finally {
      if (before === undefined) delete process.env.YIJIE_REDIS_URL;
      else process.env.YIJIE_REDIS_URL = before;
    }
  });
});

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
