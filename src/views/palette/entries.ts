/** What the palette offers for what is typed: deeds for what is selected, then all commands. */

import type { Selection } from '../../lab/choices.ts';
import type { Command } from '../../lab/console/command.ts';
import { deedsOf } from '../../lab/console/deeds.ts';
import type { EnsembleState } from '../../lab/model.ts';

export interface Entry {
  readonly text: string;
  readonly detail: string;
  readonly line: string;
  /** Whether it is whole: run at once. One that is not goes to the console, to be completed. */
  readonly isWhole: boolean;
}

/** `typed` may be a whole line, which then stands first. */
export function entriesFor(
  typed: string,
  state: EnsembleState,
  selection: Selection | null,
  commands: Iterable<Command>,
): readonly Entry[] {
  const line = typed.trim();
  const deeds = selection === null ? [] : deedsOf(state, selection).map(toEntry(selection));
  const known = [...commands];
  const name = line.split(' ')[0]?.toLowerCase() ?? '';
  const isLine = line.includes(' ') && known.some((one) => one.name.toLowerCase() === name);
  const found = [...deeds, ...known.map(commandEntry)].filter(({ text, detail }) =>
    hasAll(`${text} ${detail}`, isLine ? name : line),
  );
  const sorted = found.sort((a, b) => rankOf(a, name) - rankOf(b, name));
  return isLine
    ? [{ text: line, detail: 'Run this line.', line, isWhole: true }, ...sorted]
    : sorted;
}

const toEntry =
  (selection: Selection) =>
  ({ text, line }: { text: string; line: string }): Entry => ({
    text: `${text}: ${nameOf(selection)}`,
    detail: line,
    line,
    isWhole: true,
  });

function nameOf(selection: Selection): string {
  switch (selection.type) {
    case 'server':
    case 'client':
      return selection.id;
    case 'link':
      return `${selection.from} to ${selection.to}`;
    case 'message':
      return 'the message';
    case 'znode':
      return selection.path;
    case 'txn':
      return 'the txn';
  }
}

/** One whose arguments may all be left out is whole. */
const commandEntry = ({ name, usage, summary }: Command): Entry => {
  const isWhole = /^\S+( \[[^\]]*\])*$/.test(usage);
  return { text: usage, detail: summary, line: isWhole ? name : `${name} `, isWhole };
};

const hasAll = (text: string, words: string): boolean => {
  const lower = text.toLowerCase();
  return words
    .toLowerCase()
    .split(' ')
    .every((word) => lower.includes(word));
};

/** What begins with the word comes before what only mentions it; the order stays else. */
const rankOf = ({ text }: Entry, word: string): number =>
  text.toLowerCase().startsWith(word) ? 0 : 1;
