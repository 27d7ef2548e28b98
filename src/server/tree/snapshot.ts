/**
 * The tree's part of a snapshot: ACLs, znodes depth first, and '/' as the end.
 * Source: DataTree.serialize and deserialize, ReferenceCountedACLCache.serialize.
 */

import { ACL } from '../../protocol/acl.ts';
import { attemptDecode, nullableVector } from '../../protocol/codec.ts';
import { DecodeFault } from '../../protocol/DecodeError.ts';
import type { JuteReader } from '../../protocol/JuteReader.ts';
import type { JuteWriter } from '../../protocol/JuteWriter.ts';
import { StatPersisted } from '../../protocol/stat.ts';
import { DataTree } from './DataTree.ts';

const ACLs = nullableVector(ACL);
/** The root is written as ''; '/' ends the list. */
const ROOT = '';
const END = '/';

export function serializeTree(w: JuteWriter, tree: DataTree): void {
  const acls = [...tree.aclCache.list()];
  w.int(acls.length);
  for (const [id, acl] of acls) {
    w.exactLong(id);
    ACLs.write(w, acl);
  }
  for (const [path, node] of tree.walk()) {
    w.ustring(path === '/' ? ROOT : path);
    w.buffer(node.data);
    w.exactLong(node.aclId);
    StatPersisted.write(w, node);
  }
  w.ustring(END);
}

/**
 * A new tree from what `serializeTree`, or ZooKeeper, wrote; digest and indexes are made anew.
 * Throws DecodeFault, as every reader: call it through `attemptDecode`.
 */
export function deserializeTree(r: JuteReader): DataTree {
  const tree = new DataTree();
  readZnodes(r, tree);
  if (tree.getNode('/') === undefined) throw new DecodeFault('badValue', r.offset, 'no root');
  tree.completeRestore();
  return tree;
}

/** For a damaged snapshot: the znodes before the damage and no others, be it not even the root. */
export function salvageTree(r: JuteReader): DataTree {
  const tree = new DataTree();
  attemptDecode(() => readZnodes(r, tree));
  return tree;
}

function readZnodes(r: JuteReader, tree: DataTree): void {
  tree.clear();
  const count = r.count();
  for (let i = 0; i < count; i++) {
    const at = r.offset;
    const id = r.exactLong();
    if (id < 1 || tree.aclCache.has(id)) throw new DecodeFault('badValue', at, `ACL id ${id}`);
    tree.aclCache.load(id, ACLs.read(r) ?? []);
  }
  for (let at = r.offset; ; at = r.offset) {
    const path = r.ustring();
    if (path === END) break;
    const data = r.buffer();
    const aclId = r.exactLong();
    const stat = StatPersisted.read(r);
    const place = path === ROOT ? '/' : path;
    if (place === null || !tree.restoreNode(place, data, aclId, stat)) {
      throw new DecodeFault('badValue', at, `no place in the tree for ${path}`);
    }
  }
}
