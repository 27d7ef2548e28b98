/** Splits a console line into words. Source: zkCli (spaces separate, '…' and "…" quote). */

import { err, ok, type Result } from '../../base/result.ts';

/** Characters of a line. */
export const LINE_MAX = 16_384;

/** A quote inside a word is an ordinary character; a quoted word may be empty. */
export function tokenize(line: string): Result<string[], string> {
  if (line.length > LINE_MAX) {
    return err(`Expected a line of at most ${LINE_MAX} characters, got ${line.length}.`);
  }
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line[at])) at += 1;
    const first = line[at];
    if (first === undefined) return ok(words);
    const isQuoted = first === "'" || first === '"';
    const end = isQuoted ? line.indexOf(first, at + 1) : endOfWord(line, at);
    if (end < 0) return err(`Expected a closing ${first} for the one at column ${at + 1}.`);
    words.push(line.slice(isQuoted ? at + 1 : at, end));
    at = isQuoted ? end + 1 : end;
  }
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t';

function endOfWord(line: string, start: number): number {
  let end = start;
  while (end < line.length && !isSpace(line[end])) end += 1;
  return end;
}
