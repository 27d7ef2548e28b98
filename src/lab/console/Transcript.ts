/**
 * What was typed, or clicked (every button is a console line), and what came back; and, as in
 * zkCli, what the watches tell that were set from here.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { JsonValue } from '../../client/trace.ts';
import type { TraceEvent, TraceOf } from '../../trace/TraceEvent.ts';
import type { Lab } from '../Lab.ts';
import { done, type ExecResult, failed } from './command.ts';

export interface TranscriptEntry {
  readonly index: number;
  readonly prompt: string;
  /** Empty for what a watch tells. */
  readonly line: string;
  /** Null while the answer is under way. */
  readonly result: ExecResult | null;
}

/** Entries kept. */
const ENTRIES_MAX = 500;
/** Actions looked through for the line that set a watch. */
const ACTIONS_SEARCHED = 1_000;

export class Transcript {
  readonly store: StoreApi<readonly TranscriptEntry[]> = createStore<readonly TranscriptEntry[]>(
    () => [],
  );
  readonly #lab: Lab;
  #count = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
    lab.subscribe((events) => this.#showWatches(events));
    lab.time.store.subscribe(({ branch, journey }, before) => {
      const isFork = branch !== before.branch && before.future !== null && journey === null;
      if (isFork) this.note(done(forkText(branch, before.branch)));
    });
  }

  async run(line: string): Promise<ExecResult> {
    const prompt = this.#lab.playback.getState().client;
    const index = this.#add({ prompt, line, result: null });
    const result = await this.#execute(line);
    if (result.ok && line.trim() === 'clear') {
      this.clear();
      return result;
    }
    this.#set((entries) =>
      entries.map((entry) => (entry.index === index ? { ...entry, result } : entry)),
    );
    return result;
  }

  /** The commands are loaded when the first line is run. */
  async #execute(line: string): Promise<ExecResult> {
    try {
      const { execute } = await import('./execute.ts');
      return await execute(this.#lab, line);
    } catch (error) {
      return failed(`The console could not be loaded; reload the page (${error}).`);
    }
  }

  /** Shows something that nobody typed: what is wrong with the page's address. */
  note(result: ExecResult): void {
    this.#add({ prompt: '', line: '', result });
  }

  clear(): void {
    this.#set(() => []);
  }

  #showWatches(events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (event.type !== 'watchDelivered' || !this.#isOurs(event)) continue;
      const { who, path, event: type } = event;
      this.#add({ prompt: who, line: '', result: done(watchText(type, path)) });
    }
  }

  /** Recipes set watches too, of which nobody asked to be told. */
  #isOurs({ who, path }: TraceOf<'watchDelivered'>): boolean {
    const chroot = this.#lab.chrootOf(who);
    return this.#lab.actions
      .slice(-ACTIONS_SEARCHED)
      .some(
        ({ action }) =>
          action.type === 'command' &&
          action.client === who &&
          setsWatch(action.name, action.args, path.slice(chroot.length)),
      );
  }

  #add(entry: Omit<TranscriptEntry, 'index'>): number {
    const index = ++this.#count;
    this.#set((entries) => [...entries, { index, ...entry }]);
    return index;
  }

  #set(update: (entries: readonly TranscriptEntry[]) => readonly TranscriptEntry[]): void {
    this.store.setState(update(this.store.getState()).slice(-ENTRIES_MAX), true);
  }
}

const forkText = (branch: string, before: string): string =>
  `This is branch ${branch} from here on; branch ${before} keeps what came before.`;

/** What zkCli prints when a watch fires. */
const watchText = (type: string, path: string): string =>
  `WATCHER::\n\nWatchedEvent state:SyncConnected type:${type} path:${path}`;

/** Whether a command of the console set a watch that sees this path. */
function setsWatch(name: string, args: JsonValue, path: string): boolean {
  if (args === null || typeof args !== 'object' || !('path' in args)) return false;
  if (name === 'addWatch') return path === args.path || path.startsWith(`${args.path}/`);
  return args['watch'] === true && args.path === path;
}
