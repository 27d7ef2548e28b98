/** What is broken, in a few words, and the console line that mends it. */

import type { ClientView, LinkView, ServerView } from '../../lab/model.ts';
import { orderOf } from '../../network/address.ts';
import { isHealthy } from '../../network/LinkModel.ts';
import { troubleOf } from '../ring/describe.ts';

export interface Chip {
  readonly text: string;
  readonly line: string;
}

const DOWN = { down: 'killed', off: 'no power', crashed: 'crashed' } as const;

export function processChips(
  processes: readonly Pick<ServerView | ClientView, 'id' | 'process'>[],
): readonly Chip[] {
  return [...processes]
    .sort((a, b) => orderOf(a.id) - orderOf(b.id))
    .flatMap(({ id, process }) => {
      if (process === 'up') return [];
      if (process === 'paused') return [{ text: `${id} paused`, line: `resume ${id}` }];
      return [{ text: `${id} ${DOWN[process]}`, line: `restart ${id}` }];
    });
}

/** A pair that is cut both ways is one chip. */
export function linkChips(links: readonly LinkView[]): readonly Chip[] {
  const cut = new Set(links.filter((link) => link.cut).map(({ from, to }) => `${from}>${to}`));
  const chips: Chip[] = [];
  for (const link of links) {
    const { from, to } = link;
    const isPair = link.cut && cut.has(`${to}>${from}`);
    if (isPair && orderOf(from) > orderOf(to)) continue;
    if (isPair) chips.push({ text: `${from}–${to} cut`, line: `heal ${from} | ${to}` });
    else {
      const text = `${from}→${to} ${troubleOf(link)}`;
      const isOnlyHeld = link.held && isHealthy({ ...link, held: false });
      chips.push({ text, line: `${isOnlyHeld ? 'release' : 'heal'} ${from}>${to}` });
    }
  }
  return chips;
}
