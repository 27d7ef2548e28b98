/** What was typed, or clicked (every button is a console line), and what came back. */

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Lab } from '../Lab.ts';
import type { ExecResult } from './command.ts';
import { execute } from './execute.ts';

export interface TranscriptEntry {
  readonly index: number;
  readonly prompt: string;
  readonly line: string;
  /** Null while the answer is under way. */
  readonly result: ExecResult | null;
}

/** Entries kept. */
const ENTRIES_MAX = 500;

export class Transcript {
  readonly store: StoreApi<readonly TranscriptEntry[]> = createStore<readonly TranscriptEntry[]>(
    () => [],
  );
  readonly #lab: Lab;
  #count = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async run(line: string): Promise<ExecResult> {
    const index = ++this.#count;
    const prompt = this.#lab.playback.getState().client;
    this.#set((entries) => [...entries, { index, prompt, line, result: null }]);
    const result = await execute(this.#lab, line);
    this.#set((entries) =>
      entries.map((entry) => (entry.index === index ? { ...entry, result } : entry)),
    );
    return result;
  }

  clear(): void {
    this.#set(() => []);
  }

  #set(update: (entries: readonly TranscriptEntry[]) => readonly TranscriptEntry[]): void {
    this.store.setState(update(this.store.getState()).slice(-ENTRIES_MAX), true);
  }
}
