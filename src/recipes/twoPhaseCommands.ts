/** Two-phase commit as commands. */

import { ArgumentError, listOf, oneOf, text } from '../client/args.ts';
import { requirePath } from '../client/validatePath.ts';
import { type CommandEntry, command, timeoutMs, waitFor } from './commandTable.ts';
import { requireName } from './groupCommands.ts';
import { SITES_MAX, TwoPhaseCoordinator } from './TwoPhaseCoordinator.ts';
import { TwoPhaseSite } from './TwoPhaseSite.ts';
import type { Verdict } from './twoPhase.ts';
import { COORDINATOR } from './twoPhase.ts';

export const twoPhaseArgs = {
  /** Answers when the sites are asked; decides when they have voted, or the time is up. */
  txBegin: { path: text, sites: listOf(text, SITES_MAX), timeoutMs },
  /** Answers when the vote is counted; then the site waits for the decision. */
  txVote: { path: text, site: text, vote: oneOf(['commit', 'abort']) },
  /** Answers with the decision, once there is one: a site that comes back asks so. */
  txOutcome: { path: text, site: text },
  /** Takes the place of a coordinator that is gone, and answers with the decision. */
  txRecover: { path: text, timeoutMs },
} as const;

export interface TwoPhaseResults {
  txBegin: null;
  txVote: null;
  txOutcome: { readonly verdict: Verdict };
  txRecover: { readonly verdict: Verdict };
}

export function twoPhaseCommands(): readonly CommandEntry[] {
  return [
    command('txBegin', twoPhaseArgs.txBegin, async (context, args): Promise<null> => {
      const { path, sites } = args;
      requirePath(path);
      if (sites.length === 0) throw new ArgumentError('txBegin: sites must not be empty');
      for (const site of sites) requireName(site, 'site');
      if (sites.includes(COORDINATOR)) {
        throw new ArgumentError(`no site may be called ${COORDINATOR}`);
      }
      const coordinator = new TwoPhaseCoordinator(context, path);
      await coordinator.begin([...new Set(sites)]);
      inBackground(coordinator.decide(waitFor(args)));
      return null;
    }),
    command('txVote', twoPhaseArgs.txVote, async (context, { path, site, vote }) => {
      const participant = new TwoPhaseSite(context, path, requireName(site, 'site'));
      await participant.vote(vote);
      inBackground(participant.outcome());
      return null;
    }),
    command('txOutcome', twoPhaseArgs.txOutcome, async (context, { path, site }) => ({
      verdict: await new TwoPhaseSite(context, path, requireName(site, 'site')).outcome(),
    })),
    command('txRecover', twoPhaseArgs.txRecover, async (context, args) => ({
      verdict: await new TwoPhaseCoordinator(context, args.path).recover(waitFor(args)),
    })),
  ];
}

/** What ends it is in the trace: the step that it got to, and the answer to its request. */
function inBackground(run: Promise<unknown>): void {
  run.catch(() => {});
}
