/**
 * Choosing servers for a fault of links: the sides of a cut, or the other end of one link. What is
 * chosen becomes a console line.
 */

import { isServerId, type ParticipantId } from '../network/address.ts';

export type Aim =
  /** `others`: those on the second side. */
  | { readonly type: 'split'; readonly others: readonly ParticipantId[] }
  | { readonly type: 'link'; readonly fault: LinkFault; readonly from: ParticipantId };

export type LinkFault = keyof typeof LINK_FAULTS;

interface LinkDeed {
  /** In a menu of what can be done to `from`. */
  readonly text: string;
  /** What is asked for when it was chosen there. */
  readonly question: (from: ParticipantId) => string;
  readonly line: (from: ParticipantId, to: ParticipantId) => string;
}

const SLOWER_MS = 400;
const LOST_PERCENT = 30;

export const LINK_FAULTS = {
  cut: {
    text: 'Cut from…',
    question: (from) => `Cut ${from} off from…`,
    line: (from, to) => `cut ${from} | ${to}`,
  },
  oneway: {
    text: 'Cut one way…',
    question: (from) => `Cut what ${from} sends to…`,
    line: (from, to) => `oneway ${from}>${to}`,
  },
  slow: {
    text: 'Slow down…',
    question: (from) => `Slow down by ${SLOWER_MS} ms what ${from} sends to…`,
    line: (from, to) => `slow ${from}>${to} ${SLOWER_MS}`,
  },
  lose: {
    text: 'Lose some…',
    question: (from) => `Lose ${LOST_PERCENT} % of what ${from} sends to…`,
    line: (from, to) => `lose ${from}>${to} ${LOST_PERCENT}`,
  },
  hold: {
    text: 'Hold…',
    question: (from) => `Hold what ${from} sends to…`,
    line: (from, to) => `hold ${from}>${to}`,
  },
} as const satisfies Readonly<Record<string, LinkDeed>>;

/** Null while one side is empty. */
export function splitLine(
  servers: readonly ParticipantId[],
  others: readonly ParticipantId[],
): string | null {
  const first = servers.filter((id) => !others.includes(id));
  const second = servers.filter((id) => others.includes(id));
  if (first.length === 0 || second.length === 0) return null;
  return `cut ${first.join(',')} | ${second.join(',')}`;
}

export interface Aimed {
  /** What is chosen for now; null when that is over. */
  readonly aim: Aim | null;
  /** What is to be done, null while nothing is. */
  readonly line: string | null;
}

/** What comes of choosing `id`; one that does not fit changes nothing. */
export function choose(aim: Aim, id: ParticipantId): Aimed {
  switch (aim.type) {
    case 'split': {
      if (!isServerId(id)) return { aim, line: null };
      const isOther = aim.others.includes(id);
      const others = isOther ? aim.others.filter((one) => one !== id) : [...aim.others, id];
      return { aim: { type: 'split', others }, line: null };
    }
    case 'link': {
      const { from, fault } = aim;
      // Nobody has a link to itself, and clients have none to each other.
      if (from === id || !(isServerId(from) || isServerId(id))) return { aim, line: null };
      return { aim: null, line: LINK_FAULTS[fault].line(from, id) };
    }
  }
}
