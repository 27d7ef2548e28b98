import { describe, expect, it } from 'vitest';
import { describeWatchCount, shortWatchCount, watchCounts } from './watchCounts.ts';

describe('watch counts', () => {
  it('counts by path and kind; a persistent watch waits for data and children', () => {
    const watch = { server: 'S1', sessionId: '0x1', path: '/a' };
    const counts = watchCounts([
      { ...watch, kind: 'data' },
      { ...watch, kind: 'persistent' },
      { ...watch, kind: 'exist', path: '/b' },
    ]);
    const a = counts.get('/a') ?? { data: 0, child: 0, exist: 0 };
    expect(a).toEqual({ data: 2, child: 1, exist: 0 });
    expect(shortWatchCount(a)).toBe('d2 c1');
    expect(describeWatchCount(a)).toBe('2 data watches, 1 child watch');
    expect(counts.get('/b')?.exist).toBe(1);
  });
});
