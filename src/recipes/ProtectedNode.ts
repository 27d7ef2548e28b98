/**
 * Znodes that are found again after a lost connection. A create whose answer is lost may have been
 * carried out, and its sequence number is unknown; so the name begins with an id of this attempt.
 * Layout: `<parent>/_c_<uuid>-<basename><10 digits>`, as Curator's protection mode has it.
 * Source: Curator CreateBuilderImpl, ProtectedMode; ZooKeeper recipes, "Recoverable Errors and
 * GUID".
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError } from '../client/KeeperError.ts';
import type { ZnodeData } from '../client/ops.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { CreateModeName } from '../protocol/createMode.ts';
import { parentOf } from '../protocol/paths.ts';
import { orNull, retryOnLoss } from './retry.ts';

const PREFIX = '_c_';

export interface ProtectedNodeOptions {
  /** An existing znode, or one that is made, as a container, with all above it. */
  readonly parent: string;
  /** `lock-`, `latch-`, ...: what stands before the number. */
  readonly basename: string;
  readonly data: ZnodeData;
}

/**
 * Creates one ephemeral sequential znode, exactly one, and returns its path. Survives lost
 * connections; rejects with SESSIONEXPIRED and the like. `onLost` is called before it looks for its
 * znode after a loss.
 */
export async function createProtected(
  context: ClientContext,
  zk: ZooKeeper,
  options: ProtectedNodeOptions,
  onLost: () => void,
): Promise<string> {
  const { parent, basename, data } = options;
  const path = protectedName(context, parent, basename);
  const mark = path.slice(parent.length + 1, -basename.length);
  for (;;) {
    try {
      return await zk.create(path, data, { mode: 'EPHEMERAL_SEQUENTIAL' });
    } catch (error) {
      if (isKeeperError(error, 'NONODE')) {
        await createContainers(zk, parent);
      } else if (isKeeperError(error, 'CONNECTIONLOSS')) {
        onLost();
        const found = await findMarked(zk, parent, mark);
        if (found !== null) return found;
      } else {
        throw error;
      }
    }
  }
}

/**
 * Creates a znode without a number, under a name that nobody else uses: that it exists already
 * means that an earlier attempt was carried out.
 */
export async function createNamed(
  zk: ZooKeeper,
  path: string,
  data: ZnodeData,
  mode: CreateModeName = 'EPHEMERAL',
): Promise<void> {
  for (;;) {
    try {
      await retryOnLoss(() => zk.create(path, data, { mode }));
      return;
    } catch (error) {
      if (isKeeperError(error, 'NODEEXISTS')) return;
      if (!isKeeperError(error, 'NONODE')) throw error;
      await createContainers(zk, parentOf(path));
    }
  }
}

/** A name under `parent` that nobody else uses, and that shows what it is. */
export function protectedName(context: ClientContext, parent: string, basename: string): string {
  return `${parent}/${PREFIX}${context.uuid()}-${basename}`;
}

/**
 * Departs: Curator lists at once. Its server may be behind the one that took the create, and then a
 * second znode would be made; `sync` waits until everything that the leader had is here, and the
 * leader takes nothing more from the old connection once the session has moved.
 */
function findMarked(zk: ZooKeeper, parent: string, mark: string): Promise<string | null> {
  return retryOnLoss(async () => {
    await zk.sync(parent);
    const listed = await orNull(() => zk.getChildren(parent));
    const name = listed?.children.find((child) => child.startsWith(mark));
    return name === undefined ? null : `${parent}/${name}`;
  });
}

/**
 * Makes a container of each part of the path that is missing: containers go when they are empty.
 */
export async function createContainers(zk: ZooKeeper, path: string): Promise<void> {
  if (path === '/') return;
  try {
    await retryOnLoss(() => zk.create(path, null, { mode: 'CONTAINER' }));
  } catch (error) {
    if (isKeeperError(error, 'NODEEXISTS')) return;
    if (!isKeeperError(error, 'NONODE')) throw error;
    await createContainers(zk, parentOf(path));
    await createContainers(zk, path);
  }
}

/**
 * Deletes one's own znode for certain; that it is gone already is as good. Ends with the session.
 */
export async function deleteForCertain(zk: ZooKeeper, path: string): Promise<void> {
  try {
    await orNull(() => retryOnLoss(() => zk.delete(path)));
  } catch (error) {
    // The servers delete it with the session.
    if (zk.isAlive) throw error;
  }
}

/** Children that wait in line, first come first: by the number after the last of the `marks`. */
export function sortedBySequence(
  children: readonly string[],
  ...marks: readonly string[]
): readonly string[] {
  return children
    .map((child) => ({ child, sequence: sequenceOf(child, marks) }))
    .filter(({ sequence }) => sequence !== '')
    .sort((a, b) => (a.sequence < b.sequence ? -1 : a.sequence > b.sequence ? 1 : 0))
    .map(({ child }) => child);
}

/** As text, like Curator: numbers have ten digits. '' for a znode that is none of this line. */
export function sequenceOf(child: string, marks: readonly string[]): string {
  const mark = marks.find((one) => child.includes(one));
  return mark === undefined ? '' : child.slice(child.lastIndexOf(mark) + mark.length);
}
