/**
 * What the edge costs: calls per second and server CPU per call of our edge against bare grpc-js, with an empty handler.
 * Variants take turns, so that a slow moment of the machine hits all of them; a ratio is the median of
 * the ratios within one turn.
 *
 *   node bench/grpc-edge/run.ts [seconds per turn] [turns]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ClientDuplexStream, credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import {
  type ExchangeRequest,
  type ExchangeResponse,
  TreatmentServiceService,
  TreatmentStreamServiceService,
} from '@yijie/contracts/treatment';
import { grpcClientChannelOptions } from '@yijie/runtime';
import { saveResult } from '../save-result.ts';
import { costOfCounting } from './metrics-cost.ts';

const seconds = Number(process.argv[2] ?? 4);
const turns = Number(process.argv[3] ?? 5);
const callers = 64;
const variants = ['bare', 'ours', 'ours, tracing 1 %'] as const;
const modes = { unary: callUnary, stream: callOnStream } as const;

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}
interface Figure {
  readonly callsPerSecond: number;
  readonly cpuMicros: number;
}

const running = new Map<string, Running>();
for (const variant of variants) running.set(variant, await start(variant));

const figures = new Map<string, Figure[]>();
for (const mode of Object.keys(modes) as (keyof typeof modes)[]) {
  for (let turn = 0; turn <= turns; turn += 1) {
    // Nobody is always the one after the others.
    for (const variant of [
      ...variants.slice(turn % variants.length),
      ...variants.slice(0, turn % variants.length),
    ]) {
      const figure = await measure(running.get(variant) as Running, modes[mode]);
      // The first turn compiles and is thrown away.
      if (turn > 0) figures.set(`${mode} ${variant}`, [...(figures.get(`${mode} ${variant}`) ?? []), figure]);
    }
  }
}
for (const { child } of running.values()) child.kill();

console.log(`${callers} callers, ${turns} turns of ${seconds} s each, medians; Node ${process.version}\n`);
const cpuAgainstBare: Record<string, number> = {};
console.log('| way | variant | calls/s | server CPU, µs a call | CPU against bare |');
console.log('|---|---|---|---|---|');
for (const mode of Object.keys(modes)) {
  for (const variant of variants) {
    const own = figures.get(`${mode} ${variant}`) ?? [];
    const bare = figures.get(`${mode} bare`) ?? [];
    const rate = median(own.map(({ callsPerSecond }) => callsPerSecond));
    const cpu = median(own.map(({ cpuMicros }) => cpuMicros));
    const ratio = median(own.map(({ cpuMicros }, turn) => cpuMicros / (bare[turn]?.cpuMicros ?? Number.NaN)));
    if (variant !== 'bare') cpuAgainstBare[`${mode}, ${variant}`] = Number(ratio.toFixed(2));
    console.log(`| ${mode} | ${variant} | ${Math.round(rate)} | ${cpu.toFixed(1)} | ${ratio.toFixed(2)} |`);
  }
}
saveResult('grpc-edge', { node: process.version, callers, turns, seconds, cpuAgainstBare });
console.log(`\n${costOfCounting()}`);
process.exit(0);

async function start(variant: string): Promise<Running> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), [variant]);
  const { port } = (await nextMessage(child)) as { port: number };
  return { child, port };
}

async function measure(
  { child, port }: Running,
  call: (port: number, until: () => boolean) => Promise<number>,
): Promise<Figure> {
  const cpuBefore = await cpuOf(child);
  const began = performance.now();
  const calls = await call(port, () => performance.now() - began > seconds * 1_000);
  const elapsed = (performance.now() - began) / 1_000;
  return { callsPerSecond: calls / elapsed, cpuMicros: ((await cpuOf(child)) - cpuBefore) / calls };
}

/** A closed loop: each caller sends its next call when the last one is answered. */
async function callUnary(port: number, isOver: () => boolean): Promise<number> {
  const Client = makeGenericClientConstructor(TreatmentServiceService, 'TreatmentService');
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), grpcClientChannelOptions);
  let calls = 0;
  const caller = async (): Promise<void> => {
    while (!isOver()) {
      await new Promise<void>((resolve, reject) => {
        client.getOutcome?.({ call: 8, idempotencyKey: 'k' }, (cause: Error | null) =>
          cause ? reject(cause) : resolve(),
        );
      });
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  client.close();
  return calls;
}

async function callOnStream(port: number, isOver: () => boolean): Promise<number> {
  const Client = makeGenericClientConstructor(TreatmentStreamServiceService, 'TreatmentStreamService');
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), grpcClientChannelOptions);
  const stream = client.exchange?.() as unknown as ClientDuplexStream<ExchangeRequest, ExchangeResponse>;
  let calls = 0;
  let sent = 0;
  const ask = (): void => {
    sent += 1;
    stream.write({
      correlation: sent,
      call: { $case: 'getOutcome', getOutcome: { call: 8, idempotencyKey: 'k' } },
    });
  };
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('data', ({ answer }: ExchangeResponse) => {
      if (answer?.$case !== 'getOutcome') reject(new Error('another answer than asked for'));
      calls += 1;
      if (!isOver()) ask();
      else if (calls === sent) stream.end();
    });
    stream.on('end', resolve);
    stream.on('error', reject);
  });
  for (let caller = 0; caller < callers; caller += 1) ask();
  await ended;
  client.close();
  return calls;
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  return ((await nextMessage(child)) as { cpuMicros: number }).cpuMicros;
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
