import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDouble } from '../pipeline/formatDouble.ts';
import { MetricSet } from './MetricSet.ts';
import { namespaceOf } from './namespaceOf.ts';
import { PercentileSummary } from './PercentileSummary.ts';
import { ServerMetrics } from './ServerMetrics.ts';
import { Summary } from './Summary.ts';

function valuesOf(values: readonly number[], summary: Summary): Record<string, number> {
  for (const value of values) summary.add(value);
  return Object.fromEntries(summary.values('x'));
}

describe('a summary', () => {
  it('is zero before the first value, and again when it was reset', () => {
    const summary = new PercentileSummary();
    const empty = valuesOf([], summary);
    expect(new Set(Object.values(empty))).toEqual(new Set([0]));
    valuesOf([3, 4], summary);
    summary.reset();
    expect(valuesOf([], summary)).toEqual(empty);
  });

  it('has the names and numbers of AvgMinMaxCounter', () => {
    const expected = { avg_x: 1.6667, min_x: 1, max_x: 2, cnt_x: 3, sum_x: 5 };
    expect(valuesOf([2, 1, 2], new Summary())).toEqual(expected);
  });

  // What UniformSnapshot says of the same values.
  it.each([
    [[7], [7, 7, 7, 7]],
    [
      [1, 2],
      [2, 2, 2, 2],
    ],
    [
      [5, 1, 3, 2, 4],
      [3, 5, 5, 5],
    ],
    [Array.from({ length: 100 }, (_, i) => i + 1), [51, 96, 100, 100]],
    [Array.from({ length: 2000 }, (_, i) => i + 1), [1001, 1901, 1981, 1999]],
  ])('has percentiles', (values, expected) => {
    const { p50_x, p95_x, p99_x, p999_x } = valuesOf(values, new PercentileSummary());
    expect([p50_x, p95_x, p99_x, p999_x]).toEqual(expected);
  });

  it('samples many values alike, early and late ones', () => {
    const many = Array.from({ length: 50_000 }, (_, i) => i);
    const { p50_x = 0, p95_x = 0 } = valuesOf(many, new PercentileSummary());
    expect(Math.abs(p50_x - 25_000)).toBeLessThan(2_000);
    expect(Math.abs(p95_x - 47_500)).toBeLessThan(1_000);
    expect(valuesOf(many, new PercentileSummary())).toMatchObject({ p50_x, p95_x });
  });

  it('has percentiles in order, between least and greatest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), (values) => {
        const it = valuesOf(values, new PercentileSummary());
        const inOrder = [it.min_x, it.p50_x, it.p95_x, it.p99_x, it.p999_x, it.max_x];
        expect([...inOrder].sort((a = 0, b = 0) => a - b)).toEqual(inOrder);
      }),
    );
  });
});

describe('a set', () => {
  it('has a metric for each key, and stops taking new keys', () => {
    const set = new MetricSet(() => new Summary());
    for (let i = 0; i < 1001; i++) set.add(`k${i}`, 1);
    set.add('k0', 1);
    const values = new Map(set.values('x'));
    expect(values.get('cnt_k0_x')).toBe(2);
    expect(values.has('cnt_k999_x')).toBe(true);
    expect(values.has('cnt_k1000_x')).toBe(false);
  });
});

describe('ServerMetrics', () => {
  it('counts anew after a reset', () => {
    const metrics = new ServerMetrics();
    metrics.counters.proposal_count++;
    metrics.summaries.fsynctime.add(3);
    metrics.sets.quota_exceeded_error_per_namespace.add('a', 1);
    const counted = metrics.values().filter(([, value]) => value > 0);
    expect(counted).toContainEqual(['a_quota_exceeded_error_per_namespace', 1]);
    expect(counted).toContainEqual(['sum_fsynctime', 3]);
    expect(counted).toContainEqual(['proposal_count', 1]);
    metrics.reset();
    expect(metrics.values().filter(([, value]) => value > 0)).toEqual([]);
  });

  it('tells no name twice', () => {
    const names = new ServerMetrics().values().map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

it('the namespace of a path is its first name', () => {
  expect(['/', '', '/a', '/a/', '/a/b/c'].map(namespaceOf)).toEqual([null, null, 'a', 'a', 'a']);
});

it('doubles are printed as Java prints them', () => {
  const values = [0, 1, 0.5, 0.001, 0.0005, 0.00012, 12.3456];
  const texts = ['0.0', '1.0', '0.5', '0.001', '5.0E-4', '1.2E-4', '12.3456'];
  expect(values.map(formatDouble)).toEqual(texts);
});
