import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createLogger,
  createOperationsServer,
  type MetricSpec,
  Metrics,
  metric,
  systemClock,
} from '../src/index.ts';
import { alertRules, alertsFolder, dashboardQueries, ruleFiles } from './deployed-files.ts';

/** The distribution's own: 2.42 in Debian 12. */
function tool(name: 'prometheus' | 'promtool'): string {
  if (spawnSync(name, ['--version']).error !== undefined) {
    throw new Error(
      `${name} isn't installed: install the distribution's package "prometheus" (apt-get install prometheus).`,
    );
  }
  return name;
}

function promtool(...args: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(tool('promtool'), args, {
    encoding: 'utf8',
    cwd: alertsFolder,
  });
  return { status, output: stdout + stderr };
}

describe('the alert rules', () => {
  test('pass promtool', () => {
    const { status, output } = promtool('check', 'rules', ...ruleFiles());
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  test.each(ruleFiles())('of %s fire when they should and not before', (file) => {
    const { status, output } = promtool('test', 'rules', `tests/${file}`);
    expect([status, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('a real Prometheus that scrapes a service with every metric', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yijie-prometheus-'));
  const clock = systemClock();
  const metrics = new Metrics({ service: 'treatment-site' });
  const exporter = createOperationsServer({
    checks: [{ name: 'database', check: async () => undefined }],
    isStopping: () => false,
    metrics,
    logger: createLogger({ level: 'error', service: 'test', destination: { write: () => undefined } }),
    clock,
  });
  let prometheus: ChildProcess | undefined;
  let stopCounting = (): void => undefined;
  let url = '';

  beforeAll(async () => {
    countOn();
    const target = await exporter.start();
    const port = await freePort();
    const config = join(folder, 'prometheus.yml');
    const rules = ruleFiles().map((file) => alertsFolder + file);
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: '500ms', scrape_timeout: '400ms', evaluation_interval: '1s' },
        rule_files: rules,
        scrape_configs: [{ job_name: 'yijie', static_configs: [{ targets: [target] }] }],
      }),
    );
    prometheus = spawn(
      tool('prometheus'),
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    url = `http://127.0.0.1:${port}`;
    await waitFor(async () => (await fetch(`${url}/-/ready`)).ok, { withinMs: 20_000, what: 'Prometheus' });
    // A rate needs two scrapes with something counted in between; quotients over a time, too.
    await waitFor(async () => (await query('rate(yijie_grpc_calls_total[10s]) > 0')).length > 0, {
      withinMs: 20_000,
      what: 'a first rate',
    });
  }, 60_000);

  afterAll(async () => {
    stopCounting();
    await exporter.stop();
    if (prometheus !== undefined) {
      const ended = new Promise((resolve) => prometheus?.once('exit', resolve));
      prometheus.kill('SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const shown = dashboardQueries().map(
    ({ dashboard, panel, expr }) => [`${dashboard} · ${panel}`, expr] as const,
  );

  test.each(shown)(
    '%s has an answer',
    async (_panel, expr) => {
      // A rate needs two samples; some of this process (garbage collection) come when they come.
      await waitFor(async () => (await query(asGrafanaSends(expr))).length > 0, {
        withinMs: 20_000,
        what: expr,
      });
    },
    30_000,
  );

  test('the rules are loaded and evaluated without an error', async () => {
    const alerts = await waitFor(
      async () => {
        const answer = (await (await fetch(`${url}/api/v1/rules?type=alert`)).json()) as RulesAnswer;
        const all = answer.data.groups.flatMap(({ rules }) => rules);
        return all.every(({ health }) => health !== 'unknown') && all;
      },
      // Groups begin at an offset within their interval of 15 s.
      { withinMs: 40_000, what: 'one evaluation of each rule' },
    );
    expect(alerts).toHaveLength(alertRules().length);
    expect(alerts.filter(({ health }) => health !== 'ok')).toEqual([]);
  }, 60_000);

  interface RulesAnswer {
    readonly data: {
      readonly groups: { readonly rules: { readonly name: string; readonly health: string }[] }[];
    };
  }

  async function query(expr: string): Promise<readonly unknown[]> {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
    const body = (await response.json()) as { status: string; error?: string; data?: { result: unknown[] } };
    if (body.status !== 'success') throw new Error(`${expr}: ${body.error}`);
    return body.data?.result ?? [];
  }

  /** Every declared metric moves, ten times a second, with values that the queries of the boards select. */
  function countOn(): void {
    const values: Record<string, readonly string[]> = {
      outcome: ['SETTLED', 'REFUSED'],
      home_province: ['43'],
      code: ['FIL-NONE', 'AUT-CERT', 'OK', 'NOT_FOUND'],
      within_days: ['30', '7'],
      result: ['known', 'matched'],
    };
    const tick = (): void => {
      for (const spec of Object.values(metric) as MetricSpec[]) {
        for (const labels of combinations(spec.labels.map((label) => values[label] ?? ['x'])))
          count(spec, labels);
      }
      stopCounting = clock.after(100, tick);
    };
    tick();
  }

  function count(spec: MetricSpec, labels: readonly string[]): void {
    if (spec.type === 'counter')
      metrics
        .counter(asType(spec, 'counter'))
        .labels(...labels)
        .inc();
    else if (spec.type === 'gauge')
      metrics
        .gauge(asType(spec, 'gauge'))
        .labels(...labels)
        .add(1);
    else
      metrics
        .histogram(asType(spec, 'histogram'))
        .labels(...labels)
        .observe(0.02);
  }
});

function asType<Type extends MetricSpec['type']>(
  spec: MetricSpec,
  _type: Type,
): MetricSpec & { readonly type: Type } {
  return spec as MetricSpec & { readonly type: Type };
}

function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>(
    (all, list) => all.flatMap((head) => list.map((value) => [...head, value])),
    [[]],
  );
}

async function waitFor<Result>(
  condition: () => Promise<Result | false>,
  { withinMs, what }: { readonly withinMs: number; readonly what: string },
): Promise<Result> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let cause: unknown;
    const result = await condition().catch((error: unknown) => {
      cause = error;
      return false as const;
    });
    if (result !== false) return result;
    if (performance.now() > deadline)
      throw new Error(`waited ${withinMs} ms for ${what}, in vain`, { cause });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Grafana fills in its variables; an hour ago has no data here, so the present stands for it. */
function asGrafanaSends(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '10s')
    .replaceAll(/\$\w+/g, '.*')
    .replaceAll(/\boffset \w+/g, '');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
