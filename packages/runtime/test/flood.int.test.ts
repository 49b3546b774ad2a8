import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { credentials, makeGenericClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TreatmentServiceService } from '@yijie/contracts/treatment';
import { grpcClientChannelOptions } from '../src/index.ts';
import { type TestCertificate, testAuthority } from './test-certificates.ts';

/**
 * Trust §2 rows 16 and 18, §6 test 21: while one client floods, another one is served. Attacker, server and honest
 * caller are processes of their own.
 */

const honestSeconds = 5;
/** Fewer attempts than that, and nothing was shown. The limits cut an attacker off soon. */
const triesMin = 300;
const honestCallers = 4;
/** An attacker may cost honest callers this much of their calm wait. Without limits it was over a hundredfold. */
const waitFactorMax = 50;

const children: ChildProcess[] = [];
let port = 0;
let authority: Buffer;
let honest: TestCertificate;
let hostile: TestCertificate;

beforeAll(async () => {
  const made = await testAuthority();
  authority = made.certificate;
  const own = await made.issue('treatment-site');
  honest = await made.issue('honest hospital');
  hostile = await made.issue('hostile hospital');
  const server = start('edge-server.ts');
  server.send({
    authority: `${authority}`,
    certificate: `${own.certificate}`,
    privateKey: `${own.privateKey}`,
  });
  ({ port } = (await nextMessage(server)) as { port: number });
}, 30_000);

afterAll(async () => {
  for (const child of children) {
    if (child.signalCode !== null || child.exitCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
});

test.each(['rapid-reset', 'stream-flood', 'half-open'])(
  'under %s an honest caller is answered, and its wait stays within bounds of a calm one',
  async (attack) => {
    const calm = median(await callHonestly());
    const attacker = start('attacker.ts', attack);
    attacker.send({
      port,
      authority: `${authority}`,
      certificate: `${hostile.certificate}`,
      privateKey: `${hostile.privateKey}`,
    });
    await nextMessage(attacker);
    const latencies = await callHonestly();
    const { sent } = (await nextMessage(attacker)) as { sent: number };
    attacker.kill('SIGKILL');

    expect(sent).toBeGreaterThan(triesMin);
    expect(latencies.length).toBeGreaterThan(50);
    // Machines differ and are shared: what is held against the calm is the same server's calm a moment before.
    expect(median(latencies)).toBeLessThan(waitFactorMax * calm);
  },
  60_000,
);

function median(values: number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/**
 * A failed call fails the test: nobody honest is turned away. A stream that HTTP/2 refuses before anybody looked at it
 * (UNAVAILABLE) is called again at once, as any client does, and that counts as part of the wait.
 */
async function callHonestly(): Promise<number[]> {
  const Client = makeGenericClientConstructor(TreatmentServiceService, 'TreatmentService');
  const client = new Client(
    `127.0.0.1:${port}`,
    credentials.createSsl(authority, honest.privateKey, honest.certificate),
    grpcClientChannelOptions,
  );
  const latencies: number[] = [];
  const until = performance.now() + honestSeconds * 1_000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const began = performance.now();
      const deadline = Date.now() + 10_000;
      for (let cause = await call(deadline); cause !== null; cause = await call(deadline)) {
        if (cause.code !== status.UNAVAILABLE) throw cause;
      }
      latencies.push(performance.now() - began);
    }
  };
  const call = (deadline: number) =>
    new Promise<ServiceError | null>((resolve) => {
      client.getOutcome?.({ call: 8, idempotencyKey: 'k' }, { deadline }, (cause: ServiceError | null) =>
        resolve(cause),
      );
    });
  await Promise.all(Array.from({ length: honestCallers }, caller));
  client.close();
  return latencies;
}

function start(file: string, ...args: string[]): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: ['--no-warnings'] });
  children.push(child);
  return child;
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process ended with ${code}`)));
  });
}
