/** Everything that a tree keeps up to date, next to the same counted by a walk. */

import type { DataTree } from '../DataTree.ts';
import { digestOfNode } from '../digest.ts';
import { ephemeralType } from '../EphemeralType.ts';
import { limitPath, statPath } from '../quota.ts';

interface Facts {
  readonly digest: bigint;
  readonly dataSize: number;
  readonly nodeCount: number;
  readonly aclCount: number;
  readonly owned: readonly string[];
}

export function keptFacts(tree: DataTree): Facts {
  const owned = [...tree.ephemerals].flatMap(([id, paths]) => [...paths].map((p) => `${id} ${p}`));
  for (const path of tree.containers) owned.push(`container ${path}`);
  for (const path of tree.ttls) owned.push(`ttl ${path}`);
  return {
    digest: tree.digest(),
    dataSize: tree.approximateDataSize,
    nodeCount: tree.nodeCount,
    aclCount: tree.aclCache.size,
    owned: owned.sort(),
  };
}

export function countedFacts(tree: DataTree): Facts {
  let digest = 0n;
  let dataSize = 0;
  let nodeCount = 1;
  const acls = new Set<number>();
  const owned: string[] = [];
  for (const [path, node] of tree.walk()) {
    digest += BigInt(digestOfNode(path, node.data, node));
    dataSize += path.length + (node.data?.length ?? 0);
    nodeCount++;
    if (node.aclId !== -1) acls.add(node.aclId);
    const type = ephemeralType(node.ephemeralOwner);
    if (type !== 'none') owned.push(`${type === 'session' ? node.ephemeralOwner : type} ${path}`);
  }
  return { digest, dataSize, nodeCount, aclCount: acls.size, owned: owned.sort() };
}

/** Usage of a quota as the tree keeps it and as a walk counts it; null where nobody counts. */
export function quotaFacts(tree: DataTree, quotaPath: string): readonly [string, string] | null {
  const stats = tree.getNode(statPath(quotaPath));
  if (stats === undefined || tree.getNode(limitPath(quotaPath)) === undefined) return null;
  let count = 0;
  let bytes = 0;
  for (const [, node] of tree.walk(quotaPath)) {
    count++;
    bytes += node.data?.length ?? 0;
  }
  return [String.fromCharCode(...(stats.data ?? [])), `count=${count},bytes=${bytes}`];
}

/** Every znode with all that clients can see of it. */
export function visible(tree: DataTree) {
  return [...tree.walk()].map(([path, node]) => ({
    path,
    data: node.data,
    stat: node.stat(),
    acl: tree.getACL(node),
    children: node.sortedChildren(),
  }));
}
