/** What one client can do at a recipe, as console lines. */

import { lineOf } from '../../lab/format.ts';
import type { Ticket } from '../../lab/queues.ts';
import type { HerdView, ReadWriteView, SemaphoreView } from '../../lab/recipes/lines.ts';
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
const DELAY_MS = 5000;

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
    case 'rwlock':
    case 'semaphore':
    case 'herdLock':
      return lineVerbs(view, client, path, verb);
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
    case 'queue':
      return queueVerbs(view, kind, client, path, verb);
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
      return kind === 'sharedCount'
        ? countVerbs(view, client, verb)
        : [verb('add 1', 'counter add', '1'), verb('add 10', 'counter add', '10')];
    case 'cache': {
      const keeps = view.caches.some((one) => one.client === client);
      return keeps
        ? [verb('let go', 'cache close')]
        : [
            verb('copy all below', 'cache'),
            { label: 'copy the children', line: lineOf(`cache --children ${client}`, path) },
            { label: 'copy the znode', line: lineOf(`cache --node ${client}`, path) },
          ];
    }
    case 'kept': {
      const keeps = view.keepers.some((one) => one.client === client);
      return [
        keeps ? verb('stop', 'unkeep') : verb('keep', 'keep'),
        ...(keeps ? [{ label: 'kill', line: lineOf('kill', client) }] : []),
      ];
    }
    case 'twoPhase':
      return twoPhaseVerbs(view, client, verb);
  }
}

function lineVerbs(
  view: ReadWriteView | SemaphoreView | HerdView,
  client: string,
  path: string,
  verb: MakeVerb,
): readonly Verb[] {
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
  }
}

/** At a queue of tickets. */
export function ticketVerbs(
  tickets: readonly Ticket[],
  kind: RecipeKind,
  client: string,
  path: string,
): readonly Verb[] {
  const isIn = tickets.some((ticket) => ticket.client === client);
  const verb = (command: string): Verb => ({
    label: command,
    line: lineOf(`${command} ${client}`, path),
  });
  if (kind === 'election') return [verb(isIn ? 'resign' : 'elect')];
  if (kind === 'selection') return [verb(isIn ? 'deselect' : 'select')];
  return [
    verb(isIn ? 'unlock' : 'lock'),
    ...(isIn
      ? []
      : [{ label: 'lock, revocable', line: lineOf(`lock --revocable ${client}`, path) }]),
    ...(tickets.length === 0 ? [] : [verb('revoke')]),
  ];
}

type ViewOf<T extends RecipeView['type']> = Extract<RecipeView, { type: T }>;

function queueVerbs(
  view: ViewOf<'queue'>,
  kind: RecipeKind,
  client: string,
  path: string,
  verb: MakeVerb,
): readonly Verb[] {
  const item = `item-${view.count + 1}`;
  if (kind === 'simpleQueue') {
    return [verb('offer', 'queue offer', item), verb('poll', 'queue poll')];
  }
  const put = (label: string, options: string): Verb => ({
    label,
    line: lineOf(`queue put${options} ${client}`, path, item),
  });
  const puts =
    kind === 'priorityQueue'
      ? [put('put, urgent', ' --priority 1'), put('put, not urgent', ' --priority 9')]
      : kind === 'delayQueue'
        ? [put('put for later', ` --delay ${DELAY_MS}`)]
        : [put('put', '')];
  const consumes = view.consumers.some((one) => one.client === client);
  const consume = {
    label: 'consume',
    line: lineOf(`queue consume --work ${WORK_MS} ${client}`, path),
  };
  return consumes
    ? [...puts, verb('stop', 'queue stop')]
    : [...puts, consume, verb('take one', 'queue take')];
}

function countVerbs(view: ViewOf<'counter'>, client: string, verb: MakeVerb): readonly Verb[] {
  if (!view.clients.some((one) => one.client === client)) return [verb('follow', 'count watch')];
  const next = `${Number(view.value ?? 0) + 1}`;
  return [verb(`set ${next}`, 'count set', next), verb('unfollow', 'count unwatch')];
}

type MakeVerb = (label: string, command: string, ...words: readonly string[]) => Verb;

function memberVerbs(
  view: ViewOf<'members'>,
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
  return [
    { label, line: lineOf(`${command} ${client}`, ...words) },
    { label: 'discover', line: lineOf(`discover ${client}`, ...words) },
  ];
}

function twoPhaseVerbs(view: ViewOf<'twoPhase'>, client: string, verb: MakeVerb): readonly Verb[] {
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
