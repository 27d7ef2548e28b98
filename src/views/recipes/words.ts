/** What a view shows, in one sentence. */

import { listOf, plural, shortZxid } from '../../lab/format.ts';
import type { Looker } from '../../lab/recipes/board.ts';
import type { Place } from '../../lab/recipes/lines.ts';
import type { RecipeView } from '../../lab/recipes/recipeView.ts';

/** Names beyond these are counted. */
const NAMES_MAX = 5;

export function namesOf(names: readonly (string | null)[]): string {
  const shown = names.slice(0, NAMES_MAX).map((name) => name ?? 'a gone client');
  const rest = names.length - shown.length;
  return rest === 0 ? listOf(shown) : `${shown.join(', ')} and ${rest} more`;
}

const clientsOf = (places: readonly Place[]): readonly (string | null)[] =>
  places.map(({ owner }) => owner.client);

function waitingText(count: number): string {
  if (count === 0) return 'nobody waits';
  return count === 1 ? '1 waits' : `${count} wait`;
}

export function sentenceOf(view: RecipeView): string {
  switch (view.type) {
    case 'herdLock':
      return herdSentence(view);
    case 'rwlock':
      return readWriteSentence(view);
    case 'semaphore': {
      const { leases, holders, waiting } = view;
      const taken = `${holders.length}${leases === null ? '' : ` of ${leases}`}`;
      const waits = waitingText(waiting.length);
      return `${taken} ${leases === 1 || holders.length === 1 ? 'lease is' : 'leases are'} taken; ${waits}.`;
    }
    case 'barrier':
      return barrierSentence(view);
    case 'doubleBarrier':
      return doubleBarrierSentence(view);
    case 'queue':
      return queueSentence(view);
    case 'members':
      return membersSentence(view);
    case 'config':
      return configSentence(view);
    case 'counter':
      return view.value === null
        ? 'No number is there.'
        : `The service is at ${view.value}, after ${plural(view.version, 'change')}.`;
    case 'cache':
      return cacheSentence(view);
    case 'kept':
      return keptSentence(view);
    case 'twoPhase':
      return twoPhaseSentence(view);
  }
}

type ViewOf<T extends RecipeView['type']> = Extract<RecipeView, { type: T }>;

function herdSentence({ holder, waiting }: ViewOf<'herdLock'>): string {
  if (holder === null) return 'Nobody holds it: whoever writes the znode first has it.';
  const watching = waiting.filter(({ isWatching }) => isWatching).length;
  const all =
    watching === 1
      ? '1 watches'
      : watching === 2
        ? 'both others watch'
        : `all ${watching} others watch`;
  return `${namesOf([holder.owner.client])} holds; ${watching === 0 ? 'nobody watches' : all} its znode.`;
}

function readWriteSentence({ places }: ViewOf<'rwlock'>): string {
  const holding = places.filter(({ holds }) => holds);
  const waiting = places.length - holding.length;
  const readers = holding.filter(({ side }) => side === 'read');
  const writers = holding.filter(({ side }) => side === 'write');
  const parts: string[] = [];
  if (writers.length > 0) parts.push(`${namesOf(clientsOf(writers))} writes`);
  if (readers.length > 0) {
    parts.push(
      `${namesOf(clientsOf(readers))} ${readers.length === 1 ? 'reads' : 'read together'}`,
    );
  }
  if (parts.length === 0) parts.push('nobody holds it');
  parts.push(waitingText(waiting));
  const text = parts.join('; ');
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

function barrierSentence({ isShut, clients }: ViewOf<'barrier'>): string {
  const waiting = clients.filter(({ phase }) => phase === 'waits').map(({ client }) => client);
  const gate = isShut ? 'The gate is shut' : 'The gate is open';
  if (waiting.length === 0) return `${gate}; nobody waits.`;
  return `${gate}; ${namesOf(waiting)} ${waiting.length === 1 ? 'waits' : 'wait'}.`;
}

function doubleBarrierSentence(view: ViewOf<'doubleBarrier'>): string {
  const { count, isReady, members, leaving } = view;
  const inside = members.filter(({ phase }) => phase === 'inside').length;
  const waiting = members.filter(({ phase }) => phase === 'waits').length;
  const leaves = members.length - inside - waiting + leaving.length;
  if (!isReady && leaves === 0) {
    return `${waiting}${count === null ? '' : ` of ${count}`} there; it begins when all are.`;
  }
  const later = waiting === 0 ? '' : ` ${waiting} wait for the next round.`;
  return leaves === 0
    ? `Ready: ${inside} inside.${later}`
    : `${inside} inside; ${leaves} would leave and wait for the others.${later}`;
}

function queueSentence({ count, consumers, foreignCount }: ViewOf<'queue'>): string {
  const items = count === 0 ? 'Empty' : plural(count, 'item');
  const takers = consumers.map(({ client }) => client);
  const who = takers.length === 0 ? 'nobody takes any' : `taken by ${namesOf(takers)}`;
  const foreign =
    foreignCount === 0
      ? ''
      : ` ${plural(foreignCount, 'znode')} here ${foreignCount === 1 ? 'is no item' : 'are no items'}: left alone.`;
  return `${items}; ${who}.${foreign}`;
}

function membersSentence({ members, what }: ViewOf<'members'>): string {
  const gone = members.filter(({ owner }) => owner?.condition === 'gone');
  const inGroup = `${plural(members.length, what)} as the service has it`;
  if (gone.length === 0) return `${inGroup}.`;
  const names = namesOf(gone.map(({ id }) => id));
  return `${inGroup}; ${names} ${gone.length === 1 ? 'has' : 'have'} gone and nobody knows yet.`;
}

function configSentence({ current, followers }: ViewOf<'config'>): string {
  const stale = followers.filter(({ isStale }) => isStale).length;
  const runs = `${followers.length - stale} of ${plural(followers.length, 'follower')}`;
  if (current === null) return 'The service has no such configuration.';
  return `The service has version ${current.version} (${shortZxid(current.mzxid)}); ${runs} ${
    followers.length - stale === 1 ? 'runs' : 'run'
  } it.`;
}

function cacheSentence({ count, caches }: ViewOf<'cache'>): string {
  const there = `The service has ${plural(count, 'znode')} here`;
  if (caches.length === 0) return `${there}; nobody keeps a copy.`;
  const namesIf = (isBehind: boolean) =>
    caches.filter((cache) => cache.isBehind === isBehind).map(({ client }) => client);
  const [same, behind] = [namesIf(false), namesIf(true)];
  const parts = [
    there,
    ...(same.length === 0
      ? []
      : [`${namesOf(same)} ${same.length === 1 ? 'has' : 'have'} the same`]),
    ...(behind.length === 0
      ? []
      : [`${namesOf(behind)} ${behind.length === 1 ? 'is' : 'are'} behind`]),
  ];
  return `${parts.join('; ')}.`;
}

function keptSentence({ znode, keepers }: ViewOf<'kept'>): string {
  const names = namesOf(keepers.map(({ client }) => client));
  if (keepers.length === 0) return `It is ${znode === null ? 'gone' : 'there'}; nobody keeps it.`;
  const verb = keepers.length === 1 ? 'sees' : 'see';
  return `It is ${znode === null ? 'gone' : 'there'}; ${names} ${verb} to it.`;
}

/** Whom a client sees in a group, beside who is in it; '' for the same. */
export function lookerDiffers({ missed, ghosts }: Looker): string {
  const parts = [
    ...(missed.length === 0 ? [] : [`does not see ${namesOf(missed)}`]),
    ...(ghosts.length === 0 ? [] : [`sees ${namesOf(ghosts)}, not in it any more`]),
  ];
  return parts.join('; ');
}

function twoPhaseSentence({ verdict, coordinator, sites }: ViewOf<'twoPhase'>): string {
  const voted = sites.filter(({ vote }) => vote !== null).length;
  if (verdict !== null) return `Decided: ${verdict}.`;
  const votes = `${voted} of ${plural(sites.length, 'site')} voted`;
  if (coordinator === null) return `${votes}; the coordinator is gone, and nothing is decided.`;
  if (coordinator.condition === 'gone') {
    return `${votes}; the coordinator is dead, which the service learns when its session expires.`;
  }
  return `${votes}; ${coordinator.client} coordinates.`;
}
