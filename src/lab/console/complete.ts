/** What the Tab key offers: command names, options, znode paths, servers and clients. */

import type { Lab } from '../Lab.ts';
import { COMMANDS, findCommand } from './registry.ts';

export interface Completion {
  /** The line with as much added as all candidates share; a space follows the only one. */
  readonly line: string;
  /** Words that the last one may become, sorted; at most CANDIDATES_MAX. */
  readonly candidates: readonly string[];
}

export const CANDIDATES_MAX = 50;

/** `line` ends at the cursor. */
export function complete(lab: Lab, line: string): Completion {
  const start = line.lastIndexOf(' ') + 1;
  const [name, ...before] = line
    .slice(0, start)
    .split(' ')
    .filter((word) => word !== '');
  const word = line.slice(start);
  if (name === undefined) return offer(line, start, [...COMMANDS.keys()]);
  const command = findCommand(name);
  if (command === undefined) return { line, candidates: [] };
  if (word.startsWith('/')) return offer(line, start, znodePaths(lab, word));
  if (word.startsWith('-')) return offer(line, start, optionsIn(command.usage));
  // Lists such as 1,2 and links such as 1>2 are completed name by name.
  const nameStart = start + Math.max(word.lastIndexOf(','), word.lastIndexOf('>')) + 1;
  return offer(line, nameStart, command.complete?.(lab, before) ?? []);
}

function offer(line: string, start: number, all: readonly string[]): Completion {
  const wanted = line.slice(start).toLowerCase();
  const found = all.filter((candidate) => candidate.toLowerCase().startsWith(wanted));
  const candidates = [...new Set(found)].sort();
  const [only, ...others] = candidates;
  if (only === undefined) return { line, candidates };
  const shared = others.length === 0 ? `${only} ` : sharedStart(candidates);
  const isLonger = shared.length >= wanted.length;
  return {
    line: isLonger ? line.slice(0, start) + shared : line,
    candidates: candidates.slice(0, CANDIDATES_MAX),
  };
}

/** What all begin with. */
function sharedStart(words: readonly string[]): string {
  let shared = words[0] ?? '';
  for (const word of words) {
    while (!word.startsWith(shared)) shared = shared.slice(0, -1);
  }
  return shared;
}

const optionsIn = (usage: string): string[] => usage.match(/(?<![\w-])--?[a-zA-Z]+/g) ?? [];

/** Children of the deepest znode that `word` names, as the committed tree has them. */
function znodePaths(lab: Lab, word: string): string[] {
  const chroot = lab.chrootOf(lab.playback.getState().client);
  const tree = lab.recorder.history.treeAt(lab.ensemble.getState().committedZxid);
  const parent = word.slice(0, word.lastIndexOf('/'));
  const node = tree.getNode(chroot + parent);
  return [...(node?.children ?? [])].map((child) => `${parent}/${child}`);
}
