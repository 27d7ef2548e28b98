/**
 * zookeeper.enableEagerACLCheck: a write that the tree as it is forbids is refused where it
 * arrives, without a txn. The leader checks again.
 * Source: ZooKeeperServer.authWriteRequest.
 */

import { Perms } from '../../protocol/acl.ts';
import { checkACL } from '../tree/acl.ts';
import type { DataTree } from '../tree/DataTree.ts';
import type { Request } from './Request.ts';

export function isRefusedEarly(tree: DataTree, { record, authinfo }: Request): boolean {
  if (record === null) return false;
  switch (record.type) {
    case 'create':
    case 'create2':
      return isForbidden(parentOf(record.path), Perms.CREATE);
    case 'delete':
      return isForbidden(parentOf(record.path), Perms.DELETE);
    case 'setData':
      return isForbidden(record.path, Perms.WRITE);
    case 'setACL':
      return isForbidden(record.path, Perms.ADMIN);
    default:
      return false;
  }

  function isForbidden(path: string | null, perms: number): boolean {
    const node = path === null ? undefined : tree.getNode(path);
    return node !== undefined && !checkACL(tree.getACL(node), perms, authinfo);
  }
}

/** The path may be malformed: then the leader says so. */
function parentOf(path: string | null): string | null {
  return path === null ? null : path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
