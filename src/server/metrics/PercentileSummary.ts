/**
 * A summary with percentiles: of all values while they are few, later of a sample in which each
 * value is with the same probability (Vitter's algorithm R).
 * Source: AvgMinMaxPercentileCounter; UniformSnapshot of Dropwizard metrics.
 */

import { Prng } from '../../base/prng.ts';
import type { MetricValue } from './Metric.ts';
import { Summary } from './Summary.ts';

const RESERVOIR_SIZE = 4096;

export class PercentileSummary extends Summary {
  private readonly reservoir: number[] = [];
  private random = new Prng(0);

  override add(value: number): void {
    super.add(value);
    if (this.reservoir.length < RESERVOIR_SIZE) {
      this.reservoir.push(value);
      return;
    }
    // Not exactly even, but far more so than a percentile can tell.
    const at = this.random.next32() % this.count;
    if (at < RESERVOIR_SIZE) this.reservoir[at] = value;
  }

  override reset(): void {
    super.reset();
    this.reservoir.length = 0;
    this.random = new Prng(0);
  }

  override values(name: string): readonly MetricValue[] {
    const sorted = [...this.reservoir].sort((a, b) => a - b);
    return [
      ...super.values(name),
      [`p50_${name}`, percentile(sorted, 500)],
      [`p95_${name}`, percentile(sorted, 950)],
      [`p99_${name}`, percentile(sorted, 990)],
      [`p999_${name}`, percentile(sorted, 999)],
    ];
  }
}

/** Between two values if it falls there; rounded. */
function percentile(sorted: readonly number[], perMille: number): number {
  const position = (perMille * (sorted.length + 1)) / 1000;
  const index = Math.min(Math.max(Math.floor(position), 1), sorted.length);
  const lower = sorted[index - 1] ?? 0;
  const upper = sorted[index] ?? lower;
  const part = Math.min(Math.max(position - index, 0), 1);
  return Math.round(lower + part * (upper - lower));
}
