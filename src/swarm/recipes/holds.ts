/**
 * Who holds what, as the service sees it: from the time at which a client says that it holds until
 * it says that it does not, or its znode is gone.
 */

import type { ParticipantId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { RecipeCheck } from './RecipeCase.ts';
import type { ServiceTree } from './ServiceTree.ts';

export interface Hold {
  readonly who: ParticipantId;
  readonly recipe: string;
  readonly path: string;
  readonly znode: string;
  readonly fence: number;
}

/** `judge`: what is wrong with `fresh` beside those that are open; null if nothing. */
export function holdsCheck(
  recipes: readonly string[],
  judge: (fresh: Hold, open: readonly Hold[]) => string | null,
): RecipeCheck {
  let open: Hold[] = [];
  const observe = (event: TraceEvent, tree: ServiceTree): string | null => {
    for (const { type, znode } of tree.changes) {
      if (type === 'deleted') open = open.filter((one) => one.znode !== znode.path);
    }
    if (event.type !== 'belief' || !recipes.includes(event.recipe)) return null;
    const { who, recipe, path, znode, fence } = event;
    const same = (one: Hold): boolean =>
      one.who === who && one.recipe === recipe && one.path === path;
    open = open.filter((one) => !same(one));
    // Gone already: the client has not heard of it yet.
    if (!event.holds || tree.get(znode) === undefined) return null;
    const fresh = { who, recipe, path, znode, fence };
    const wrong = judge(fresh, open);
    open = [...open, fresh];
    return wrong;
  };
  return { observe };
}

/** At most `max` hold at one time. */
export const atMost =
  (max: number) =>
  (fresh: Hold, open: readonly Hold[]): string | null => {
    const others = open.filter(({ path }) => path === fresh.path);
    if (others.length < max) return null;
    return `${[...others, fresh].map(({ who }) => who).join(', ')} hold ${fresh.path} together`;
  };

/** One at a time, and each with a higher number than all before. */
export function oneByOne(): (fresh: Hold, open: readonly Hold[]) => string | null {
  const highest = new Map<string, Hold>();
  return (fresh, open) => {
    const before = highest.get(fresh.path);
    const isOld = before !== undefined && before.fence > fresh.fence;
    if (!isOld) highest.set(fresh.path, fresh);
    if (isOld) return `${fresh.who} holds with fence ${fresh.fence} after ${before.fence}`;
    return atMost(1)(fresh, open);
  };
}
