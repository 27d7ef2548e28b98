/** What one client can do at a recipe, as console lines. */

import { lineOf } from '../../lab/format.ts';
import type { RecipeKind } from '../../lab/recipes/RecipeKind.ts';
import type { RecipeView } from '../../lab/recipes/recipeView.ts';

export interface Verb {
  readonly label: string;
  /** Null for a path that no line can name. */
  readonly line: string | null;
}

/** Leases and participants, where nobody has said how many. */
const COUNT = 2;
const WORK_MS = 1500;

/** `path` as the client calls it. */
export function verbsOf(
  view: RecipeView,
  kind: RecipeKind,
  client: string,
  path: string,
): readonly Verb[] {
  const verb = (label: string, command: string, ...words: readonly string[]): Verb => ({
    label,
    line: lineOf(`${command} ${client}`, path, ...words),
  });
  switch (view.type) {
    case 'rwlock': {
      const mine = view.places.filter(({ owner }) => owner.client === client);
      return (['read', 'write'] as const).map((side) =>
        mine.some((place) => place.side === side)
          ? verb(`stop ${side === 'read' ? 'reading' : 'writing'}`, `rwunlock ${side}`)
          : verb(side, `rwlock ${side}`),
      );
    }
    case 'semaphore': {
      const isIn = [...view.holders, ...view.waiting].some(({ owner }) => owner.client === client);
      return isIn
        ? [verb('give back', 'semaphore release')]
        : [verb('take a lease', 'semaphore', `${view.leases ?? COUNT}`)];
    }
    case 'herdLock': {
      const isIn =
        view.holder?.owner.client === client || view.waiting.some((one) => one.client === client);
      return isIn
        ? [verb('unlock', 'unlock')]
        : [{ label: 'lock', line: lineOf(`lock --herd ${client}`, path) }];
    }
    case 'barrier':
      return [
        view.isShut ? verb('open', 'barrier remove') : verb('shut', 'barrier set'),
        verb('wait', 'barrier wait'),
      ];
    case 'doubleBarrier': {
      const isIn = view.members.some(({ owner }) => owner.client === client);
      return isIn
        ? [verb('leave', 'doublebarrier leave')]
        : [verb('enter', 'doublebarrier', `${view.count ?? COUNT}`)];
    }
    case 'queue': {
      const consumes = view.consumers.some((one) => one.client === client);
      const item = `item-${view.count + 1}`;
      return [
        verb('put', 'queue put', item),
        consumes
          ? verb('stop', 'queue stop')
          : { label: 'consume', line: lineOf(`queue consume --work ${WORK_MS} ${client}`, path) },
        ...(consumes ? [] : [verb('take one', 'queue take')]),
      ];
    }
    case 'members':
      return [
        ...memberVerbs(view, kind, client, path, verb),
        { label: 'kill', line: lineOf('kill', client) },
      ];
    case 'config': {
      const follows = view.followers.some((one) => one.client === client);
      const next = `v${(view.current?.version ?? -1) + 2}`;
      return [
        verb(`set ${next}`, 'config set', next),
        follows ? verb('unfollow', 'config unwatch') : verb('follow', 'config watch'),
      ];
    }
    case 'counter':
      return [verb('add 1', 'counter add', '1'), verb('add 10', 'counter add', '10')];
    case 'twoPhase':
      return twoPhaseVerbs(view, client, verb);
  }
}

type MakeVerb = (label: string, command: string, ...words: readonly string[]) => Verb;

function memberVerbs(
  view: Extract<RecipeView, { type: 'members' }>,
  kind: RecipeKind,
  client: string,
  path: string,
  verb: MakeVerb,
): readonly Verb[] {
  const isIn = view.members.some(({ owner }) => owner?.client === client);
  if (kind !== 'services') return [isIn ? verb('leave', 'leave') : verb('join', 'join')];
  const at = path.lastIndexOf('/');
  const words = [path.slice(0, at), path.slice(at + 1)] as const;
  const [label, command] = isIn ? ['take back', 'unregister'] : ['register', 'register'];
  return [{ label, line: lineOf(`${command} ${client}`, ...words) }];
}

function twoPhaseVerbs(
  view: Extract<RecipeView, { type: 'twoPhase' }>,
  client: string,
  verb: MakeVerb,
): readonly Verb[] {
  const { verdict, coordinator, sites } = view;
  const mayVote = sites.some(({ site, vote }) => site === client && vote === null);
  const isOrphan = coordinator === null || coordinator.condition === 'gone';
  return [
    ...(mayVote
      ? [verb('vote commit', '2pc vote', 'commit'), verb('vote abort', '2pc vote', 'abort')]
      : []),
    ...(verdict === null && isOrphan ? [verb('take over', '2pc recover')] : []),
    ...(coordinator?.client === client ? [{ label: 'kill', line: lineOf('kill', client) }] : []),
  ];
}
