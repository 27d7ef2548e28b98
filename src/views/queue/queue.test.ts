import { describe, expect, it } from 'vitest';
import type { ClientView } from '../../lab/model.ts';
import type { Ticket } from '../../lab/queues.ts';
import { parentOf } from '../../protocol/paths.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import {
  queueWidth,
  roomAbove,
  TICKET_GAP,
  TICKET_WIDTH,
  ticketDisagreement,
  watchArrows,
} from './queueGeometry.ts';
import { stragglersIn } from './stragglersIn.ts';
import { foldWake, type Wake, wokenIn } from './wake.ts';

const ticket = (sequence: number, watches: number | null): Ticket => ({
  znode: `lock-${sequence}`,
  path: `/locks/a/lock-${sequence}`,
  sequence,
  sessionId: `0x${sequence}`,
  client: `C${sequence}`,
  holds: sequence === 1,
  believes: sequence === 1,
  isAsked: false,
  fence: makeZxid(1, sequence),
  watches: watches === null ? null : `/locks/a/lock-${watches}`,
});

describe('queue geometry', () => {
  it('draws an arrow from each ticket to the one it watches', () => {
    const arrows = watchArrows([ticket(1, null), ticket(2, 1), ticket(3, 2)]);
    expect(arrows.map(({ from, to }) => [from.at(-1), to.at(-1)])).toEqual([
      ['2', '1'],
      ['3', '2'],
    ]);
    const left = TICKET_WIDTH + TICKET_GAP;
    expect(arrows[0]?.path).toBe(`M${left - 2} 30H${TICKET_WIDTH + 3}`);
    expect(roomAbove(arrows)).toBe(0);
  });

  it('draws a herd as arcs to the holder', () => {
    const arrows = watchArrows([ticket(1, null), ticket(2, 1), ticket(3, 1)]);
    expect(arrows.map(({ isArc }) => isArc)).toEqual([false, true]);
    expect(arrows[1]?.path).toMatch(/^M366 -1C.* 62 -3$/);
    expect(roomAbove(arrows)).toBeGreaterThan(0);
  });

  it('leaves out watches on what is not in the queue', () => {
    expect(watchArrows([ticket(2, 1)])).toEqual([]);
  });

  it('knows its width', () => {
    expect(queueWidth(0)).toBe(0);
    expect(queueWidth(2)).toBe(2 * TICKET_WIDTH + TICKET_GAP);
  });

  it('says where belief and knowledge differ', () => {
    expect(ticketDisagreement(ticket(1, null))).toBe('');
    expect(ticketDisagreement({ ...ticket(1, null), believes: false })).toBe('does not know yet');
    expect(ticketDisagreement({ ...ticket(2, 1), believes: true })).toContain('still believes');
  });
});

describe('wake count', () => {
  const fired = (path: string, counter: number, sessionId: string): TraceEvent => ({
    type: 'watchFired',
    atUs: 0,
    who: 'S1',
    sessionId,
    path,
    event: 'NodeDeleted',
    zxid: makeZxid(1, counter),
  });
  const fold = (wake: Wake | null, event: TraceEvent) => foldWake(wake, event, '/locks/a');

  it('counts those that one release woke', () => {
    const waiting = ['0x2', '0x3'];
    const first = fold(null, fired('/locks/a/lock-1', 9, '0x2'));
    expect(first === null ? 0 : wokenIn(first, waiting)).toBe(1);
    const herd = fold(first, fired('/locks/a/lock-1', 9, '0x3'));
    expect(herd === null ? 0 : wokenIn(herd, waiting)).toBe(2);
    expect(fold(herd, fired('/locks/a/lock-2', 10, '0x3'))?.sessionIds).toEqual(['0x3']);
    expect(fold(herd, fired('/locks/b/lock-1', 11, '0x3'))).toBe(herd);
    expect(fold(null, fired('/locks/a', 12, '0x3'))?.sessionIds).toEqual(['0x3']);
  });

  it('leaves out the session whose ticket went', () => {
    const wake = fold(null, fired('/locks/a/lock-1', 9, '0x1'));
    expect(wake === null ? 1 : wokenIn(wake, ['0x2'])).toBe(0);
  });
});

describe('stragglers', () => {
  const client = (id: string, znode: string, holds = true): ClientView => ({
    id,
    process: 'paused',
    state: 'connected',
    server: 'S1',
    sessionId: '0x1',
    timeoutMs: 6000,
    pending: [],
    lastZxid: 0,
    beliefs: [{ recipe: 'lock', path: parentOf(znode), holds, fence: 7, znode }],
    steps: {},
    lastResult: '',
  });
  const gone = '/locks/a/x-lock-0000000001';
  const there = '/locks/a/x-lock-0000000002';
  const exists = (path: string) => path === there;

  it('are those whose ticket is gone and who do not know it', () => {
    const clients = [client('C1', gone), client('C2', there), client('C3', gone, false)];
    const found = [{ client: 'C1', path: '/locks/a', fence: 7 }];
    expect(stragglersIn(clients, '/locks/a', exists)).toEqual(found);
    expect(stragglersIn(clients, null, exists)).toEqual(found);
    expect(stragglersIn(clients, '/locks/b', exists)).toEqual([]);
  });
});
