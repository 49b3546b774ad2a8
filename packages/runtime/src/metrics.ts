import { collectDefaultMetrics, type Metric, type MetricObjectWithValues, Registry } from 'prom-client';
import type { MetricSpec } from './metric-names.ts';
import { FastCounter, FastGauge, FastHistogram, type Series } from './metric-series.ts';

export interface MetricsOptions {
  readonly service: string;
  /** Memory, CPU, event-loop lag, garbage collection of this process. On unless it says false. */
  readonly processMetrics?: boolean;
}

type Spec<Type extends MetricSpec['type'], Labels extends readonly string[]> = MetricSpec<Labels> & {
  readonly type: Type;
};

/**
 * The metrics of one process. Counting happens on plain numbers (see bench/grpc-edge for what it costs); prom-client
 * writes the text when Prometheus asks, and knows the process's own figures.
 */
export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #series = new Map<string, { readonly spec: MetricSpec; readonly series: Series }>();

  constructor({ service, processMetrics = true }: MetricsOptions) {
    this.contentType = this.#registry.contentType;
    this.#registry.setDefaultLabels({ service });
    if (processMetrics) collectDefaultMetrics({ register: this.#registry });
  }

  counter<const Labels extends readonly string[]>(spec: Spec<'counter', Labels>): FastCounter<Labels> {
    return this.#declare(spec, () => new FastCounter(spec));
  }

  gauge<const Labels extends readonly string[]>(spec: Spec<'gauge', Labels>): FastGauge<Labels> {
    return this.#declare(spec, () => new FastGauge(spec));
  }

  histogram<const Labels extends readonly string[]>(spec: Spec<'histogram', Labels>): FastHistogram<Labels> {
    return this.#declare(spec, () => new FastHistogram(spec));
  }

  /** What Prometheus reads. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** Asking twice for the same metric gives the same series, so that two parts may count into one. */
  #declare<Kind extends Series>(spec: MetricSpec, make: () => Kind): Kind {
    const known = this.#series.get(spec.name);
    if (known !== undefined) {
      if (known.spec !== spec) throw new Error(`metric ${spec.name} is declared twice`);
      return known.series as Kind;
    }
    const series = make();
    this.#series.set(spec.name, { spec, series });
    this.#registry.registerMetric(asPromClientMetric(spec, series));
    return series;
  }
}

/** prom-client asks a metric for nothing but its name and, when scraped, its values. */
function asPromClientMetric(spec: MetricSpec, series: Series): Metric {
  const readable = {
    name: spec.name,
    help: spec.help,
    type: spec.type,
    get: async (): Promise<MetricObjectWithValues<never>> =>
      ({
        name: spec.name,
        help: spec.help,
        type: spec.type,
        aggregator: 'sum',
        values: series.samples(),
      }) as unknown as MetricObjectWithValues<never>,
  };
  return readable as unknown as Metric;
}
