/**
 * Who may do what.
 * Source: ZooKeeperServer.checkACL, PrepRequestProcessor.fixupACL, FinalRequestProcessor (getACL).
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import type { ACL, AskedACL, Id } from '../../protocol/acl.ts';
import { Perms } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { authProvider, isOn, type SchemeConfig } from './authProviders.ts';

/** As stored; longer ones do not fit a txn. */
const ACL_BYTES_MAX = 0xfffff;
/** Of an entry: its permissions and two lengths. */
const ENTRY_BYTES = 12;

/** Whether one of `ids` has one of the bits of `perm`. An empty ACL allows everything. */
export function checkACL(acl: readonly ACL[], perm: number, ids: readonly Id[]): boolean {
  if (acl.length === 0 || ids.some(({ scheme }) => scheme === 'super')) return true;
  return acl.some(({ perms, id }) => (perms & perm) !== 0 && covers(id, ids));
}

/**
 * The ACL that a create or setACL stores: without duplicates, scheme `auth` replaced by the
 * identities that the client proved. Errors (definite): INVALIDACL; MARSHALLINGERROR for a null
 * where a scheme needs an id. `schemes`: those that may be off cannot be named then.
 * Departs: INVALIDACL for one that fits no txn: `auth` may stand for many identities, many times.
 */
export function fixupACL(
  acls: readonly AskedACL[] | null,
  authInfo: readonly Id[],
  schemes: SchemeConfig,
): Result<
  readonly ACL[],
  typeof KeeperErrorCode.INVALIDACL | typeof KeeperErrorCode.MARSHALLINGERROR
> {
  const fixed: ACL[] = [];
  let bytes = 0;
  const add = (acl: ACL): void => {
    fixed.push(acl);
    bytes += bytesOf(acl);
  };
  for (const { perms, id: asked } of removeDuplicates(acls ?? [])) {
    const { scheme, id } = asked;
    const provider = isOn(scheme ?? '', schemes) ? authProvider(scheme ?? '') : undefined;
    if (scheme === 'auth') {
      const proved = authInfo.filter((own) => authProvider(own.scheme)?.isAuthenticated);
      if (proved.length === 0) return err(KeeperErrorCode.INVALIDACL);
      for (const own of proved) add({ perms, id: own });
    } else if (scheme === null || (scheme !== 'world' && provider === undefined)) {
      return err(KeeperErrorCode.INVALIDACL);
    } else if (id === null) {
      return err(KeeperErrorCode.MARSHALLINGERROR);
    } else if (isAnyone({ scheme, id }) || provider?.isValid(id)) {
      add({ perms, id: { scheme, id } });
    } else {
      return err(KeeperErrorCode.INVALIDACL);
    }
    if (bytes > ACL_BYTES_MAX) return err(KeeperErrorCode.INVALIDACL);
  }
  return fixed.length === 0 ? err(KeeperErrorCode.INVALIDACL) : ok(fixed);
}

/** At least so many as a record. */
export function bytesOfACL(acl: readonly ACL[]): number {
  let bytes = 0;
  for (const each of acl) bytes += bytesOf(each);
  return bytes;
}

function bytesOf({ id }: ACL): number {
  return ENTRY_BYTES + id.scheme.length + id.id.length;
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
