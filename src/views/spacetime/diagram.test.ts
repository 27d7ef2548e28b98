import { describe, expect, test } from 'vitest';
import type { Arrow } from '../../lab/spacetime/SpaceTime.ts';
import { arrowAt, type DiagramInput, layDiagram, TOP_PX } from './diagram.ts';

const arrow = (change: Partial<Arrow>): Arrow => ({
  key: 'S1/1',
  from: 'S1',
  to: 'S2',
  kind: 'PROPOSAL',
  zxid: 1,
  sentUs: 10_000,
  arriveUs: 20_000,
  diesUs: null,
  ...change,
});

const rows = ['S1', 'S2'].map((id) => ({ id, bands: [{ look: 'following', fromUs: 0 }] as const }));
const lay = (change: Partial<DiagramInput>) =>
  layDiagram({ rows, arrows: [], nowUs: 30_000, pxPerMs: 4, roomPx: 100, ...change });

describe('layDiagram', () => {
  test('rows share the room, within reason', () => {
    expect(lay({}).rowPx).toBe(30);
    expect(lay({ roomPx: TOP_PX + 40 }).rowPx).toBe(20);
    expect(lay({ roomPx: 20 }).rowPx).toBe(15);
  });

  test('a message goes from row to row while its time passes', () => {
    const {
      arrows: [placed],
      rows: [first, second],
    } = lay({ arrows: [arrow({})] });
    expect([placed?.y, placed?.endY]).toEqual([first?.y, second?.y]);
    expect((placed?.endX ?? 0) - (placed?.x ?? 0)).toBeCloseTo(40);
    expect(placed?.fate).toBe('arrived');
  });

  test('one under way is as far as it is now', () => {
    const {
      arrows: [placed],
      rows: [first, second],
    } = lay({ arrows: [arrow({})], nowUs: 15_000 });
    expect(placed?.endY).toBeCloseTo(((first?.y ?? 0) + (second?.y ?? 0)) / 2);
    expect(placed?.fate).toBe('under way');
  });

  test('a lost one ends where it died', () => {
    const {
      arrows: [placed],
      rows: [first, second],
    } = lay({ arrows: [arrow({ diesUs: 15_000 })] });
    expect(placed?.endY).toBeCloseTo(((first?.y ?? 0) + (second?.y ?? 0)) / 2);
    expect(placed?.fate).toBe('lost');
  });

  test('a point finds the message whose line is nearest', () => {
    const diagram = lay({ arrows: [arrow({}), arrow({ key: 'S2/1', from: 'S2', to: 'S1' })] });
    const [placed] = diagram.arrows;
    if (placed === undefined) throw new Error('it was not placed');
    expect(arrowAt(diagram, placed.x + 2, placed.y + 2)?.arrow.key).toBe('S1/1');
    expect(arrowAt(diagram, placed.x + 2, placed.y - 20)).toBeNull();
  });
});
