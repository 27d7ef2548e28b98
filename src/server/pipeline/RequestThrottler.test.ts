/** How many requests a server works on at a time. Source: RequestThrottlerTest, ThrottledOpTest. */

import { describe, expect, it } from 'vitest';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { ServerConfig } from '../config.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const ROOT = { type: 'exists', path: '/', watch: false } as const;

/** Two clients of one server; the write of the first is under way and not committed. */
function stuck(options: Partial<ServerConfig> = {}, size = 1) {
  const ensemble = new TestEnsemble(size, { requestThrottleMaxRequests: 1, ...options });
  const server = ensemble.server(size);
  const a = server.connect();
  const b = server.connect();
  ensemble.isHeld = true;
  a.send({ type: 'setData', path: '/', data: null, version: -1 });
  const { counters, summaries } = server.metrics;
  return { ensemble, server, a, b, counters, summaries };
}

describe.each([
  ['leader', 1],
  ['follower', 2],
])('a %s that works on one request at a time', (_role, size) => {
  it('lets others wait until it is answered, in order', () => {
    const { ensemble, a, b, counters, summaries } = stuck({}, size);
    b.send(ROOT);
    a.send({ type: 'setData', path: '/', data: null, version: 7 });
    b.send(ROOT);
    expect([a.replyCount, b.replyCount]).toEqual([0, 0]);
    ensemble.commitNext();
    expect([a.replyCount, b.replyCount]).toEqual([1, 1]);
    ensemble.commitNext();
    expect([a.replyCount, b.replyCount]).toEqual([2, 2]);
    expect(counters.request_throttle_wait_count).toBeGreaterThan(0);
    expect(summaries.request_throttle_queue_time_ms.count).toBe(6);
    expect(counters.throttled_ops).toBe(0);
  });

  it('counts each time that it looks in vain', () => {
    const { ensemble, server, b, counters } = stuck({ requestThrottleStallTimeMs: 20 }, size);
    b.send(ROOT);
    server.advance(105);
    expect(counters.request_throttle_wait_count).toBe(6);
    ensemble.commitNext();
    expect(b.replyCount).toBe(1);
    expect(server.timers.has('requestThrottle')).toBe(false);
  });

  it('opens sessions in turn, too', () => {
    const { ensemble, server } = stuck({}, size);
    const c = server.connect();
    expect(c.connectResponse).toBeNull();
    ensemble.commitAll();
    expect(c.connectResponse?.timeOut).toBeGreaterThan(0);
  });

  it('drops what a closed connection asked for, but not the end of its session', () => {
    const { ensemble, server, b, counters } = stuck({}, size);
    const { sessionId } = b;
    b.send({ type: 'create', path: '/b', data: null, acl: null, flags: 0 });
    b.send({ type: 'closeSession' });
    b.disconnect();
    expect(counters.stale_requests_dropped).toBe(1);
    ensemble.commitAll();
    expect(server.database.sessions.has(sessionId)).toBe(false);
    expect(server.pipeline.cnxns.outstanding).toBe(0);
  });

  it('carries it out all the same if it is told so', () => {
    const { ensemble, server, b, counters } = stuck({ requestThrottleDropStale: false }, size);
    b.send({ type: 'setData', path: '/', data: null, version: -1 });
    b.disconnect();
    ensemble.commitAll();
    expect([counters.stale_requests, counters.stale_requests_dropped]).toEqual([1, 0]);
    expect(server.database.tree.getNode('/')?.version).toBe(2);
  });

  it('refuses who waited for too long, in turn', () => {
    const { ensemble, server, a, b, counters } = stuck({ throttledOpWaitTimeMs: 50 }, size);
    server.advance(10);
    b.send(ROOT);
    server.advance(50);
    a.send(ROOT);
    b.send({ type: 'ping' }, -2);
    server.advance(1);
    ensemble.commitNext();
    expect(a.takeReply().err).toBe(0);
    expect(b.takeReply()).toMatchObject({
      err: KeeperErrorCode.THROTTLEDOP,
      zxid: server.database.lastProcessedZxid,
    });
    expect([a.takeReply().err, b.takeReply().err]).toEqual([0, 0]);
    expect(counters.throttled_ops).toBe(1);
  });
});

it('forgets who waits when the server stops serving', () => {
  const { server, b } = stuck();
  b.send(ROOT);
  server.pipeline.stopServing();
  expect([b.isClosed, server.timers.has('requestThrottle')]).toEqual([true, false]);
});

it('closes a connection that asks for more than may be unanswered', () => {
  const { b } = stuck({ outstandingRequestsMax: 3 });
  for (let i = 0; i < 4; i++) b.send(ROOT);
  expect(b.isClosed).toBe(true);
});

it('lets everything through by default, and does not refuse', () => {
  const { a, b, counters, summaries } = stuck({ requestThrottleMaxRequests: 0 });
  expect(b.err(ROOT)).toBe(0);
  expect(a.replyCount).toBe(0);
  expect(counters.request_throttle_wait_count).toBe(0);
  expect(summaries.request_throttle_queue_time_ms.max).toBe(0);
});

it('passes a long queue on without growing the stack', () => {
  const { ensemble, b } = stuck({ outstandingRequestsMax: 20_000 });
  for (let i = 0; i < 15_000; i++) b.send(ROOT);
  ensemble.commitNext();
  expect(b.replyCount).toBe(15_000);
});
