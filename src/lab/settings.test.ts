import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configOf, DEFAULT_SETTINGS, formatSettings, parseSettings } from './settings.ts';

describe('the address', () => {
  test('says what the ensemble is', () => {
    const { settings, problems } = parseSettings('?servers=3&observers=1&seed=42&clients=2&x=y');
    expect(settings).toEqual({ servers: 3, observers: 1, seed: 42, clients: 2 });
    expect(problems).toEqual([]);
    expect(configOf(settings)).toMatchObject({ participants: 3, observers: 1, seed: 42 });
  });

  test.each(['servers=0', 'servers=10', 'servers=five', 'servers=', 'servers=-3', 'servers=3.5'])(
    '%s is a problem, and the default stands in',
    (query) => {
      const { settings, problems } = parseSettings(query);
      expect(settings).toEqual(DEFAULT_SETTINGS);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('expected a whole number from 2 to 9');
    },
  );

  test('reads what it wrote', () => {
    const settings = fc.record({
      servers: fc.integer({ min: 2, max: 9 }),
      observers: fc.integer({ min: 0, max: 4 }),
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      clients: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(settings, (each) => {
        expect(parseSettings(formatSettings(each))).toEqual({ settings: each, problems: [] });
      }),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        const { settings } = parseSettings(query);
        expect(settings.servers).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});
