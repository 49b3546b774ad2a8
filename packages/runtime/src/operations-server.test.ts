import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';
import { metric } from './metric-names.ts';
import { Metrics } from './metrics.ts';
import { createOperationsServer, type OperationsServer, type ReadinessCheck } from './operations-server.ts';
import { systemClock } from './system-clock.ts';

const opened: OperationsServer[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

async function serve(checks: ReadinessCheck[], isStopping: () => boolean = () => false) {
  const lines: string[] = [];
  const metrics = new Metrics({ service: 'test' });
  const clock = { ...systemClock(), skippedMs: 0 };
  const server = createOperationsServer({
    checks,
    isStopping,
    metrics,
    logger: createLogger({
      level: 'info',
      service: 'test',
      destination: { write: (line) => lines.push(line) },
    }),
    clock: { ...clock, monotonic: () => performance.now() + clock.skippedMs },
  });
  opened.push(server);
  const address = await server.start();
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://${address}${path}`, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { address, get, metrics, lines, skip: (ms: number) => (clock.skippedMs += ms) };
}

describe('health', () => {
  test('live is answered on loopback, whatever the checks say', async () => {
    const { address, get } = await serve([
      { name: 'database', check: () => Promise.reject(new Error('down')) },
    ]);
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const live = await get('/health/live');
    expect([live.status, live.text]).toEqual([200, '{"status":"live"}']);
    expect(live.headers.get('cache-control')).toBe('no-store');
  });

  test('ready names the checks that fail, logs each outage once with its cause, and recovers', async () => {
    let broken = false;
    const { get, lines, metrics, skip } = await serve([
      { name: 'bus', check: async () => undefined },
      { name: 'database', check: () => (broken ? Promise.reject(new Error('no route')) : Promise.resolve()) },
    ]);
    expect(await get('/health/ready')).toMatchObject({ status: 200, text: '{"status":"ready"}' });

    broken = true;
    skip(1_000);
    for (let count = 0; count < 3; count += 1) {
      const notReady = await get('/health/ready');
      expect(notReady).toMatchObject({ status: 503, text: '{"status":"not-ready","failed":["database"]}' });
      expect(notReady.text).not.toContain('no route');
      skip(1_000);
    }
    expect(lines.filter((line) => line.includes('ready.lost'))).toHaveLength(1);
    expect(lines.join('')).toContain('no route');
    expect(await metrics.text()).toContain('yijie_ready{check="database",service="test"} 0');

    broken = false;
    expect((await get('/health/ready')).status).toBe(200);
    expect(lines.join('')).toContain('ready.regained');
  });

  test('a check that never ends counts as failed', async () => {
    let told = false;
    const { get } = await serve([
      {
        name: 'bus',
        check: (signal) =>
          new Promise(() => {
            signal.addEventListener('abort', () => {
              told = true;
            });
          }),
      },
    ]);
    expect((await get('/health/ready')).text).toContain('"bus"');
    expect(told).toBe(true);
  });

  test('many probes share one round of checks', async () => {
    let rounds = 0;
    const { get } = await serve([
      {
        name: 'database',
        check: async () => {
          rounds += 1;
        },
      },
    ]);
    await Promise.all(Array.from({ length: 50 }, () => get('/health/ready')));
    expect(rounds).toBe(1);
  });

  test('a service that stops is not ready', async () => {
    const { get } = await serve([], () => true);
    expect(await get('/health/ready')).toMatchObject({ status: 503, text: '{"status":"stopping"}' });
  });
});

describe('what it does not do', () => {
  test('it has no other paths and takes no bodies', async () => {
    const { get } = await serve([]);
    expect((await get('/')).status).toBe(404);
    expect(
      (await get('/metrics', { method: 'POST', body: '{"__proto__":{}}' })).status,
    ).toBeGreaterThanOrEqual(400);
    expect(
      (await get('/health/live', { method: 'POST', body: 'x'.repeat(5_000) })).status,
    ).toBeGreaterThanOrEqual(400);
  });

  test('it answers nonsense without a stack', async () => {
    const { address } = await serve([]);
    const [host = '', port = ''] = address.split(':');
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), host, () =>
        socket.write('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: x\r\n\r\n'),
      );
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).not.toMatch(/ at |\.ts|node_modules/);
  });
});

describe('metrics', () => {
  test('are what was counted, with this process beside it', async () => {
    const { get, metrics } = await serve([]);
    metrics.counter(metric.settlements).labels('SETTLED', '43').inc();
    metrics.histogram(metric.settleSeconds).labels('43').observe(0.0421);
    const { status, text, headers } = await get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toContain('version=0.0.4');
    expect(text).toContain('yijie_settlements_total{outcome="SETTLED",home_province="43",service="test"} 1');
    expect(text).toContain('yijie_settle_seconds_bucket{home_province="43",le="0.025",service="test"} 0');
    expect(text).toContain('yijie_settle_seconds_bucket{home_province="43",le="0.05",service="test"} 1');
    expect(text).toContain('yijie_settle_seconds_bucket{home_province="43",le="+Inf",service="test"} 1');
    expect(text).toContain('yijie_settle_seconds_count{home_province="43",service="test"} 1');
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });
});
