/**
 * Who may do what.
 * Source: ZooKeeperServer.checkACL, PrepRequestProcessor.fixupACL, FinalRequestProcessor (getACL).
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { ACL, Id } from '../../protocol/acl.ts';
import { Perms } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { authProvider } from './authProviders.ts';

/** Whether one of `ids` has one of the bits of `perm`. An empty ACL allows everything. */
export function checkACL(acl: readonly ACL[], perm: number, ids: readonly Id[]): boolean {
  if (acl.length === 0 || ids.some(({ scheme }) => scheme === 'super')) return true;
  return acl.some(({ perms, id }) => (perms & perm) !== 0 && covers(id, ids));
}

/**
 * The ACL that a create or setACL stores: without duplicates, scheme `auth` replaced by the
 * identities that the client proved. Errors: INVALIDACL (definite).
 */
export function fixupACL(
  acls: readonly ACL[] | null,
  authInfo: readonly Id[],
): Result<readonly ACL[], typeof KeeperErrorCode.INVALIDACL> {
  const unique = removeDuplicates(acls ?? []);
  const fixed: ACL[] = [];
  for (const acl of unique) {
    const { scheme, id } = acl.id;
    if (isAnyone(acl.id)) {
      fixed.push(acl);
    } else if (scheme === 'auth') {
      const proved = authInfo.filter((own) => authProvider(own.scheme)?.isAuthenticated);
      if (proved.length === 0) return err(KeeperErrorCode.INVALIDACL);
      for (const own of proved) fixed.push({ perms: acl.perms, id: own });
    } else if (authProvider(scheme)?.isValid(id)) {
      fixed.push(acl);
    } else {
      return err(KeeperErrorCode.INVALIDACL);
    }
  }
  return fixed.length === 0 ? err(KeeperErrorCode.INVALIDACL) : ok(fixed);
}

/** What getACL answers: without ADMIN, of a digest only the user is shown. */
export function maskACL(acl: readonly ACL[], ids: readonly Id[]): readonly ACL[] {
  return checkACL(acl, Perms.ADMIN, ids) ? acl : acl.map(masked);
}

function masked({ perms, id }: ACL): ACL {
  if (id.scheme !== 'digest') return { perms, id };
  return { perms, id: { scheme: id.scheme, id: id.id.replace(/:.*/, ':x') } };
}

function covers(aclId: Id, ids: readonly Id[]): boolean {
  if (isAnyone(aclId)) return true;
  const provider = authProvider(aclId.scheme);
  if (provider === undefined) return false;
  return ids.some(({ scheme, id }) => scheme === aclId.scheme && provider.matches(id, aclId.id));
}

function isAnyone({ scheme, id }: Id): boolean {
  return scheme === 'world' && id === 'anyone';
}

function removeDuplicates(acls: readonly ACL[]): Iterable<ACL> {
  return new Map(
    acls.map((acl) => [JSON.stringify([acl.perms, acl.id.scheme, acl.id.id]), acl]),
  ).values();
}
