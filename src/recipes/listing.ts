/** What a client sees, told in a step: short enough to be read, and read back by views. */

/** Step of a client that tells which copies it has; the verb is the scope of its cache. */
export const COPY = 'copy';
/** How a member tells whom it sees in its group. */
export const SEES = 'sees';
/** How a client tells which instances of a service it found. */
export const FINDS = 'finds';

/** Names that are told; the others are counted. */
export const NAMES_TOLD = 24;

export interface Listing {
  readonly count: number;
  readonly names: readonly string[];
}

/** `sees 3: a b c`. `verb` is one word or more. */
export function sayListing(verb: string, names: readonly string[]): string {
  const told = names.slice(0, NAMES_TOLD).map(toWord);
  return [`${verb} ${names.length}:`, ...told].join(' ');
}

/** Null for a step that tells something else. */
export function listingIn(step: string, verb: string): Listing | null {
  const rest = step.startsWith(`${verb} `) ? step.slice(verb.length + 1) : '';
  const [head = '', ...words] = rest.split(' ');
  if (!/^\d+:$/.test(head)) return null;
  return { count: Number.parseInt(head, 10), names: words.map(fromWord) };
}

/** A space ends a word, and a percent sign begins what stands for one. */
const toWord = (name: string): string => name.replaceAll('%', '%25').replaceAll(' ', '%20');
const fromWord = (word: string): string => word.replaceAll('%20', ' ').replaceAll('%25', '%');
