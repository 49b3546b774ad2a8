import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ChannelCredentials } from '@grpc/grpc-js';
import pg from 'pg';
import type { EncodedBill } from './bills.ts';
import { cpuMs } from './cpu.ts';
import type { Deployment, Servers } from './environment.ts';
import { closedLoop, type LoadResult } from './load.ts';
import { newStays } from './people.ts';
import * as request from './requests.ts';
import { StreamCaller } from './stream-caller.ts';
import { Tally } from './tally.ts';

export type FloorMode = 'transaction' | 'answer' | 'plain';

export interface Floor {
  readonly mode: FloorMode;
  run(seconds: number, inFlight: number): Promise<LoadResult & { readonly serverMicros: number }>;
  /** Whether what it acknowledged is what it stored. */
  counts(): Promise<boolean>;
  stop(): void;
}

/** A floor as a process of its own, on a database of its own beside the product's. */
export async function startFloor(
  servers: Servers,
  deployment: Pick<Deployment, 'cluster' | 'credentials'>,
  mode: FloorMode,
  bills: readonly EncodedBill[],
): Promise<Floor> {
  const databaseUrl = await newDatabase(servers.postgresUrl, `floor_${mode}`);
  const file = fileURLToPath(new URL('./floor-server.ts', import.meta.url));
  const child: ChildProcess = fork(file, [mode, deployment.cluster.keyFolder, databaseUrl], {
    execArgv: ['--no-warnings'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const credentials = mode === 'plain' ? ChannelCredentials.createInsecure() : await deployment.credentials();
  const tally = new Tally();
  return {
    mode,
    async run(seconds, inFlight) {
      const callers = [0, 1].map(() => new StreamCaller(`127.0.0.1:${port}`, credentials));
      let sent = 0;
      let stays = newStays(1_000);
      let cpu = 0;
      const result = await closedLoop(
        async () => {
          if (sent % 1_000 === 0) stays = newStays(1_000);
          const stay = stays[sent % 1_000] as (typeof stays)[number];
          const bill = bills[sent % bills.length] as EncodedBill;
          const caller = callers[sent++ % 2] as StreamCaller;
          const bytes = request.settleWithCharges(stay.visitIdText, stay, bill);
          return tally.take(await caller.call('settle', bytes), bill.totalFen);
        },
        inFlight,
        {
          rampMs: 2_000,
          measureMs: seconds * 1_000,
          onStart: () => {
            cpu = -cpuMs(child.pid as number);
          },
          onEnd: () => {
            cpu += cpuMs(child.pid as number);
          },
        },
      );
      for (const caller of callers) caller.close();
      return { ...result, serverMicros: (cpu * 1_000) / result.count };
    },
    async counts() {
      const stored = mode === 'transaction' ? await countRows(databaseUrl) : tally.settled;
      return tally.wrong.length === 0 && tally.others.size === 0 && stored === tally.settled;
    },
    stop: () => {
      child.kill();
    },
  };
}

async function newDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

async function countRows(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ rows: string }>('SELECT count(*) AS rows FROM floor_settlement');
  await client.end();
  return Number(rows[0]?.rows);
}
