/** What a client is told and what it thinks, beside what the servers know of its session. */

import type { ClientView, SessionView, WatchView } from '../../lab/model.ts';

const STATE_GLYPH: Readonly<Record<ClientView['state'], string>> = {
  connecting: '◌',
  connected: '●',
  connectedReadOnly: '◐',
  disconnected: '○',
  expired: '✕',
  authFailed: '✕',
  closed: '–',
};

export interface ClientStanding {
  readonly glyph: string;
  readonly word: string;
  readonly tone: 'good' | 'waiting' | 'bad' | 'off';
}

export function standingOf(client: ClientView): ClientStanding {
  if (client.process === 'paused') return { glyph: '❚❚', word: 'paused', tone: 'waiting' };
  const glyph = STATE_GLYPH[client.state];
  switch (client.state) {
    case 'connected':
      return { glyph, word: 'connected', tone: 'good' };
    case 'connectedReadOnly':
      return { glyph, word: 'reads only', tone: 'waiting' };
    case 'connecting':
    case 'disconnected':
      return { glyph, word: client.state, tone: 'waiting' };
    case 'expired':
      return { glyph, word: 'expired', tone: 'bad' };
    case 'authFailed':
      return { glyph, word: 'not let in', tone: 'bad' };
    case 'closed':
      return { glyph, word: 'closed', tone: 'off' };
  }
}

/** Where client and servers disagree, in one sentence; '' where they do not. */
export function disagreement(client: ClientView, session: SessionView | undefined): string {
  if (session === undefined) return '';
  const isAlive = session.state === 'live';
  const holding = client.beliefs.filter((belief) => belief.holds).map((belief) => belief.path);
  const stillThinks =
    holding.length === 0 ? 'thinks that its session lives' : `thinks that it holds ${holding[0]}`;
  if (!isAlive && client.state !== 'expired' && client.state !== 'closed') {
    return `The servers have ended the session; ${client.id} ${stillThinks}.`;
  }
  if (isAlive && client.process === 'paused') {
    return `${client.id} does not know that time passes; its session does.`;
  }
  if (isAlive && (client.state === 'disconnected' || client.state === 'connecting')) {
    return `${client.id} has lost its server; its session lives until the time is up.`;
  }
  return '';
}

/** Watches that servers hold, by session. */
export function watchesBySession(watches: readonly WatchView[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { sessionId } of watches) counts.set(sessionId, (counts.get(sessionId) ?? 0) + 1);
  return counts;
}
