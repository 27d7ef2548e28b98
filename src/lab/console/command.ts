/** A console command: one entry of the registry that console, palette, hotkeys, menus and lessons share. */

import type { JsonValue } from '../../client/trace.ts';
import type { Lab } from '../Lab.ts';

export interface ExecResult {
  readonly ok: boolean;
  /** What zkCli would print, or what the lab did; on a mistake one line that says what was expected. */
  readonly text: string;
  /** The same for programs. */
  readonly data: JsonValue;
}

export type CommandGroup = 'znodes' | 'servers' | 'links' | 'clients' | 'recipes' | 'time' | 'lab';

export interface Command {
  readonly name: string;
  readonly group: CommandGroup;
  /** As `help` prints it: `create [-s] [-e] [-c] [-t ttl] path [data] [acl]`. */
  readonly usage: string;
  readonly summary: string;
  readonly run: (lab: Lab, words: readonly string[]) => ExecResult | Promise<ExecResult>;
  /** Candidates for the word being typed; `words` are those before it. */
  readonly complete?: (lab: Lab, words: readonly string[], word: string) => readonly string[];
}

export const done = (text: string, data: JsonValue = null): ExecResult => ({
  ok: true,
  text,
  data,
});

export const mistake = (text: string): ExecResult => ({ ok: false, text, data: null });
