/**
 * zookeeper.enableEagerACLCheck: a write that the tree as it is forbids, or whose ACL is
 * none, is refused where it arrives, without a txn. The leader checks again.
 * Departs: answered in turn; ZooKeeper's answer overtakes those to earlier requests, which clients
 * take for a broken connection.
 * Source: ZooKeeperServer.authWriteRequest.
 */

import type { AskedACL } from '../../protocol/acl.ts';
import { Perms } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { checkACL, fixupACL } from '../tree/acl.ts';
import type { SchemeConfig } from '../tree/authProviders.ts';
import type { DataTree } from '../tree/DataTree.ts';
import type { Request } from './Request.ts';

/** OK, NOAUTH or INVALIDACL. What is wrong with a request otherwise, the leader says. */
export function authWriteRequest(
  tree: DataTree,
  { record, authinfo }: Request,
  schemes: SchemeConfig,
): KeeperErrorCode {
  if (record === null) return KeeperErrorCode.OK;
  switch (record.type) {
    case 'create':
    case 'create2':
      return check(parentOf(record.path), Perms.CREATE, record.acl);
    case 'delete':
      return check(parentOf(record.path), Perms.DELETE);
    case 'setData':
      return check(record.path, Perms.WRITE);
    case 'setACL':
      return check(record.path, Perms.ADMIN, record.acl);
    default:
      return KeeperErrorCode.OK;
  }

  /** `acl`: the new one. */
  function check(
    path: string | null,
    perms: number,
    acl?: readonly AskedACL[] | null,
  ): KeeperErrorCode {
    if (path === null) return KeeperErrorCode.OK;
    const fixed = acl === undefined ? null : fixupACL(acl, authinfo, schemes);
    if (fixed?.ok === false) {
      const { INVALIDACL, OK } = KeeperErrorCode;
      return fixed.error === INVALIDACL ? INVALIDACL : OK;
    }
    const node = tree.getNode(path);
    const isForbidden = node !== undefined && !checkACL(tree.getACL(node), perms, authinfo);
    return isForbidden ? KeeperErrorCode.NOAUTH : KeeperErrorCode.OK;
  }
}

/** Null if the path is malformed. */
function parentOf(path: string | null): string | null {
  const slash = path?.lastIndexOf('/') ?? -1;
  return path === null || slash < 0 || path.includes('\0') ? null : path.slice(0, slash);
}
