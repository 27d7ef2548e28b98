/**
 * A two-phase commit as a table: sites, their votes, and what each of them knows of the outcome.
 */

import type { ParticipantId } from '../../network/address.ts';
import { COORDINATOR, type Verdict, verdictIn } from '../../recipes/twoPhase.ts';
import {
  type Condition,
  type Owner,
  ownerOf,
  participantsIn,
  type Source,
  stepOf,
} from './Source.ts';

export interface TwoPhaseView {
  readonly type: 'twoPhase';
  /** What the service has as decided. */
  readonly verdict: Verdict | null;
  /** Null when its znode is gone: it has decided, or its session has ended. */
  readonly coordinator: Owner | null;
  /** What the coordinator does, in the words of the recipe; '' for one that is gone. */
  readonly coordinatorStep: string;
  readonly sites: readonly SiteView[];
}

export interface SiteView {
  readonly site: string;
  readonly path: string;
  /** Who votes for it; null when nobody has yet. */
  readonly client: ParticipantId | null;
  readonly condition: Condition | null;
  /** As the service has it. */
  readonly vote: Verdict | null;
  /** As the site has it. */
  readonly outcome: Verdict | null;
  readonly differs: string;
}

const OUTCOMES: Readonly<Record<string, Verdict>> = {
  'decided: commit': 'commit',
  'decided: abort': 'abort',
};

export function twoPhaseView(source: Source): TwoPhaseView {
  const { path, tree } = source;
  const root = tree.getNode(path);
  const verdict = verdictIn(root?.data ?? null);
  const node = tree.getNode(`${path}/${COORDINATOR}`);
  const coordinator = node === undefined ? null : ownerOf(source, node.ephemeralOwner);
  const sites = [...(root?.children ?? [])]
    .filter((name) => name !== COORDINATOR)
    .sort()
    .map((site) => toSite(source, site, verdict, coordinator));
  return {
    type: 'twoPhase',
    verdict,
    coordinator,
    coordinatorStep: stepOf(source, coordinator?.client ?? null, '2pc'),
    sites,
  };
}

function toSite(
  source: Source,
  site: string,
  verdict: Verdict | null,
  coordinator: Owner | null,
): SiteView {
  const { tree, state, asked } = source;
  const path = `${source.path}/${site}`;
  const vote = verdictIn(tree.getNode(path)?.data ?? null);
  const client = asked?.sites.get(site) ?? (site in state.clients ? site : null);
  const participant = participantsIn(source, '2pc').find((one) => one.client === client);
  // A coordinator says the same words: they are a site's only if it has voted.
  const outcome = vote === null ? null : (OUTCOMES[participant?.step ?? ''] ?? null);
  const isRunning = client !== null && client in state.clients;
  const condition = client === null ? null : isRunning ? (participant?.condition ?? 'up') : 'gone';
  const known = { vote, outcome, condition, verdict, coordinator };
  return { site, path, client, condition, vote, outcome, differs: differenceOf(known) };
}

interface Known extends Pick<SiteView, 'vote' | 'outcome' | 'condition'> {
  readonly verdict: Verdict | null;
  readonly coordinator: Owner | null;
}

function differenceOf({ vote, outcome, condition, verdict, coordinator }: Known): string {
  if (verdict !== null && outcome === null && vote !== null) {
    return condition === 'gone' ? 'gone before it was told' : 'does not know the outcome yet';
  }
  const isOrphan = coordinator === null || coordinator.condition === 'gone';
  if (verdict === null && vote === 'commit' && isOrphan) {
    return 'must wait: it promised to commit, and nobody decides';
  }
  return '';
}
