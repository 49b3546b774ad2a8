import { createServer } from 'node:http';
import {
  type Part,
  type ProvideOptions,
  provideKafka,
  providePostgres,
  provideRedis,
} from '@yijie/local-cluster';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

export type PartName = Part['name'];

/** What a suite asks of the runner, and what it gets. */
export interface PartRequest {
  readonly part: PartName;
  readonly suite: string;
  /** `shared` hands out the run's server; `own` notes a server that the suite started for itself. */
  readonly sharing: 'shared' | 'own';
  readonly own?: Pick<Part, 'provider' | 'version'> | undefined;
}

export interface PartAnswer {
  readonly url: string;
  readonly version: string;
  /** Unique in the run: name of the suite's database, prefix of its topics and keys. */
  readonly name: string;
}

export type PartSeen = Pick<Part, 'name' | 'provider' | 'version'>;

export interface PartsServer {
  /** Suites find it by this address. */
  readonly address: string;
  /** Starts the part unless it runs already. */
  start(name: PartName): Promise<Part>;
  /** Parts in use so far, with the suites that used each. */
  uses(): ReadonlyMap<PartName, ReadonlySet<string>>;
  /** Servers that answered in this run: those of the run, then those that suites started for themselves. */
  parts(): Promise<readonly PartSeen[]>;
  /** Removes what the suites left on servers that aren't ours, and stops those that are. */
  close(): Promise<void>;
}

const provide: Readonly<Record<PartName, (options: ProvideOptions) => Promise<Part>>> = {
  postgres: providePostgres,
  kafka: provideKafka,
  redis: provideRedis,
};

/**
 * Owns the real servers of one test run. Suites live in other processes and ask over HTTP, so that a part starts
 * once, only when somebody wants it, and the runner knows which suite ran on what.
 */
export async function servePartsForTests(options: ProvideOptions = {}): Promise<PartsServer> {
  const parts = new Map<PartName, Promise<Part>>();
  const uses = new Map<PartName, Set<string>>();
  const databases: string[] = [];
  const ownParts: PartSeen[] = [];
  const runName = `yt${process.pid.toString(36)}`;
  let given = 0;

  const start = (name: PartName): Promise<Part> => {
    const running = parts.get(name) ?? provide[name](options);
    parts.set(name, running);
    return running;
  };

  async function give(request: PartRequest): Promise<PartAnswer> {
    const suites = uses.get(request.part) ?? new Set();
    uses.set(request.part, suites.add(request.suite));
    const name = `${runName}_${++given}`;
    if (request.sharing === 'own') {
      if (request.own !== undefined) ownParts.push({ name: request.part, ...request.own });
      return { url: '', version: '', name };
    }
    const part = await start(request.part);
    if (part.name !== 'postgres') return { url: part.url, version: part.version, name };
    await onServer(part.url, `create database ${name}`);
    databases.push(name);
    const url = new URL(part.url);
    url.pathname = `/${name}`;
    return { url: url.toString(), version: part.version, name };
  }

  const http = createServer((request, response) => {
    // One request a connection: a kept one may be closed in the moment that a suite takes it up again.
    response.setHeader('connection', 'close');
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      give(JSON.parse(body) as PartRequest).then(
        (answer) => response.end(JSON.stringify(answer)),
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const bound = http.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;

  return {
    address: `http://127.0.0.1:${port}`,
    start,
    uses: () => uses,
    parts: async () => [...(await Promise.all(parts.values())), ...ownParts],
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      const settled = await Promise.allSettled(parts.values());
      const running = settled.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
      for (const part of running.filter((one) => one.provider === 'environment')) {
        if (part.name === 'postgres') await dropDatabases(part.url, databases);
        if (part.name === 'kafka') await deleteTopics(part.url, runName);
      }
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function dropDatabases(url: string, names: readonly string[]): Promise<void> {
  for (const name of names) await onServer(url, `drop database if exists ${name} with (force)`);
}

async function deleteTopics(brokers: string, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
