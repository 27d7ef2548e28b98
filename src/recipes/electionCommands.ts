/** Elections as commands. */

import { integer, optional, text } from '../client/args.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import { type CommandEntry, command, Parts } from './commandTable.ts';
import { LeaderLatch } from './LeaderLatch.ts';
import { LeaderSelector } from './LeaderSelector.ts';

const TERM_MAX_MS = 3_600_000;

/** What others see of a participant; left out: its session id. */
const id = optional(text);

export const electionArgs = {
  /** Answers when it stands in line; who leads is told by beliefs. */
  elect: { path: text, id },
  resign: { path: text },
  /** As `elect`, but gives leadership up after `termMs`, and stands again; left out: keeps it. */
  select: { path: text, id, termMs: optional(integer(0, TERM_MAX_MS)) },
  deselect: { path: text },
} as const;

export interface ElectionResults {
  elect: null;
  resign: null;
  select: null;
  deselect: null;
}

export function electionCommands(): readonly CommandEntry[] {
  const latches = new Parts<LeaderLatch>();
  const selectors = new Parts<LeaderSelector>();
  const sessionOf = ({ zk }: ClientContext): string => formatSessionId(zk.sessionId);
  return [
    command('elect', electionArgs.elect, async (context, { path, id = sessionOf(context) }) => {
      const doing = `takes part in the election on ${path}`;
      const latch = latches.add(path, doing, () => new LeaderLatch(context, path, id));
      await latches.begin(context, 'latch', path, latch);
      return null;
    }),
    command('resign', electionArgs.resign, async (_, { path }) => {
      await latches.take(path, `takes no part in an election on ${path}`).close();
      return null;
    }),
    command('select', electionArgs.select, async (context, args) => {
      const { path, id = sessionOf(context), termMs } = args;
      const takeLeadership = async ({ over }: { over: Promise<void> }): Promise<void> => {
        if (termMs === undefined) await over;
        else await context.within(termMs, over);
      };
      const options = { id, takeLeadership, requeues: true };
      const doing = `takes part in the selection on ${path}`;
      const make = () => new LeaderSelector(context, path, options);
      const selector = selectors.add(path, doing, make);
      await selectors.begin(context, 'selector', path, selector);
      return null;
    }),
    command('deselect', electionArgs.deselect, async (_, { path }) => {
      await selectors.take(path, `takes no part in a selection on ${path}`).close();
      return null;
    }),
  ];
}
