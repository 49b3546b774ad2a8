import type { MetricSpec } from './metric-names.ts';

export interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** As many texts as the metric has labels. */
export type LabelValues<Labels extends readonly string[]> = { readonly [Index in keyof Labels]: string };

export interface Series {
  samples(): Sample[];
}

/**
 * More label values than this means that something unbounded became a label; the rest is counted under "other", so
 * that neither this process nor Prometheus runs out of memory.
 */
const childrenMax = 1_000;
const otherValue = 'other';

/** Values by label values. Callers keep the child they count into where the labels are known beforehand. */
class LabelledSeries<Labels extends readonly string[], Child> {
  readonly #spec: MetricSpec<Labels>;
  readonly #make: () => Child;
  readonly #children = new Map<string, { readonly labels: Record<string, string>; readonly child: Child }>();

  constructor(spec: MetricSpec<Labels>, make: () => Child) {
    this.#spec = spec;
    this.#make = make;
    // A metric without labels stands at 0 from the start: rules on it see a value and not a gap.
    if (spec.labels.length === 0) this.#add('', []);
  }

  /** The child of these label values, in the order in which the metric declares its labels. */
  labels(...values: LabelValues<Labels>): Child {
    const key = values.length === 1 ? (values[0] ?? '') : values.join('\u0000');
    const known = this.#children.get(key);
    return known === undefined ? this.#add(key, values) : known.child;
  }

  /** Drops what isn't reported any more (a topic given up in a rebalance). */
  remove(...values: LabelValues<Labels>): void {
    this.#children.delete(values.join('\u0000'));
  }

  *entries(): Generator<[Record<string, string>, Child]> {
    for (const { labels, child } of this.#children.values()) yield [labels, child];
  }

  #add(key: string, values: readonly string[]): Child {
    const { name, labels: names } = this.#spec;
    if (values.length !== names.length) {
      throw new TypeError(`${name} has the labels (${names.join(', ')}), ${values.length} values were given`);
    }
    const isOther = values.length > 0 && values.every((value) => value === otherValue);
    if (this.#children.size >= childrenMax && !isOther) {
      const others = names.map(() => otherValue);
      const otherKey = others.join('\u0000');
      return this.#children.get(otherKey)?.child ?? this.#add(otherKey, others);
    }
    const labels = Object.fromEntries(names.map((label, index) => [label, values[index] ?? '']));
    const child = this.#make();
    this.#children.set(key, { labels, child });
    return child;
  }
}

export class CounterChild {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

export class FastCounter<Labels extends readonly string[]>
  extends LabelledSeries<Labels, CounterChild>
  implements Series
{
  constructor(spec: MetricSpec<Labels>) {
    super(spec, () => new CounterChild());
  }

  samples(): Sample[] {
    return Array.from(this.entries(), ([labels, child]) => ({ labels, value: child.value }));
  }
}

export class GaugeChild {
  value = 0;

  set(value: number): void {
    this.value = value;
  }

  add(by: number): void {
    this.value += by;
  }
}

export class FastGauge<Labels extends readonly string[]>
  extends LabelledSeries<Labels, GaugeChild>
  implements Series
{
  #onScrape: (() => void) | undefined;

  constructor(spec: MetricSpec<Labels>) {
    super(spec, () => new GaugeChild());
  }

  /** Runs before each reading, for values that are cheaper to look up than to keep. Must not block. */
  onScrape(update: () => void): void {
    this.#onScrape = update;
  }

  samples(): Sample[] {
    this.#onScrape?.();
    return Array.from(this.entries(), ([labels, child]) => ({ labels, value: child.value }));
  }
}

export class HistogramChild {
  readonly #bounds: Float64Array;
  /** One count per bucket and one for what exceeds the last bound. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: Float64Array) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (this.#bounds[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    this.#counts[low] = (this.#counts[low] ?? 0) + 1;
    this.#sum += value;
  }

  samples(name: string, labels: Record<string, string>): Sample[] {
    const samples: Sample[] = [];
    let cumulative = 0;
    for (const [index, count] of this.#counts.entries()) {
      cumulative += count;
      const le = this.#bounds[index] ?? '+Inf';
      samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: cumulative });
    }
    samples.push({ metricName: `${name}_sum`, labels, value: this.#sum });
    samples.push({ metricName: `${name}_count`, labels, value: cumulative });
    return samples;
  }
}

export class FastHistogram<Labels extends readonly string[]>
  extends LabelledSeries<Labels, HistogramChild>
  implements Series
{
  readonly #name: string;

  constructor(spec: MetricSpec<Labels>) {
    const bounds = Float64Array.from(spec.buckets ?? []);
    if (
      bounds.length === 0 ||
      bounds.some((bound, index) => index > 0 && bound <= (bounds[index - 1] ?? 0))
    ) {
      throw new TypeError(`the buckets of ${spec.name} are missing or don't rise`);
    }
    super(spec, () => new HistogramChild(bounds));
    this.#name = spec.name;
  }

  samples(): Sample[] {
    return Array.from(this.entries()).flatMap(([labels, child]) => child.samples(this.#name, labels));
  }
}
