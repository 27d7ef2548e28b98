import type { Metric, MetricValue } from './Metric.ts';

/** A sum, for a set of them. What is not in a set is a plain number. */
export class Counter implements Metric {
  private sum = 0;

  add(value: number): void {
    this.sum += value;
  }

  reset(): void {
    this.sum = 0;
  }

  values(name: string): readonly MetricValue[] {
    return [[name, this.sum]];
  }
}
