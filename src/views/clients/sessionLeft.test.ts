import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../lab/model.ts';
import { describeLeft, sessionLeft } from './sessionLeft.ts';

const live: SessionView = {
  sessionId: '0x1',
  timeoutMs: 6000,
  server: 'S1',
  client: 'C1',
  state: 'live',
  expiresAtMs: 10_000,
};

describe('session left', () => {
  it('drains from the timeout to nothing', () => {
    expect(sessionLeft(live, 7_000_000)).toEqual({ ms: 3000, fraction: 0.5 });
    expect(sessionLeft(live, 1_000_000)?.fraction).toBe(1);
    expect(sessionLeft(live, 99_000_000)).toEqual({ ms: 0, fraction: 0 });
  });

  it('says so in words', () => {
    const describeAt = (session: SessionView, nowUs: number) =>
      describeLeft(session, sessionLeft(session, nowUs));
    expect(describeAt(live, 7_700_000)).toBe('expires in 2.3 s');
    expect(describeAt(live, 10_000_000)).toBe('expires now');
    expect(describeAt({ ...live, expiresAtMs: 0 }, 0)).toBe('live');
    expect(describeAt({ ...live, state: 'expired' }, 0)).toBe('expired');
    expect(describeLeft(undefined, null)).toBe('no session');
  });
});
