import { describe, expect, test } from '@jest/globals';
import { metric } from './metric-names.ts';
import { Metrics } from './metrics.ts';

const fresh = () => new Metrics({ service: 'test', processMetrics: false });

describe('metrics', () => {
  test('without labels stand at 0 before anything happened', async () => {
    const metrics = fresh();
    metrics.gauge(metric.outboxRows);
    expect(await metrics.text()).toContain('yijie_outbox_rows{service="test"} 0');
  });

  test('a value on a bound belongs to that bucket, one above to the next', async () => {
    const metrics = fresh();
    const sizes = metrics.histogram(metric.flushBatchSize).labels('settle');
    sizes.observe(10);
    sizes.observe(11);
    sizes.observe(5_000);
    const text = await metrics.text();
    const bucket = (le: string) =>
      new RegExp(
        `flush_batch_size_bucket{stage="settle",le="${le.replace('+', '\\+')}",service="test"} (\\d+)`,
      ).exec(text)?.[1];
    expect([bucket('5'), bucket('10'), bucket('25'), bucket('1000'), bucket('+Inf')]).toEqual([
      '0',
      '1',
      '2',
      '2',
      '3',
    ]);
    expect(text).toContain('flush_batch_size_sum{stage="settle",service="test"} 5021');
  });

  test('a gauge is looked up when it is read', async () => {
    const metrics = fresh();
    const gauge = metrics.gauge(metric.oldestUnfinishedSeconds);
    let age = 3;
    gauge.onScrape(() => gauge.labels('43').set(age));
    expect(await metrics.text()).toContain('{home_province="43",service="test"} 3');
    age = 4;
    expect(await metrics.text()).toContain('{home_province="43",service="test"} 4');
  });

  test('a series that is over is no longer shown', async () => {
    const metrics = fresh();
    const lag = metrics.gauge(metric.consumerLag);
    lag.labels('commands-43').set(7);
    lag.labels('commands-44').set(8);
    lag.remove('commands-43');
    const text = await metrics.text();
    expect(text).not.toContain('commands-43');
    expect(text).toContain('commands-44');
  });

  test('label values that run away are counted together', async () => {
    const metrics = fresh();
    const refusals = metrics.counter(metric.refusals);
    for (let count = 0; count < 5_000; count += 1) refusals.labels(`X-${count}`).inc();
    const lines = (await metrics.text())
      .split('\n')
      .filter((line) => line.startsWith('yijie_refusals_total{'));
    expect(lines).toHaveLength(1_001);
    expect(lines).toContain('yijie_refusals_total{code="other",service="test"} 4000');
  });

  test('label values can hold any character', async () => {
    const metrics = fresh();
    metrics.counter(metric.refusals).labels('a"b\\c\nd').inc();
    expect(await metrics.text()).toContain('yijie_refusals_total{code="a\\"b\\\\c\\nd",service="test"} 1');
  });

  test('the same metric asked for twice is one; two of one name are a mistake', () => {
    const metrics = fresh();
    expect(metrics.counter(metric.refusals)).toBe(metrics.counter(metric.refusals));
    expect(() => metrics.counter({ ...metric.refusals })).toThrow('declared twice');
  });
});

describe('the list of names', () => {
  test.each(Object.values(metric).map((spec) => [spec.name, spec] as const))(
    '%s follows the conventions',
    (name, spec) => {
      expect(name).toMatch(/^yijie_[a-z0-9_]+$/);
      expect(name.endsWith('_total')).toBe(spec.type === 'counter');
      if (spec.type === 'histogram') expect(spec.buckets?.length).toBeGreaterThan(3);
      expect(spec.help).toMatch(/\.$/);
      for (const label of spec.labels) expect(label).toMatch(/^[a-z_]+$/);
    },
  );

  test('has no name twice', () => {
    const names = Object.values(metric).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
