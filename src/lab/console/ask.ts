/** Has the client of the prompt do a plain operation, and prints what came back. */

import type { CommandArgs, CommandResults, PlainCommandName } from '../../client/commandTypes.ts';
import type { JsonValue } from '../../client/trace.ts';
import { pathProblem } from '../../protocol/paths.ts';
import type { Lab } from '../Lab.ts';
import type { Arguments } from './Arguments.ts';
import { done, type ExecResult, failed, Mistake } from './command.ts';
import { currentClient } from './targets.ts';

/** Resolves when virtual time has reached the answer. */
export async function ask<K extends PlainCommandName>(
  lab: Lab,
  name: K,
  args: CommandArgs<K> & JsonValue,
  print: (result: CommandResults[K]) => string,
): Promise<ExecResult> {
  const { id, state } = currentClient(lab);
  if (state === 'closed' && name !== 'connect') return failed('Not connected');
  const { ok, error, data } = await lab.command(id, name, args);
  if (!ok) return failed(error);
  return done(print(data as CommandResults[K]), data);
}

export const silent = (): string => '';

/** The next word as a path. `hasSuffix`: the service completes it, so it may end with a slash. */
export function nextPath(args: Arguments, hasSuffix = false): string {
  const path = args.next('a path');
  const problem = pathProblem(hasSuffix ? `${path}0` : path);
  if (problem !== null) throw new Mistake(`Expected a path, got "${path}" (${problem}).`);
  return path;
}

const VERSION = { min: -1, max: 2 ** 31 - 1 };

/** `-v` as an argument of the operation; nothing when it was not given. */
export function versionOf(args: Arguments): { version?: number } {
  const version = args.integerOption('-v', VERSION);
  return version === null ? {} : { version };
}
