/** What one count and one observation cost, ours against prom-client's own. */
import { Metrics, metric } from '@yijie/runtime';
import { Counter, Histogram, Registry } from 'prom-client';

const rounds = 1_000_000;

export function costOfCounting(): string {
  const metrics = new Metrics({ service: 'bench', processMetrics: false });
  const ourCounter = metrics.counter(metric.grpcCalls);
  const ourHistogram = metrics.histogram(metric.grpcSeconds).labels('Settle');
  const registry = new Registry();
  const counter = new Counter({
    name: 'calls',
    help: 'x',
    labelNames: ['rpc', 'code'],
    registers: [registry],
  });
  const histogram = new Histogram({ name: 'seconds', help: 'x', labelNames: ['rpc'], registers: [registry] });
  const theirs = histogram.labels('Settle');

  const rows = [
    [
      'count, labels given each time',
      () => ourCounter.labels('Settle', 'OK').inc(),
      () => counter.inc({ rpc: 'Settle', code: 'OK' }),
    ],
    [
      'observe, child kept',
      (value: number) => ourHistogram.observe(value),
      (value: number) => theirs.observe(value),
    ],
  ] as const;
  const lines = rows.map(([name, our, their]) => `| ${name} | ${time(our)} | ${time(their)} |`);
  return ['| counting, ns | ours | prom-client |', '|---|---|---|', ...lines].join('\n');
}

function time(work: (value: number) => void): string {
  for (let round = 0; round < rounds / 10; round += 1) work(round / rounds);
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) work(round / rounds);
  return (((performance.now() - began) * 1e6) / rounds).toFixed(0);
}
