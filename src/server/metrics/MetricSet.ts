/**
 * Metrics of one kind by a key, which becomes a part of their names.
 * Source: SummarySet, CounterSet.
 */

import type { Metric, MetricValue } from './Metric.ts';

/** Clients choose some of the keys, the first names of their paths. */
const KEYS_MAX = 1000;

export class MetricSet {
  private readonly byKey = new Map<string, Metric>();
  private readonly make: () => Metric;

  constructor(make: () => Metric) {
    this.make = make;
  }

  /** Of a key that is one too many nothing is kept. */
  add(key: string, value: number): void {
    let metric = this.byKey.get(key);
    if (metric === undefined) {
      if (this.byKey.size >= KEYS_MAX) return;
      metric = this.make();
      this.byKey.set(key, metric);
    }
    metric.add(value);
  }

  reset(): void {
    for (const metric of this.byKey.values()) metric.reset();
  }

  values(name: string): readonly MetricValue[] {
    return [...this.byKey].flatMap(([key, metric]) => metric.values(`${key}_${name}`));
  }
}
