/** What the lines of all recipes have in common: `verb [client] path ...`. */

import type { JsonValue } from '../../client/trace.ts';
import type { ParticipantId } from '../../network/address.ts';
import type { RecipeArgs, RecipeCommandName, RecipeResults } from '../../recipes/commands.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { Lab } from '../Lab.ts';
import { lockQueues } from '../queues.ts';
import type { OptionSpec } from './Arguments.ts';
import { Arguments } from './Arguments.ts';
import { nextPath } from './ask.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { clientNames, currentClient, findClient, isClientName } from './targets.ts';

const TIMEOUT_MS = { min: 0, max: 3_600_000 };

export interface RecipeLine {
  readonly client: ParticipantId;
  readonly args: Arguments;
}

/** The client that is named first, or else that of the prompt; and the words after it. */
export function readLine(lab: Lab, words: readonly string[], spec: OptionSpec = {}): RecipeLine {
  const args = new Arguments(words, spec);
  const first = args.peek();
  if (first === null || !isClientName(first)) return { client: currentClient(lab).id, args };
  return { client: findClient(lab, args.next('a client')).id, args };
}

/** `--timeout` as an argument of the recipe; nothing when it was not given. */
export function timeoutOf(args: Arguments): { timeoutMs?: number } {
  const timeoutMs = args.integerOption('--timeout', TIMEOUT_MS);
  return timeoutMs === null ? {} : { timeoutMs };
}

/** Answers when the client has been told: what it waits for may take long. */
export async function tell<K extends RecipeCommandName>(
  lab: Lab,
  client: ParticipantId,
  name: K,
  request: RecipeArgs<K> & { readonly [key: string]: JsonValue },
  text: string,
): Promise<ExecResult> {
  const taken = await lab.tell(client, name, request);
  if (!taken.ok) return failed(taken.error);
  return done(`${client} ${text}`, { client, ...request });
}

/** What a client waits for, and how both outcomes are said. */
interface Wait {
  /** Where the recipe names its steps, as the client calls it. */
  readonly paths: readonly string[];
  readonly waits: () => string;
  readonly has: () => string;
}

/** Answers when the client has, or when it stands in line: what it waits for may take long. */
export async function askOrWait<K extends RecipeCommandName>(
  lab: Lab,
  client: ParticipantId,
  name: K,
  request: RecipeArgs<K> & { readonly [key: string]: JsonValue },
  { paths, waits, has }: Wait,
): Promise<ExecResult> {
  const line = untilInLine(lab, client, paths);
  const answer = await Promise.race([lab.command(client, name, request), line.isIn]);
  line.stop();
  const data = { client, ...request };
  if (answer === null) return done(`${client} ${waits()}`, data);
  if (!answer.ok) return failed(answer.error);
  if (answer.data === null) return failed(`${client} has waited long enough.`);
  return done(`${client} ${has()}`, data);
}

/** Recipes say what they are about to do: to watch, or to wait. */
const WAITING_STEP = /^(watch|wait) /;

function untilInLine(lab: Lab, client: ParticipantId, paths: readonly string[]) {
  const chroot = lab.chrootOf(client);
  const places = new Set(paths.map((path) => chroot + path));
  const isWait = (event: TraceEvent): boolean =>
    event.type === 'step' &&
    event.who === client &&
    places.has(event.path) &&
    WAITING_STEP.test(event.step);
  let stop = (): void => {};
  const isIn = new Promise<null>((resolve) => {
    stop = lab.subscribe((events) => {
      if (events.some(isWait)) resolve(null);
    });
  });
  return { isIn, stop };
}

/** Who waits at a lock, and behind whom. */
export function inLine(lab: Lab, client: ParticipantId, path: string): string {
  const before = clientBefore(lab, client, path);
  return before === null ? `waits for ${path}` : `waits for ${path}, behind ${before}`;
}

/** Who takes part in an election. */
export const leadsOrWaits = (lab: Lab, client: ParticipantId, path: string): string =>
  clientBefore(lab, client, path) === null ? `leads ${path}` : inLine(lab, client, path);

/** Null if the client is the first in line, or in none. */
function clientBefore(lab: Lab, client: ParticipantId, path: string): string | null {
  const queue = lockQueues(lab).find((one) => one.path === lab.chrootOf(client) + path);
  const tickets = queue?.tickets ?? [];
  const before = tickets[tickets.findLastIndex((ticket) => ticket.client === client) - 1];
  return before === undefined ? null : (before.client ?? 'a client that is gone');
}

/** Answers when the client has. */
export async function ask<K extends RecipeCommandName>(
  lab: Lab,
  client: ParticipantId,
  name: K,
  request: RecipeArgs<K> & { readonly [key: string]: JsonValue },
  print: (result: RecipeResults[K]) => string,
): Promise<ExecResult> {
  const { ok, error, data } = await lab.command(client, name, request);
  return ok ? done(`${client} ${print(data as RecipeResults[K])}`, data) : failed(error);
}

type Run = Command['run'];

/** Those that need nothing but a path. */
type PathCommandName = {
  [K in RecipeCommandName]: { readonly path: string } extends RecipeArgs<K> ? K : never;
}[RecipeCommandName];

/** `verb [client] path`, answered when the client has. */
export const onPath =
  <K extends PathCommandName>(
    name: K,
    print: (path: string, result: RecipeResults[K]) => string,
  ): Run =>
  (lab, words) => {
    const { client, args } = readLine(lab, words);
    const path = nextPath(args);
    args.end();
    const request = { path } as RecipeArgs<K> & { readonly path: string };
    return ask(lab, client, name, request, (result) => print(path, result));
  };

/** A command whose first word says what to do. */
export function subcommands(table: Readonly<Record<string, Run>>): Run {
  const names = Object.keys(table);
  const list = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  return (lab, [word, ...rest]) => {
    const run = word === undefined ? undefined : table[word];
    if (run !== undefined) return run(lab, rest);
    throw new Mistake(`Expected ${list}${word === undefined ? '' : `, got "${word}"`}.`);
  };
}

/** Completes a client where one may stand. */
export const completeClient: NonNullable<Command['complete']> = (lab, words) =>
  words.length === 0 ? clientNames(lab) : [];

/** Completes a client, or the one other word that may stand first, and a client after that. */
export function completeOr(other: string): NonNullable<Command['complete']> {
  return (lab, words) => {
    if (words.length === 0) return [other, ...clientNames(lab)];
    return words[0] === other ? completeClient(lab, words.slice(1)) : [];
  };
}

/** Completes the word that says what to do, and then a client. */
export function completeAfter(...first: readonly string[]): NonNullable<Command['complete']> {
  return (lab, words) => {
    if (words.length === 0) return first;
    return words.length === 1 ? clientNames(lab) : [];
  };
}
