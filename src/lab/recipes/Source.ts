/** What the views of recipes are derived from, and what they all ask of it. */

import type { ParticipantId } from '../../network/address.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { DataTree } from '../../server/tree/DataTree.ts';
import type { ClientView, EnsembleState } from '../model.ts';
import type { AskedOf } from './Asked.ts';

export interface Source {
  readonly path: string;
  /** All that is committed. */
  readonly tree: DataTree;
  readonly state: EnsembleState;
  readonly asked: AskedOf | undefined;
  /** A znode's time in ms since 1970 less this is virtual time. */
  readonly timeOriginMs: number;
}

/** `gone`: the program has ended, or has another session now; the servers have not noticed yet. */
export type Condition = 'up' | 'paused' | 'cutOff' | 'gone';

export interface Owner {
  readonly sessionId: string;
  /** Null when nobody knows whose session it is any more. */
  readonly client: ParticipantId | null;
  readonly condition: Condition;
}

/** A client that takes part, and where it stands. */
export interface Participant {
  readonly client: ParticipantId;
  readonly condition: Condition;
  /** What it did last, in the words of the recipe. */
  readonly step: string;
}

/** Believes that it holds what the service has taken from it. */
export interface Straggler {
  readonly client: ParticipantId;
  readonly fence: number;
}

export function ownerOf({ state }: Source, ephemeralOwner: bigint): Owner {
  const sessionId = formatSessionId(ephemeralOwner);
  const client = state.sessions[sessionId]?.client ?? null;
  const view = client === null ? undefined : state.clients[client];
  const isGone = view === undefined || view.sessionId !== sessionId;
  return { sessionId, client, condition: isGone ? 'gone' : conditionOf(view) };
}

function conditionOf({ process, state }: ClientView): Condition {
  if (process === 'paused') return 'paused';
  return state === 'connected' ? 'up' : 'cutOff';
}

export function believes({ state }: Source, client: ParticipantId | null, znode: string): boolean {
  const beliefs = client === null ? [] : (state.clients[client]?.beliefs ?? []);
  return beliefs.some((belief) => belief.holds && belief.znode === znode);
}

/** '' for a client that has done nothing of the kind here. */
export function stepOf(source: Source, client: ParticipantId | null, recipe: string): string {
  if (client === null) return '';
  return source.state.clients[client]?.steps[`${recipe} ${source.path}`] ?? '';
}

/** Clients that run, and have done something of the kind here. */
export function participantsIn(source: Source, recipe: string): readonly Participant[] {
  return Object.values(source.state.clients).flatMap((view) => {
    const step = stepOf(source, view.id, recipe);
    return step === '' ? [] : [{ client: view.id, condition: conditionOf(view), step }];
  });
}

export function stragglersIn(
  { state, tree, path }: Source,
  recipes: readonly string[],
): readonly Straggler[] {
  return Object.values(state.clients).flatMap(({ id, beliefs }) =>
    beliefs
      .filter((one) => one.holds && one.path === path && recipes.includes(one.recipe))
      .filter(({ znode }) => tree.getNode(znode) === undefined)
      .map(({ fence }) => ({ client: id, fence })),
  );
}

/** Where what a client believes and what the service knows differ; '' where they do not. */
export function differenceOf({ condition }: Owner, holds: boolean, isBelieved: boolean): string {
  if (condition === 'gone') return 'program gone, its session is not';
  if (holds && !isBelieved) return 'does not know yet';
  if (!holds && isBelieved) return 'still believes that it holds';
  return '';
}
