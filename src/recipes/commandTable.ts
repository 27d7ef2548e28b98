/** What the commands of all recipes have in common. */

import type { ArgsOf, ArgTable } from '../client/args.ts';
import { ArgumentError, integer, optional, readArgs } from '../client/args.ts';
import type { ClientContext, Command } from '../client/ClientContext.ts';
import { KeeperError } from '../client/KeeperError.ts';
import type { JsonValue } from '../client/trace.ts';
import { requirePath } from '../client/validatePath.ts';
import { asZxid, formatZxid } from '../protocol/zxid.ts';
import type { Holding } from './Claim.ts';

export type CommandEntry = readonly [string, Command];

/** Of each kind of thing, how many one client may take part in at once. */
const PER_CLIENT_MAX = 64;

const TIMEOUT_MAX_MS = 3_600_000;

/** How long to wait; left out: for ever. */
export const timeoutMs = optional(integer(0, TIMEOUT_MAX_MS));

/** `fence` as a hex zxid. */
export interface HoldingJson {
  readonly [key: string]: JsonValue;
  readonly znode: string;
  readonly fence: string;
}

export function holdingJson({ znode, fence }: Holding): HoldingJson {
  return { znode, fence: formatZxid(asZxid(fence)) };
}

/** Only what is given, since an option that is left out is not the same as an undefined one. */
export function waitFor(args: { readonly timeoutMs?: number }): { readonly timeoutMs?: number } {
  return args.timeoutMs === undefined ? {} : { timeoutMs: args.timeoutMs };
}

export function command<T extends ArgTable>(
  name: string,
  table: T,
  run: (context: ClientContext, args: ArgsOf<T>) => Promise<JsonValue>,
): CommandEntry {
  return [
    name,
    async (context, args) => {
      const read = readArgs(table, args, name);
      // What is begun after the session has ended begins with a new one.
      context.openSession();
      return run(context, read);
    },
  ];
}

/** Takes part from `stands` until `run` ends. */
interface Participant {
  readonly stands: Promise<unknown>;
  run(): Promise<void>;
}

/** What one client takes part in, by path: it leaves by the path by which it came. */
export class Parts<T> {
  private readonly parts = new Map<string, T>();
  private readonly isIdle: (part: T) => boolean;

  /** `isIdle`: it is over, and may be forgotten. */
  constructor(isIdle: (part: T) => boolean = () => false) {
    this.isIdle = isIdle;
  }

  get(path: string): T | undefined {
    const part = this.parts.get(path);
    if (part === undefined || !this.isIdle(part)) return part;
    this.parts.delete(path);
    return undefined;
  }

  /** `doing` completes "this client ... already". */
  add(path: string, doing: string, make: () => T): T {
    requirePath(path);
    if (this.get(path) !== undefined) throw new ArgumentError(`this client ${doing} already`);
    for (const known of [...this.parts.keys()]) this.get(known);
    if (this.parts.size >= PER_CLIENT_MAX) {
      throw new ArgumentError(`${PER_CLIENT_MAX} at once are enough`);
    }
    const part = make();
    this.parts.set(path, part);
    return part;
  }

  /** `lack` completes "this client ...". */
  need(path: string, lack: string): T {
    const part = this.get(path);
    if (part === undefined) throw new ArgumentError(`this client ${lack}`);
    return part;
  }

  /** As `need`, and forgets it. */
  take(path: string, lack: string): T {
    const part = this.need(path, lack);
    this.parts.delete(path);
    return part;
  }

  /**
   * Has it take part for as long as it likes. Resolves when it does, or has been closed before;
   * rejects if it could not.
   */
  async begin(context: ClientContext, recipe: string, path: string, part: T & Participant) {
    const run = part.run();
    this.until(context, recipe, path, part, run);
    await Promise.race([part.stands, run]);
  }

  /**
   * Forgets it when `run` ends, and tells in a step of `recipe` if that is for a reason that nobody
   * asked for.
   */
  until(
    context: ClientContext,
    recipe: string,
    path: string,
    part: T,
    run: Promise<unknown>,
  ): void {
    const forget = (): void => {
      if (this.parts.get(path) === part) this.parts.delete(path);
    };
    run.then(forget, (error: unknown) => {
      forget();
      const text = error instanceof KeeperError ? error.cliMessage : `${error}`;
      context.step(recipe, path, `failed: ${text}`);
    });
  }
}
