import { describe, expect, test } from 'vitest';
import { DEFAULT_ENSEMBLE } from '../conductor/config.ts';
import type { EnsembleState, MessageView, ServerView } from './model.ts';
import { canHaveQuorum, choosePace, REAL_TIME } from './playback.ts';
import { initialState } from './recorder/Recorder.ts';

const start = initialState({ ...DEFAULT_ENSEMBLE, participants: 3, observers: 1 });

function withServers(change: (server: ServerView) => Partial<ServerView>): EnsembleState {
  const servers = Object.entries(start.servers).map(([id, server]) => [
    id,
    { ...server, process: 'up' as const, ...change(server) },
  ]);
  return { ...start, servers: Object.fromEntries(servers) };
}

const calm: EnsembleState = {
  ...withServers(({ sid }) => ({ state: sid === 3 ? 'LEADING' : 'FOLLOWING', phase: 'BROADCAST' })),
  leader: 'S3',
};

const message = (kind: string, arriveUs = 1_000): MessageView => ({
  key: 'S1/1',
  from: 'S1',
  to: 'S2',
  channel: 'quorum',
  kind,
  text: kind,
  zxid: 0,
  bytes: 1,
  heldUs: null,
  sentUs: 0,
  arriveUs,
  diesUs: null,
  lossReason: '',
});

describe('pace', () => {
  test('real time while only pings are on the way', () => {
    expect(choosePace(calm, [message('PING')], 0)).toEqual({ pace: REAL_TIME, reason: 'calm' });
  });

  test('slow while a proposal is on the way, not when it has arrived', () => {
    expect(choosePace(calm, [message('PROPOSAL')], 0).reason).toBe('story');
    expect(choosePace(calm, [message('PROPOSAL', 0)], 0).reason).toBe('calm');
    const { pace } = choosePace(calm, [message('PROPOSAL')], 0);
    expect(choosePace(calm, [message('PROPOSAL')], 4000).pace).toBe(2 * pace);
    expect(choosePace(calm, [message('PROPOSAL')], 1e9).pace).toBeLessThan(REAL_TIME);
  });

  test('a little faster in an election', () => {
    const forming = { ...calm, leader: null };
    const { pace, reason } = choosePace(forming, [message('NOTIFICATION')], 0);
    expect(reason).toBe('election');
    expect(pace).toBeGreaterThan(choosePace(calm, [message('PROPOSAL')], 0).pace);
    expect(pace).toBeLessThan(REAL_TIME);
  });

  test('fast while everybody waits for a timer', () => {
    const { pace, reason } = choosePace({ ...calm, leader: null }, [], 0);
    expect(reason).toBe('waiting');
    expect(pace).toBeGreaterThan(REAL_TIME);
  });

  test('observers do not make a quorum', () => {
    expect(canHaveQuorum(calm)).toBe(true);
    const one = withServers(({ sid }) => ({ process: sid === 3 || sid === 4 ? 'up' : 'down' }));
    expect(canHaveQuorum(one)).toBe(false);
    expect(choosePace({ ...one, leader: null }, [], 0).reason).toBe('calm');
  });
});
