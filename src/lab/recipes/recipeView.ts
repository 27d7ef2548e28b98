/**
 * What is to be seen of the recipe at one place: read from the committed tree, and from clients.
 */

import type { Lab } from '../Lab.ts';
import { askedOf } from './Asked.ts';
import { type TwoPhaseView, twoPhaseView } from './ballot.ts';
import {
  type BarrierView,
  barrierView,
  type DoubleBarrierView,
  doubleBarrierView,
} from './barriers.ts';
import { type QueueView, queueView, simpleQueueView } from './belt.ts';
import { groupView, type MembersView, serviceView } from './board.ts';
import { type CacheView, cacheView } from './copies.ts';
import { type KeptView, keptView } from './kept.ts';
import {
  type HerdView,
  herdView,
  type ReadWriteView,
  readWriteView,
  type SemaphoreView,
  semaphoreView,
} from './lines.ts';
import type { RecipeKind, RecipePlace } from './RecipeKind.ts';
import type { Source } from './Source.ts';
import {
  type ConfigView,
  type CounterView,
  configView,
  counterView,
  sharedCountView,
} from './values.ts';

/** Queues of tickets have a module of their own: `queues.ts`. */
export type TicketKind = 'lock' | 'election' | 'selection';

export type RecipeView =
  | HerdView
  | ReadWriteView
  | SemaphoreView
  | BarrierView
  | DoubleBarrierView
  | QueueView
  | MembersView
  | ConfigView
  | CounterView
  | CacheView
  | KeptView
  | TwoPhaseView;

const DERIVE: Readonly<Record<Exclude<RecipeKind, TicketKind>, (source: Source) => RecipeView>> = {
  herdLock: herdView,
  rwlock: readWriteView,
  semaphore: semaphoreView,
  barrier: barrierView,
  doubleBarrier: doubleBarrierView,
  queue: queueView,
  priorityQueue: queueView,
  delayQueue: queueView,
  simpleQueue: simpleQueueView,
  members: groupView,
  services: serviceView,
  kept: keptView,
  config: configView,
  counter: counterView,
  sharedCount: sharedCountView,
  cache: cacheView,
  twoPhase: twoPhaseView,
};

interface Memo {
  readonly key: readonly unknown[];
  readonly text: string;
  readonly view: RecipeView;
}

/** Saves work between two updates of the screen; it never changes an answer. */
const memos = new WeakMap<Lab['recorder'], Memo>();

/** Null for a queue of tickets. The same object as long as nothing in it changes. */
export function recipeView(lab: Lab, { kind, path }: RecipePlace): RecipeView | null {
  if (kind === 'lock' || kind === 'election' || kind === 'selection') return null;
  const { recorder, ensemble, config, actions } = lab;
  const state = ensemble.getState();
  const { committedZxid, clients } = state;
  const watches = kind === 'herdLock' ? state.watches : null;
  const key = [kind, path, committedZxid, clients, watches, actions.length];
  const memo = memos.get(recorder);
  if (memo !== undefined && key.every((part, index) => part === memo.key[index])) return memo.view;
  const tree = recorder.history.treeAt(committedZxid);
  const { timeOriginMs } = config.server;
  const asked = askedOf(lab).at(path);
  let view = DERIVE[kind]({ path, tree, state, asked, timeOriginMs });
  const text = `${path} ${JSON.stringify(view)}`;
  if (memo?.text === text) view = memo.view;
  memos.set(recorder, { key, text, view });
  return view;
}
