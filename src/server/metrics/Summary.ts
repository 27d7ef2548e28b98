/**
 * Least, greatest, average, count and sum of a number; whole, so that the sum is exact.
 * Source: AvgMinMaxCounter.
 */

import type { Metric, MetricValue } from './Metric.ts';

export class Summary implements Metric {
  min = 0;
  max = 0;
  sum = 0;
  count = 0;

  add(value: number): void {
    this.min = this.count === 0 ? value : Math.min(this.min, value);
    this.max = this.count === 0 ? value : Math.max(this.max, value);
    this.sum += value;
    this.count++;
  }

  /** Rounded to four decimals. */
  get average(): number {
    return this.count === 0 ? 0 : Math.round((this.sum * 10_000) / this.count) / 10_000;
  }

  reset(): void {
    this.min = 0;
    this.max = 0;
    this.sum = 0;
    this.count = 0;
  }

  values(name: string): readonly MetricValue[] {
    return [
      [`avg_${name}`, this.average],
      [`min_${name}`, this.min],
      [`max_${name}`, this.max],
      [`cnt_${name}`, this.count],
      [`sum_${name}`, this.sum],
    ];
  }
}
