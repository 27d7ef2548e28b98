/**
 * ACLs as zkCli writes them: `world:anyone:cdrwa,digest:bob:hash:r`. Source: AclParser,
 * GetAclCommand.
 */

import type { ACL } from '../protocol/acl.ts';
import { Perms } from '../protocol/acl.ts';
import { ArgumentError } from './args.ts';

const LETTERS = [
  ['c', Perms.CREATE],
  ['d', Perms.DELETE],
  ['r', Perms.READ],
  ['w', Perms.WRITE],
  ['a', Perms.ADMIN],
] as const;

/** Each entry is split at its first and last colon. Throws ArgumentError. */
export function parseAcl(text: string): readonly ACL[] {
  return text.split(',').map((entry) => {
    const first = entry.indexOf(':');
    const last = entry.lastIndexOf(':');
    if (first < 0 || first === last) {
      throw new ArgumentError(`${entry} does not have the form scheme:id:perm`);
    }
    const id = { scheme: entry.slice(0, first), id: entry.slice(first + 1, last) };
    return { perms: parsePerms(entry.slice(last + 1)), id };
  });
}

/** 'cdrwa' for all; letters of bits that are set, in that order. */
export function formatPerms(perms: number): string {
  return LETTERS.map(([letter, bit]) => ((perms & bit) === 0 ? '' : letter)).join('');
}

function parsePerms(letters: string): number {
  let perms = 0;
  for (const letter of letters) {
    const bit = LETTERS.find(([one]) => one === letter)?.[1];
    if (bit === undefined) throw new ArgumentError(`${letter} is no permission: use c d r w a`);
    perms |= bit;
  }
  return perms;
}
