/** `create`, `set`, `delete` and `check` as words; alone and as parts of `multi`. */

import { parseAcl } from '../../client/aclText.ts';
import { ArgumentError } from '../../client/args.ts';
import type { CommandArgs } from '../../client/commandTypes.ts';
import { type CreateModeName, TTL_MAX_MS } from '../../protocol/createMode.ts';
import { Arguments } from './Arguments.ts';
import { nextPath, versionOf } from './ask.ts';
import { Mistake } from './command.ts';

const TTL_MS = { min: 1, max: TTL_MAX_MS };

/** `[-s] [-e] [-c] [-t ttl] path [data] [acl]` */
export function toCreateArgs(words: readonly string[]): CommandArgs<'create'> {
  const args = new Arguments(words, { flags: ['-s', '-e', '-c'], valued: ['-t'] });
  args.exclude('-c', '-s');
  args.exclude('-c', '-e');
  args.exclude('-t', '-e');
  args.exclude('-t', '-c');
  const ttlMs = args.integerOption('-t', TTL_MS);
  const path = nextPath(args, args.has('-s'));
  const data = args.optional();
  const acl = args.optional();
  args.end();
  return {
    path,
    mode: modeOf(args, ttlMs !== null),
    ...(data !== null && { data }),
    ...(acl !== null && { acl: checkAcl(acl) }),
    ...(ttlMs !== null && { ttlMs }),
  };
}

function modeOf(args: Arguments, hasTtl: boolean): CreateModeName {
  const isSequential = args.has('-s');
  if (args.has('-c')) return 'CONTAINER';
  if (hasTtl) return isSequential ? 'PERSISTENT_SEQUENTIAL_WITH_TTL' : 'PERSISTENT_WITH_TTL';
  if (args.has('-e')) return isSequential ? 'EPHEMERAL_SEQUENTIAL' : 'EPHEMERAL';
  return isSequential ? 'PERSISTENT_SEQUENTIAL' : 'PERSISTENT';
}

/** The text itself, if it is an ACL such as `world:anyone:cdrwa`. */
export function checkAcl(text: string): string {
  try {
    parseAcl(text);
    return text;
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new Mistake(`Expected an ACL such as world:anyone:cdrwa (${error.message}).`);
  }
}

/** `[-v version] path` */
export function toDeleteArgs(words: readonly string[]): CommandArgs<'delete'> {
  const args = new Arguments(words, { valued: ['-v'] });
  const path = nextPath(args);
  args.end();
  return { path, ...versionOf(args) };
}

/** `[-s] [-v version] path data` */
export function toSetArgs(words: readonly string[]): {
  readonly isVerbose: boolean;
  readonly set: CommandArgs<'set'>;
} {
  const args = new Arguments(words, { flags: ['-s'], valued: ['-v'] });
  const path = nextPath(args);
  const data = args.next('data');
  args.end();
  return { isVerbose: args.has('-s'), set: { path, data, ...versionOf(args) } };
}

type MultiOp = CommandArgs<'multi'>['ops'][number];

/** `{ create /a ; set /b 1 ; check /c 0 ; delete /d }` */
export function toMultiArgs(words: readonly string[]): CommandArgs<'multi'> {
  if (words[0] !== '{' || words.at(-1) !== '}' || words.length < 2) {
    throw new Mistake('Expected { operations } with spaces around { ; and }.');
  }
  const parts: string[][] = [[]];
  for (const word of words.slice(1, -1)) {
    if (word === ';') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return { ops: parts.filter((part) => part.length > 0).map(toMultiOp) };
}

function toMultiOp([op, ...words]: readonly string[]): MultiOp {
  switch (op) {
    case 'create':
      return { op, ...toCreateArgs(words) };
    case 'delete':
      return { op, ...toDeleteArgs(words) };
    case 'set':
      return { op, ...toSetArgs(words).set };
    case 'check':
      return { op, ...toCheckArgs(words) };
    default:
      throw new Mistake(`Expected create, set, delete or check, got "${op}".`);
  }
}

/** `path version` */
function toCheckArgs(words: readonly string[]): { path: string; version?: number } {
  const [path = '', version, ...rest] = words;
  return toDeleteArgs([...(version === undefined ? [] : ['-v', version]), path, ...rest]);
}
