/** Two transcripts of one case, side by side. */

import { explain } from './knownDifferences.ts';
import { type Entry, normalise } from './normalise.ts';
import type { Transcript } from './Transcript.ts';

const CONTEXT = 6;

export interface Comparison {
  /** The first unexplained difference, with what came before it; null if there is none. */
  readonly difference: string | null;
  /** Names of the known differences that were seen. */
  readonly explained: readonly string[];
}

/** `version`: of theirs. */
export function compare(version: string, theirs: Transcript, ours: Transcript): Comparison {
  return compareEntries(version, normalise(theirs), normalise(ours));
}

export function compareEntries(
  version: string,
  theirs: readonly Entry[],
  ours: readonly Entry[],
): Comparison {
  const explained: string[] = [];
  for (let i = 0; i < Math.max(theirs.length, ours.length); i++) {
    const explanation = explain(version, theirs[i], ours[i]);
    if (explanation === null) return { difference: describe(theirs, ours, i), explained };
    if (explanation === 'same') continue;
    explained.push(explanation.name);
    if (explanation.isLast) break;
  }
  return { difference: null, explained };
}

function describe(theirs: readonly Entry[], ours: readonly Entry[], at: number): string {
  const before = theirs.slice(Math.max(0, at - CONTEXT), at).map((it) => `    ${show(it)}`);
  const asked = ours[at]?.request ?? theirs[at]?.request;
  return [
    ...before,
    ...(asked === undefined ? [] : [`asked:  ${JSON.stringify(asked, shortBytes)}`]),
    `theirs: ${show(theirs[at], ours[at])}`,
    `ours:   ${show(ours[at], theirs[at])}`,
  ].join('\n');
}

function shortBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? `${value.length} bytes` : value;
}

/** Of long lists only what is not in `other` as well. */
function show(entry: Entry | undefined, other?: Entry): string {
  if (entry === undefined) return 'nothing more';
  const lines = linesOf(entry);
  const others = other === undefined ? null : linesOf(other);
  if (lines === null || others === null) return `${entry.on} ${JSON.stringify(entry.view)}`;
  return `${entry.on} ... ${JSON.stringify(lines.filter((line) => !others.includes(line)))}`;
}

/** Of the answer to a four-letter word. */
function linesOf({ view }: Entry): readonly unknown[] | null {
  const { says } = view.kind === 'other' ? (view.value as { readonly says?: unknown }) : {};
  return Array.isArray(says) ? says : null;
}
