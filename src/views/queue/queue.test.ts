import { describe, expect, it } from 'vitest';
import type { LockQueue, Ticket } from '../../lab/queues.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import {
  newestQueue,
  queueWidth,
  TICKET_GAP,
  TICKET_WIDTH,
  ticketDisagreement,
  watchArrows,
} from './queueGeometry.ts';
import { foldWake, type Wake } from './wake.ts';

const ticket = (sequence: number, watches: number | null): Ticket => ({
  znode: `lock-${sequence}`,
  path: `/locks/a/lock-${sequence}`,
  sequence,
  sessionId: `0x${sequence}`,
  client: `C${sequence}`,
  holds: sequence === 1,
  believes: sequence === 1,
  fence: makeZxid(1, sequence),
  watches: watches === null ? null : `/locks/a/lock-${watches}`,
});

const queue = (path: string, tickets: readonly Ticket[]): LockQueue => ({
  path,
  kind: 'lock',
  tickets,
});

describe('queue geometry', () => {
  it('draws an arrow from each ticket to the one it watches', () => {
    const arrows = watchArrows([ticket(1, null), ticket(2, 1), ticket(3, 2)]);
    expect(arrows.map(({ from, to }) => [from.at(-1), to.at(-1)])).toEqual([
      ['2', '1'],
      ['3', '2'],
    ]);
    const left = TICKET_WIDTH + TICKET_GAP;
    expect(arrows[0]?.path).toBe(`M${left - 2} 56H${TICKET_WIDTH + 4}`);
  });

  it('draws a herd as arcs to the holder', () => {
    const arrows = watchArrows([ticket(1, null), ticket(2, 1), ticket(3, 1)]);
    expect(arrows[1]?.path).toMatch(/^M355 25C/);
  });

  it('leaves out watches on what is not in the queue', () => {
    expect(watchArrows([ticket(2, 1)])).toEqual([]);
  });

  it('knows its width and the newest queue', () => {
    expect(queueWidth(0)).toBe(0);
    expect(queueWidth(2)).toBe(2 * TICKET_WIDTH + TICKET_GAP);
    expect(newestQueue([queue('/b', [ticket(4, null)]), queue('/a', [ticket(1, null)])])?.path).toBe(
      '/b',
    );
    expect(newestQueue([])).toBeNull();
  });

  it('says where belief and knowledge differ', () => {
    expect(ticketDisagreement(ticket(1, null))).toBe('');
    expect(ticketDisagreement({ ...ticket(1, null), believes: false })).toBe('does not know yet');
    expect(ticketDisagreement({ ...ticket(2, 1), believes: true })).toContain('still believes');
  });
});

describe('wake count', () => {
  const fired = (path: string, counter: number): TraceEvent => ({
    type: 'watchFired',
    atUs: 0,
    who: 'S1',
    sessionId: '0x1',
    path,
    event: 'NodeDeleted',
    zxid: makeZxid(1, counter),
  });

  it('counts those that one release woke', () => {
    const fold = (wake: Wake | null, event: TraceEvent) => foldWake(wake, event, '/locks/a');
    const first = fold(null, fired('/locks/a/lock-1', 9));
    expect(first?.woken).toBe(1);
    const herd = fold(first, fired('/locks/a/lock-1', 9));
    expect(herd?.woken).toBe(2);
    expect(fold(herd, fired('/locks/a/lock-2', 10))?.woken).toBe(1);
    expect(fold(herd, fired('/locks/b/lock-1', 11))).toBe(herd);
  });
});
