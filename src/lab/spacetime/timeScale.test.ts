import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FOLD_PX, type Span, timeScale } from './timeScale.ts';

const ms = (number: number) => number * 1000;

describe('timeScale', () => {
  test('a millisecond is as wide as it should be', () => {
    const scale = timeScale([[ms(10), ms(60)]], 3);
    expect(scale.xOf(ms(40)) - scale.xOf(ms(20))).toBe(60);
    expect(scale.folds).toEqual([]);
  });

  test('long quiet is folded, and says how long it was', () => {
    const scale = timeScale(
      [
        [ms(10), ms(20)],
        [ms(2_000), ms(2_010)],
      ],
      2,
    );
    expect(scale.folds).toHaveLength(1);
    const [fold] = scale.folds;
    expect((fold?.untilUs ?? 0) - (fold?.fromUs ?? 0)).toBeCloseTo(ms(1_980 - 12));
    expect(scale.width).toBeCloseTo((22 + 22) * 2 + FOLD_PX);
    expect(scale.ticks.map(({ atUs }) => atUs)).toEqual([ms(4), ms(1_994)]);
  });

  test('nothing at all has no width', () => {
    const scale = timeScale([], 3);
    expect([scale.width, scale.xOf(5)]).toEqual([0, 0]);
  });

  test('later is never further left, and nothing leaves the picture', () => {
    const span = fc
      .tuple(fc.nat(5_000_000), fc.nat(100_000))
      .map(([from, length]): Span => [from, from + length]);
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(6_000_000), { maxLength: 30 }),
        fc.constantFrom(0.75, 3, 24),
        (spans, times, pxPerMs) => {
          const scale = timeScale(spans, pxPerMs);
          const last = Math.max(...spans.map(([, untilUs]) => untilUs));
          const xs = [...times.filter((time) => time <= last)].sort((a, b) => a - b);
          const places = xs.map((time) => scale.xOf(time));
          expect(places).toEqual([...places].sort((a, b) => a - b));
          for (const [from, until] of spans) {
            expect(scale.xOf(until) - scale.xOf(from)).toBeCloseTo(
              ((until - from) / 1000) * pxPerMs,
            );
          }
          for (const place of places) expect(place).toBeLessThanOrEqual(scale.width);
        },
      ),
    );
  });
});
