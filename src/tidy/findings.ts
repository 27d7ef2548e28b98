// The rules, each a function from files to findings. A finding is one line: where, and what to do.
import {
  EXACT_MATH,
  IMPURE_METHODS,
  IMPURE_NAMES,
  LIMITS,
  RATCHET,
  type RatchetName,
  ROOMS,
  SEED_ROOMS,
} from './rules.ts';
import type { SourceFile } from './SourceFile.ts';

type Files = readonly SourceFile[];

/** Tests, and the helpers of tests, which live in folders named `testing`. */
export const isTest = (path: string): boolean =>
  /\.(?:test|spec)\.tsx?$/.test(path) || path.includes('/testing/');

/** The room of a path, or undefined outside src/ and in a folder that the table does not know. */
export function roomOf(path: string): string | undefined {
  const folder = path.startsWith('src/') ? path.slice('src/'.length) : '';
  return Object.keys(ROOMS).find((room) => folder.startsWith(`${room}/`));
}

/** The path that a relative import names, seen from the importing file. */
function targetOf(file: SourceFile, from: string): string | undefined {
  if (!from.startsWith('.')) return undefined;
  return new URL(from, `file:///${file.path}`).pathname.slice(1);
}

const isCode = (path: string): boolean => /\.tsx?$/.test(path);

const src = (files: Files): Files => files.filter(({ path }) => path.startsWith('src/'));

function isAllowedPackage(name: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) =>
    entry.endsWith('*')
      ? name.startsWith(entry.slice(0, -1))
      : name === entry || name.startsWith(`${entry}/`),
  );
}

export function unknownRooms(files: Files): string[] {
  return src(files)
    .filter(({ path }) => roomOf(path) === undefined)
    .map(({ path }) => `${path}: this folder is not in ROOMS of src/tidy/rules.ts`);
}

/** Imports that run against the arrows, and packages that the room has no business with. */
export function forbiddenImports(files: Files): string[] {
  const findings: string[] = [];
  for (const file of src(files)) {
    const room = roomOf(file.path);
    const rule = room === undefined ? undefined : ROOMS[room];
    if (rule === undefined || isTest(file.path)) continue;
    for (const { line, from, isType } of file.imports) {
      const target = targetOf(file, from);
      const at = `${file.path}:${line}: `;
      if (target === undefined) {
        if (isAllowedPackage(from, rule.packages ?? [])) continue;
        findings.push(`${at}${room} must not import the package ${from}`);
        continue;
      }
      const targetRoom = roomOf(target) ?? target;
      if (isCode(target) && isTest(target)) findings.push(`${at}imports test code, ${target}`);
      if (targetRoom === room || rule.imports.includes(targetRoom)) continue;
      if (isType && rule.types?.includes(targetRoom)) continue;
      findings.push(`${at}${room} must not import ${targetRoom}`);
    }
  }
  return findings;
}

/** One finding for each import that closes a cycle of files, type imports included. */
export function importCycles(files: Files): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const stack: string[] = [];
  const findings: string[] = [];
  const visit = (path: string) => {
    const file = byPath.get(path);
    if (file === undefined || done.has(path)) return;
    const start = stack.indexOf(path);
    if (start >= 0) {
      findings.push(`cycle: ${[...stack.slice(start), path].join(' -> ')}`);
      return;
    }
    stack.push(path);
    for (const { from } of file.imports) visit(targetOf(file, from) ?? '');
    stack.pop();
    done.add(path);
  };
  for (const { path } of files) visit(path);
  return findings;
}

/** Files of src/ that nothing imports: neither tests nor `entries`, which are started otherwise. */
export function orphans(files: Files, entries: readonly string[]): string[] {
  const imported = new Set(
    files.flatMap((file) => file.imports.map(({ from }) => targetOf(file, from))),
  );
  return src(files)
    .map(({ path }) => path)
    .filter((path) => !imported.has(path) && !entries.includes(path))
    .filter((path) => !/\.(?:test|d)\.tsx?$/.test(path))
    .map((path) => `${path}: nobody imports this file`);
}

/** Clocks, timers, inexact arithmetic and locale in pure rooms; unseeded chance anywhere. */
export function impurities(files: Files): string[] {
  const findings: string[] = [];
  for (const { path, names, members } of src(files)) {
    const room = roomOf(path) ?? '';
    const isPure = ROOMS[room]?.isPure === true && !isTest(path);
    for (const { line, name } of isPure ? names : []) {
      if (IMPURE_NAMES.has(name)) findings.push(`${path}:${line}: ${name} in a pure folder`);
    }
    for (const { line, name } of members) {
      const [object = '', property = ''] = name.split('.');
      const isInexact = object === 'Math' && !EXACT_MATH.has(property);
      if (isPure && (isInexact || IMPURE_METHODS.has(property))) {
        findings.push(`${path}:${line}: ${name} in a pure folder`);
      } else if (name === 'Math.random' && !SEED_ROOMS.includes(room)) {
        findings.push(`${path}:${line}: Math.random; take a seeded generator`);
      }
    }
  }
  return findings;
}

/** An address, or a sentence for a person in one string, which breaking would not make clearer. */
const UNBREAKABLE = /:\/\/|(['"`]).{50,}\1/;

export function tooLong(files: Files): string[] {
  const findings: string[] = [];
  for (const { path, lines } of files) {
    if (lines.length > LIMITS.fileLines) {
      findings.push(`${path}: ${lines.length} lines; at most ${LIMITS.fileLines}`);
    }
    for (const [index, line] of lines.entries()) {
      if (line.length <= LIMITS.lineColumns || UNBREAKABLE.test(line)) continue;
      findings.push(`${path}:${index + 1}: ${line.length} columns; at most ${LIMITS.lineColumns}`);
    }
  }
  return findings;
}

/** Where a count differs from the table: more is an error, fewer means the table must follow. */
export function ratchetChanges(
  files: Files,
  table: Readonly<Record<RatchetName, number>> = RATCHET,
): string[] {
  const found = files.flatMap(({ path, ratchets }) =>
    ratchets.map(({ ratchet, line, name }) => ({ ratchet, text: `${path}:${line}: ${name}` })),
  );
  return Object.entries(table).flatMap(([ratchet, allowed]) => {
    const texts = found.filter((entry) => entry.ratchet === ratchet).map(({ text }) => text);
    if (texts.length === allowed) return [];
    return [`${ratchet}: found ${texts.length}, RATCHET says ${allowed}`, ...texts];
  });
}
