import { expect, test } from 'vitest';
import { HEALTHY, LinkModel } from './LinkModel.ts';

const RANGE = { min: 10, max: 14 };

test('latency lies in its range, both ends included, plus what the link adds', () => {
  const link = new LinkModel(1, 'S1', 'S2', 1, RANGE);
  const drawn = new Set(Array.from({ length: 200 }, () => link.drawLatencyUs()));
  expect([...drawn].sort()).toEqual([10, 11, 12, 13, 14]);
  link.state = { ...HEALTHY, extraLatencyUs: 100 };
  expect(link.drawLatencyUs()).toBeGreaterThanOrEqual(110);
});

test('each direction and each life draws for itself', () => {
  const draw = (from: string, to: string, life: number) => {
    const link = new LinkModel(1, from, to, life, { min: 1, max: 1_000_000 });
    return [link.drawLatencyUs(), link.drawLatencyUs()];
  };
  expect(draw('S1', 'S2', 1)).toEqual(draw('S1', 'S2', 1));
  expect(draw('S1', 'S2', 1)).not.toEqual(draw('S2', 'S1', 1));
  expect(draw('S1', 'S2', 1)).not.toEqual(draw('S1', 'S2', 2));
});

test('a loss rate moves no latency', () => {
  const latencies = (lossPercent: number) => {
    const link = new LinkModel(1, 'S1', 'S2', 1, RANGE);
    link.state = { ...HEALTHY, lossPercent };
    return Array.from({ length: 50 }, () => {
      link.drawLoss();
      return link.drawLatencyUs();
    });
  };
  expect(latencies(90)).toEqual(latencies(0));
});
