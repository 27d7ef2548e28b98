import { describe, expect, test } from 'vitest';
import { decode } from '../protocol/codec.ts';
import { ConnectRequest, RequestHeader, StatResponse } from '../protocol/records.ts';
import { decodeRequest, responseCodecs } from '../protocol/requests.ts';
import type { KeeperError } from './KeeperError.ts';
import { OUTSTANDING_MAX } from './RequestQueue.ts';
import { SessionBench } from './testing/SessionBench.ts';
import type { WatchedEvent } from './watch.ts';

const STAT = {
  czxid: 1,
  mzxid: 1,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 0,
  numChildren: 0,
  pzxid: 1,
};
const stat = { stat: STAT } as Parameters<typeof StatResponse.write>[1];

/** Asks and notes how it ends. */
function ask(bench: SessionBench, path: string, onEvent?: (event: WatchedEvent) => void): string[] {
  const ends: string[] = [];
  const watch = onEvent && ({ kind: 'data', kindIfAbsent: 'exist', watcher: onEvent } as const);
  bench.session.submit<'exists'>(
    { type: 'exists', path, watch: watch !== undefined },
    (result) => ends.push(result.ok ? 'ok' : result.error.name),
    watch,
  );
  return ends;
}

function lastRequest(bench: SessionBench) {
  const payload = bench.sent.at(-1) ?? new Uint8Array();
  const header = decode(RequestHeader, payload);
  if (!header.ok) return null;
  const body = decodeRequest(header.value.type, payload.subarray(8));
  return body.ok ? { xid: header.value.xid, ...body.value } : null;
}

describe('connecting', () => {
  test('dials the first server and asks for a new session', () => {
    const bench = new SessionBench();
    bench.session.start();
    bench.accept(0x100n, 9000);
    expect(bench.take()).toEqual([
      'connecting S1',
      'connect S1',
      'send new session',
      'connected S1',
    ]);
    expect(decode(ConnectRequest, bench.sent[0] ?? new Uint8Array())).toMatchObject({
      value: { sessionId: 0n, timeOut: 9000, lastZxidSeen: 0, readOnly: false },
    });
    expect(bench.session.sessionId).toBe(0x100n);
  });

  test('tries the servers in turn, resting after each turn', () => {
    const bench = new SessionBench();
    bench.session.start();
    const dialled: string[] = [];
    let restMs = 0;
    for (let i = 0; i < 4; i++) {
      const line = bench.take().find((one) => one.startsWith('connect '));
      dialled.push(line ?? '');
      bench.session.handle({ type: 'refused' });
      restMs = (bench.dueOf('reconnect') ?? 0) - bench.nowMs;
      bench.advance(2000);
    }
    expect(dialled).toEqual(['connect S1', 'connect S2', 'connect S3', 'connect S1']);
    bench.take();
    bench.session.handle({ type: 'refused' });
    bench.advance(2000);
    bench.session.handle({ type: 'refused' });
    restMs = (bench.dueOf('reconnect') ?? 0) - bench.nowMs;
    expect(restMs).toBeGreaterThanOrEqual(1000);
    expect(restMs).toBeLessThan(2000);
  });

  test('gives a silent server its share of the session timeout', () => {
    const bench = new SessionBench();
    bench.session.start();
    bench.advance(2999);
    expect(bench.take()).toEqual(['connecting S1', 'connect S1']);
    bench.advance(1);
    expect(bench.take()).toEqual(['at 3000: connectTimeout', 'disconnect', 'disconnected']);
  });

  test('sends what waits in order, and only after the handshake', () => {
    const bench = new SessionBench();
    ask(bench, '/a');
    ask(bench, '/b');
    bench.session.start();
    bench.session.handle({ type: 'connected' });
    expect(bench.take()).not.toContain('send exists /a');
    bench.respond(0x100n, 9000);
    expect(bench.take().slice(-2)).toEqual(['send exists /a', 'send exists /b']);
  });
});

describe('keeping the session', () => {
  test('pings after a third of the negotiated timeout without a request', () => {
    const bench = new SessionBench();
    bench.connect(0x100n, 6000);
    bench.advance(1999);
    expect(bench.take()).toEqual([]);
    bench.advance(1);
    expect(bench.take()).toEqual(['at 2000: ping', 'send ping']);
  });

  test('a request puts the ping off', () => {
    const bench = new SessionBench();
    bench.connect(0x100n, 6000);
    bench.advance(1500);
    ask(bench, '/a');
    bench.take();
    bench.advance(1999);
    expect(bench.take()).toEqual(['at 2000: ping']);
    bench.advance(1);
    expect(bench.take()).toEqual(['at 3500: ping', 'send ping']);
  });

  test('leaves a server that is silent for two thirds of it', () => {
    const bench = new SessionBench();
    bench.connect(0x100n, 6000);
    bench.advance(3000);
    bench.reply(-2, 0, 0);
    bench.advance(3999);
    bench.take();
    bench.advance(1);
    expect(bench.take()).toEqual(['at 7000: readTimeout', 'disconnect', 'disconnected']);
  });

  test('takes the session up elsewhere with its password and the last zxid it saw', () => {
    const bench = new SessionBench();
    bench.connect(0x123n);
    ask(bench, '/a');
    bench.reply(1, 77, 0, StatResponse, stat);
    bench.take();
    bench.session.handle({ type: 'disconnected' });
    bench.advance(1000);
    bench.session.handle({ type: 'connected' });
    expect(bench.take().slice(-2)).toEqual(['connect S2', 'send session 0x123 again']);
    expect(decode(ConnectRequest, bench.sent.at(-1) ?? new Uint8Array())).toMatchObject({
      value: { sessionId: 0x123n, lastZxidSeen: 77, passwd: Uint8Array.of(...Array(16).keys()) },
    });
  });
});

describe('requests', () => {
  test('are answered in order', () => {
    const bench = new SessionBench();
    bench.connect();
    const [first, second] = [ask(bench, '/a'), ask(bench, '/b')];
    bench.reply(1, 5, 0, StatResponse, stat);
    expect([first, second]).toEqual([['ok'], []]);
    bench.reply(2, 5, -101);
    expect([first, second]).toEqual([['ok'], ['NONODE']]);
  });

  test('an answer out of order ends the connection', () => {
    const bench = new SessionBench();
    bench.connect();
    const ends = ask(bench, '/a');
    bench.reply(7, 5, 0, StatResponse, stat);
    expect(ends).toEqual(['CONNECTIONLOSS']);
    expect(bench.take()).toContain('disconnect');
  });

  test('all that have no answer fail when the connection is lost', () => {
    const bench = new SessionBench();
    bench.connect();
    const errors: KeeperError[] = [];
    for (const path of ['/a', '/b']) {
      bench.session.submit<'exists'>({ type: 'exists', path, watch: false }, (result) => {
        if (!result.ok) errors.push(result.error);
      });
    }
    bench.take();
    bench.session.handle({ type: 'disconnected' });
    expect(bench.take()).toEqual(['disconnected', 'done 1 exists /a -4', 'done 2 exists /b -4']);
    expect(errors.map(({ name, definite }) => [name, definite])).toEqual([
      ['CONNECTIONLOSS', false],
      ['CONNECTIONLOSS', false],
    ]);
  });

  test('that wait for a connection fail with the next attempt', () => {
    const bench = new SessionBench();
    bench.connect();
    bench.session.handle({ type: 'disconnected' });
    const ends = ask(bench, '/a');
    bench.advance(1000);
    expect(ends).toEqual([]);
    bench.session.handle({ type: 'refused' });
    expect(ends).toEqual(['CONNECTIONLOSS']);
  });

  test('too many at once are refused, and said so', () => {
    const bench = new SessionBench();
    bench.connect();
    for (let i = 0; i < OUTSTANDING_MAX; i++) ask(bench, '/a');
    expect(ask(bench, '/a')).toEqual(['THROTTLEDOP']);
  });
});

describe('the end', () => {
  test('a zeroed answer means that the session has expired', () => {
    const bench = new SessionBench();
    bench.connect();
    const events: WatchedEvent[] = [];
    ask(bench, '/a', (event) => events.push(event));
    bench.reply(1, 5, 0, StatResponse, stat);
    bench.session.handle({ type: 'disconnected' });
    bench.advance(1000);
    const ends = ask(bench, '/a');
    bench.session.handle({ type: 'connected' });
    bench.take();
    bench.respond(0n, 0);
    expect(bench.take()).toEqual(['disconnect', 'expired']);
    expect(events).toEqual([{ type: 'None', path: '', state: 'expired', zxid: -1 }]);
    expect(ends).toEqual(['SESSIONEXPIRED']);
    expect(ask(bench, '/b')).toEqual(['SESSIONEXPIRED']);
    bench.advance(60_000);
    expect(bench.take()).toEqual([]);
  });

  test('close waits for the answer, then hangs up', () => {
    const bench = new SessionBench();
    bench.connect();
    let isClosed = false;
    bench.session.close(() => {
      isClosed = true;
    });
    expect(bench.take()).toEqual(['send closeSession']);
    expect(isClosed).toBe(false);
    bench.reply(1, 9, 0);
    expect(bench.take()).toEqual(['done 1 closeSession  0', 'disconnect', 'closed']);
    expect(isClosed).toBe(true);
  });

  test('a refused identity ends the session', () => {
    const bench = new SessionBench();
    bench.connect();
    const answers: (string | null)[] = [];
    bench.session.addAuth('nope', Uint8Array.of(1), (error) => answers.push(error?.name ?? null));
    bench.reply(-4, 0, -115);
    expect(answers).toEqual(['AUTHFAILED']);
    expect(bench.take()).toEqual(['send auth nope', 'disconnect', 'authFailed']);
    expect(ask(bench, '/a')).toEqual(['AUTHFAILED']);
  });
});

describe('a new connection', () => {
  test('is told identities, then watches, then what waits', () => {
    const bench = new SessionBench();
    bench.connect();
    bench.session.addAuth('digest', Uint8Array.of(1), () => {});
    bench.reply(-4, 0, 0);
    ask(bench, '/there', () => {});
    bench.reply(1, 40, 0, StatResponse, stat);
    ask(bench, '/absent', () => {});
    bench.reply(2, 41, -101);
    bench.session.handle({ type: 'disconnected' });
    bench.advance(1000);
    ask(bench, '/later');
    bench.take();
    bench.accept();
    expect(bench.take()).toEqual([
      'send session 0x100 again',
      'connected S2',
      'send auth digest',
      'send setWatches on 2',
      'send exists /later',
    ]);
  });

  test('setWatches names each kind, and the last zxid seen', () => {
    const bench = new SessionBench();
    bench.connect();
    ask(bench, '/there', () => {});
    bench.reply(1, 40, 0, StatResponse, stat);
    ask(bench, '/absent', () => {});
    bench.reply(2, 41, -101);
    bench.session.submit<'addWatch'>({ type: 'addWatch', path: '/all', mode: 1 }, () => {}, {
      kind: 'persistentRecursive',
      watcher: () => {},
    });
    bench.reply(3, 41, 0, responseCodecs.addWatch, { err: 0 });
    bench.session.handle({ type: 'disconnected' });
    bench.advance(1000);
    bench.accept();
    expect(lastRequest(bench)).toEqual({
      xid: -8,
      type: 'setWatches2',
      relativeZxid: 41,
      dataWatches: ['/there'],
      existWatches: ['/absent'],
      childWatches: [],
      persistentWatches: [],
      persistentRecursiveWatches: ['/all'],
    });
    bench.reply(-8, 41, 0);
    expect(ask(bench, '/next')).toEqual([]);
    bench.reply(4, 42, 0, StatResponse, stat);
    expect(bench.session.lastZxidSeen).toBe(42);
  });
});

describe('watches', () => {
  test('fire once, before the answer to what was asked later', () => {
    const bench = new SessionBench();
    bench.connect();
    const seen: string[] = [];
    ask(bench, '/a', ({ type, path }) => seen.push(`${type} ${path}`));
    bench.reply(1, 5, 0, StatResponse, stat);
    const later = ask(bench, '/b');
    bench.notify(3, '/a', 6);
    expect([seen, later]).toEqual([['NodeDataChanged /a'], []]);
    bench.notify(3, '/a', 7);
    expect(seen).toHaveLength(1);
  });

  test('are told paths without the chroot', () => {
    const bench = new SessionBench({ chroot: '/app' });
    bench.connect();
    const seen: string[] = [];
    ask(bench, '/app/a', ({ path }) => seen.push(path));
    bench.reply(1, 5, 0, StatResponse, stat);
    bench.take();
    bench.notify(2, '/app/a', 6);
    expect(seen).toEqual(['/a']);
    expect(bench.take()).toEqual(['event NodeDeleted /app/a']);
  });
});
