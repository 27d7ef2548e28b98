/**
 * Recipes as commands: a client takes part by path, and leaves by the same path. The tables of the
 * groups are their documentation.
 */

import type { ArgsOf } from '../client/args.ts';
import type { CommandRegistry } from '../client/ClientContext.ts';
import type { BarrierResults } from './barrierCommands.ts';
import { barrierArgs, barrierCommands } from './barrierCommands.ts';
import type { ElectionResults } from './electionCommands.ts';
import { electionArgs, electionCommands } from './electionCommands.ts';
import type { GroupResults } from './groupCommands.ts';
import { groupArgs, groupCommands } from './groupCommands.ts';
import type { LockResults } from './lockCommands.ts';
import { lockArgs, lockCommands } from './lockCommands.ts';
import type { QueueResults } from './queueCommands.ts';
import { queueArgs, queueCommands } from './queueCommands.ts';
import type { TwoPhaseResults } from './twoPhaseCommands.ts';
import { twoPhaseArgs, twoPhaseCommands } from './twoPhaseCommands.ts';
import type { ValueResults } from './valueCommands.ts';
import { valueArgs, valueCommands } from './valueCommands.ts';

export const recipeArgs = {
  ...lockArgs,
  ...barrierArgs,
  ...electionArgs,
  ...groupArgs,
  ...valueArgs,
  ...queueArgs,
  ...twoPhaseArgs,
} as const;

export type RecipeCommandName = keyof typeof recipeArgs;
export type RecipeArgs<K extends RecipeCommandName> = ArgsOf<(typeof recipeArgs)[K]>;

export type RecipeResults = LockResults &
  BarrierResults &
  ElectionResults &
  GroupResults &
  ValueResults &
  QueueResults &
  TwoPhaseResults;

/** One registry for each client process: it keeps what the client takes part in. */
export function createRecipeCommands(): CommandRegistry {
  return new Map([
    ...lockCommands(),
    ...barrierCommands(),
    ...electionCommands(),
    ...groupCommands(),
    ...valueCommands(),
    ...queueCommands(),
    ...twoPhaseCommands(),
  ]);
}
