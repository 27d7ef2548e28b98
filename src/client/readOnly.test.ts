/** A client that makes do with reading. Source: ReadOnlyModeTest (testSeekForRwServer). */

import { describe, expect, test } from 'vitest';
import { decode } from '../protocol/codec.ts';
import { ConnectRequest } from '../protocol/records.ts';
import { SessionBench } from './testing/SessionBench.ts';

/** Connected to S1, which is in read-only mode. */
function reading(): SessionBench {
  const bench = new SessionBench({ canBeReadOnly: true, sessionTimeoutMs: 900_000 });
  bench.session.start();
  bench.session.handle({ type: 'connected' });
  bench.respond(0x700n, 900_000, true);
  return bench;
}

function lastConnectRequest(bench: SessionBench) {
  const decoded = decode(ConnectRequest, bench.sent.at(-1) ?? new Uint8Array());
  return decoded.ok ? decoded.value : null;
}

describe('a client that can be read-only', () => {
  test('says so, and knows when it is', () => {
    const bench = reading();
    expect(lastConnectRequest(bench)).toMatchObject({ readOnly: true, sessionId: 0n });
    expect(bench.take().at(-1)).toBe('connectedReadOnly S1');
    expect(bench.session.state).toBe('connectedReadOnly');
  });

  test('asks the other servers, less and less often', () => {
    const bench = reading();
    bench.take();
    const asked: string[] = [];
    for (const answer of ['ro', null, 'null', 'ro']) {
      bench.advance(100_000);
      asked.push(
        ...bench.take().filter((line) => line.startsWith('at ') || line.startsWith('ask ')),
      );
      bench.session.handle({ type: 'probed', answer });
    }
    expect(asked.filter((line) => line.startsWith('ask '))).toEqual([
      'ask S2 isro',
      'ask S3 isro',
      'ask S1 isro',
      'ask S2 isro',
    ]);
    const seeking = asked.filter((line) => line.endsWith('seekReadWrite'));
    expect(seeking.map((line) => Number(/\d+/.exec(line)?.[0]))).toEqual([
      100, 100_200, 200_400, 300_800,
    ]);
  });

  test('moves to one that can write, with a new session', () => {
    const bench = reading();
    bench.advance(100);
    bench.take();
    bench.session.handle({ type: 'probed', answer: 'rw' });
    expect(bench.take()).toEqual(['disconnect', 'disconnected']);
    bench.advance(1_000);
    expect(bench.take()).toContain('connect S2');
    bench.accept(0x200n, 9_000);
    expect(lastConnectRequest(bench)).toMatchObject({ sessionId: 0n, readOnly: true });
    expect(bench.session.state).toBe('connected');
    bench.session.handle({ type: 'disconnected' });
    bench.advance(3_000);
    bench.session.handle({ type: 'connected' });
    expect(lastConnectRequest(bench)).toMatchObject({ sessionId: 0x200n });
  });

  test('asks nobody while it is served in full', () => {
    const bench = new SessionBench({ canBeReadOnly: true });
    bench.connect();
    bench.advance(3_000);
    expect(bench.take().filter((line) => line.includes('seek'))).toEqual([]);
    bench.session.handle({ type: 'probed', answer: 'rw' });
    expect(bench.take()).toEqual([]);
  });
});
