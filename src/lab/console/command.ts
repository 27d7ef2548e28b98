/**
 * A console command: one entry of the registry that console, palette, hotkeys, menus and lessons
 * share.
 */

import type { JsonValue } from '../../client/trace.ts';
import type { Lab } from '../Lab.ts';

export interface ExecResult {
  readonly ok: boolean;
  /** What zkCli would print, or what the lab did; on a mistake one line: what was expected. */
  readonly text: string;
  /** The same for programs. */
  readonly data: JsonValue;
}

export type CommandGroup =
  | 'znodes'
  | 'servers'
  | 'links'
  | 'clients'
  | 'recipes'
  | 'kafka'
  | 'files'
  | 'time'
  | 'lab';

export interface Command {
  readonly name: string;
  readonly group: CommandGroup;
  /** As `help` prints it: `create [-s] [-e] [-c] [-t ttl] path [data] [acl]`. */
  readonly usage: string;
  readonly summary: string;
  /** `words` are those after the name. Throws `Mistake` for a line that cannot be understood. */
  readonly run: (lab: Lab, words: readonly string[]) => ExecResult | Promise<ExecResult>;
  /** Candidates for the word being typed; `words` are those between it and the name. */
  readonly complete?: (lab: Lab, words: readonly string[]) => readonly string[];
}

/** A line that says something else than the command expects; `execute` adds the usage. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}

export const done = (text: string, data: JsonValue = null): ExecResult => ({
  ok: true,
  text,
  data,
});

export const failed = (text: string): ExecResult => ({ ok: false, text, data: null });
