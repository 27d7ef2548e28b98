/**
 * Who may do what.
 * Source: ZooKeeperServer.checkACL, PrepRequestProcessor.fixupACL, FinalRequestProcessor (getACL).
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { ACL, AskedACL, Id } from '../../protocol/acl.ts';
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
 * identities that the client proved. Errors (definite): INVALIDACL; MARSHALLINGERROR for a null
 * where a scheme needs an id.
 */
export function fixupACL(
  acls: readonly AskedACL[] | null,
  authInfo: readonly Id[],
): Result<
  readonly ACL[],
  typeof KeeperErrorCode.INVALIDACL | typeof KeeperErrorCode.MARSHALLINGERROR
> {
  const fixed: ACL[] = [];
  for (const { perms, id: asked } of removeDuplicates(acls ?? [])) {
    const { scheme, id } = asked;
    const provider = authProvider(scheme ?? '');
    if (scheme === 'auth') {
      const proved = authInfo.filter((own) => authProvider(own.scheme)?.isAuthenticated);
      if (proved.length === 0) return err(KeeperErrorCode.INVALIDACL);
      for (const own of proved) fixed.push({ perms, id: own });
    } else if (scheme === null || (scheme !== 'world' && provider === undefined)) {
      return err(KeeperErrorCode.INVALIDACL);
    } else if (id === null) {
      return err(KeeperErrorCode.MARSHALLINGERROR);
    } else if (isAnyone({ scheme, id }) || provider?.isValid(id)) {
      fixed.push({ perms, id: { scheme, id } });
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

function removeDuplicates(acls: readonly AskedACL[]): Iterable<AskedACL> {
  return new Map(
    acls.map((acl) => [JSON.stringify([acl.perms, acl.id.scheme, acl.id.id]), acl]),
  ).values();
}
