/**
 * Two-phase commit, what coordinator and sites share. A transaction is a znode `<path>`, empty
 * until it is decided; each site has a persistent `<path>/<site>`, empty until it votes; the
 * coordinator is the ephemeral `<path>/coordinator`. Votes and the decision are the words `commit`
 * and `abort`, and each is written once, over version 0.
 * Source: ZooKeeper recipes, "Two-phased Commit".
 */

import { utf8Decode } from '../base/utf8.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { compareAndSet } from './compareAndSet.ts';
import { retryOnLoss } from './retry.ts';

export const COORDINATOR = 'coordinator';

export type Verdict = 'commit' | 'abort';

/** Null for a znode that says neither. */
export function verdictIn(data: Uint8Array | null): Verdict | null {
  const word = data === null ? '' : utf8Decode(data);
  return word === 'commit' || word === 'abort' ? word : null;
}

/** Writes it unless there is one already; returns the one that there is then. */
export async function settle(zk: ZooKeeper, path: string, verdict: Verdict): Promise<Verdict> {
  if ((await compareAndSet(zk, path, verdict, 0)) !== null) return verdict;
  const { data } = await retryOnLoss(() => zk.getData(path));
  const found = verdictIn(data);
  if (found === null) throw new Error(`${path} says neither commit nor abort`);
  return found;
}
