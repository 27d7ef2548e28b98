import { describe, expect, it } from 'vitest';
import type { ClientView, SessionView } from '../../lab/model.ts';
import { disagreement, standingOf, watchesBySession } from './describeClient.ts';

const client: ClientView = {
  id: 'C1',
  process: 'up',
  state: 'connected',
  server: 'S1',
  sessionId: '0x1',
  timeoutMs: 6000,
  pending: [],
  lastZxid: 0,
  beliefs: [],
  steps: {},
  lastResult: '',
};

const session: SessionView = {
  sessionId: '0x1',
  timeoutMs: 6000,
  server: 'S1',
  client: 'C1',
  state: 'live',
  expiresAtMs: 0,
};

describe('clients', () => {
  it('says nothing while client and servers agree', () => {
    expect(disagreement(client, session)).toBe('');
    expect(disagreement({ ...client, state: 'expired' }, { ...session, state: 'expired' })).toBe(
      '',
    );
    expect(disagreement(client, undefined)).toBe('');
  });

  it('says who does not know what', () => {
    const expired: SessionView = { ...session, state: 'expired' };
    expect(disagreement(client, expired)).toBe(
      'The servers have ended the session; C1 thinks that its session lives.',
    );
    const belief = { recipe: 'lock', path: '/locks/a', holds: true, fence: 1, znode: '/locks/a/x' };
    expect(disagreement({ ...client, beliefs: [belief] }, expired)).toContain('it holds /locks/a');
    expect(disagreement({ ...client, process: 'paused' }, session)).toContain('does not know');
    expect(disagreement({ ...client, state: 'disconnected' }, session)).toContain(
      'lost its server',
    );
  });

  it('shows a paused client as paused, whatever it last said', () => {
    expect(standingOf({ ...client, process: 'paused' }).word).toBe('paused');
    expect(standingOf(client)).toEqual({ glyph: '●', word: 'connected', tone: 'good' });
  });

  it('counts watches by session', () => {
    const watch = { server: 'S1', sessionId: '0x1', path: '/a', kind: 'data' } as const;
    expect(watchesBySession([watch, { ...watch, path: '/b' }]).get('0x1')).toBe(2);
  });
});
