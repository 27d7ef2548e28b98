// One file, read with Vite's parser and reduced to the facts that the rules speak of.
import { parseSync } from 'vite';
import type { RatchetName } from './rules.ts';

export interface Fact {
  readonly line: number;
  /** For `names` an identifier, for `members` "object.property", for `ratchets` what was found. */
  readonly name: string;
}

export interface Import {
  readonly line: number;
  /** As written: './x.ts', 'react', 'node:fs'. */
  readonly from: string;
  /** Nothing of it is left when the program runs. */
  readonly isType: boolean;
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
  /** Identifiers used as values or types, not as the name of a property. */
  readonly names: readonly Fact[];
  readonly members: readonly Fact[];
  readonly ratchets: readonly (Fact & { readonly ratchet: RatchetName })[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const TEST_FUNCTIONS: ReadonlySet<string> = new Set(['describe', 'expect', 'it', 'test']);
const SKIPS: ReadonlySet<string> = new Set(['fails', 'fixme', 'only', 'skip', 'skipIf', 'todo']);

// The words are split so that this file does not find itself.
const COMMENTS: readonly (readonly [RatchetName, RegExp])[] = [
  ['tsSuppression', /@ts-(?:ignore|expect-error|nocheck)/],
  ['biomeSuppression', /biome-ignore/],
  ['laterNote', /\b(?:TO[D]O|FIXM[E]|XX[X]|HAC[K])\b/],
];

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

const nameOf = (value: unknown): string =>
  isNode(value) && typeof value['name'] === 'string' ? value['name'] : '';

function literalOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  return value.type === 'Literal' && typeof value['value'] === 'string'
    ? value['value']
    : undefined;
}

/** The children of a node, each with the key that it hangs on. */
function* childrenOf(node: Node): Generator<readonly [key: string, child: Node]> {
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield [key, child];
    }
  }
}

/** What a node imports: import and export declarations, import(), type imports, worker URLs. */
function importedBy(node: Node): string | undefined {
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'URL') {
    const [address, base] = Array.isArray(node['arguments']) ? node['arguments'] : [];
    return isNode(base) ? literalOf(address) : undefined;
  }
  const isImport = /^(?:Import|Export(?:All|Named))(?:Declaration|Expression)$|^TSImportType$/;
  return isImport.test(node.type) ? literalOf(node['source']) : undefined;
}

function isTypeImport(node: Node): boolean {
  const kind = node['importKind'] ?? node['exportKind'];
  return kind === 'type' || node.type === 'TSImportType';
}

function ratchetOf(node: Node): RatchetName | undefined {
  const inner = node['expression'];
  switch (node.type) {
    case 'TSAnyKeyword':
      return 'any';
    case 'TSNonNullExpression':
      return 'nonNullAssertion';
    case 'TSAsExpression': {
      if (!isNode(inner) || inner.type !== 'TSAsExpression') return undefined;
      return isNode(inner['typeAnnotation']) && inner['typeAnnotation'].type === 'TSUnknownKeyword'
        ? 'castThroughUnknown'
        : undefined;
    }
    case 'MemberExpression':
      return TEST_FUNCTIONS.has(nameOf(node['object'])) && SKIPS.has(nameOf(node['property']))
        ? 'skippedTest'
        : undefined;
    default:
      return undefined;
  }
}

/** An identifier that only names a property, as in `x.Date` or `{ Date: 1 }`. */
function isPropertyName(key: string, parent: Node): boolean {
  const isMember = parent.type === 'MemberExpression' && key === 'property';
  return (isMember || key === 'key') && parent['computed'] !== true;
}

/** `2 ** 32` is exact; with anything but two literals it is `Math.pow`. */
function isInexactPower(node: Node): boolean {
  if (node.type !== 'BinaryExpression' && node.type !== 'AssignmentExpression') return false;
  if (node['operator'] === '**=') return true;
  const sides = [node['left'], node['right']];
  return (
    node['operator'] === '**' && !sides.every((side) => isNode(side) && side.type === 'Literal')
  );
}

/** A function from an offset in `text` to its line, counted from 1. */
function lineFinder(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index);
  return (offset) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

/** Reads one file; throws when it is not TypeScript. */
export function readSource(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const lineAt = lineFinder(text);
  const imports: Import[] = [];
  const names: Fact[] = [];
  const members: Fact[] = [];
  const ratchets: (Fact & { ratchet: RatchetName })[] = [];

  const visit = (node: Node, key: string, parent: Node) => {
    const line = lineAt(node.start);
    const from = importedBy(node);
    if (from !== undefined) imports.push({ line, from, isType: isTypeImport(node) });
    const ratchet = ratchetOf(node);
    if (ratchet !== undefined) ratchets.push({ line, name: node.type, ratchet });
    if (isInexactPower(node)) members.push({ line, name: 'Math.pow' });
    if (node.type === 'Identifier' && !isPropertyName(key, parent)) {
      names.push({ line, name: nameOf(node) });
    }
    if (node.type === 'MemberExpression') {
      members.push({ line, name: `${nameOf(node['object'])}.${nameOf(node['property'])}` });
    }
    for (const [childKey, child] of childrenOf(node)) visit(child, childKey, node);
  };
  if (isNode(program)) visit(program, '', program);

  for (const comment of comments) {
    for (const [ratchet, pattern] of COMMENTS) {
      if (!pattern.test(comment.value)) continue;
      ratchets.push({ line: lineAt(comment.start), name: comment.value.trim(), ratchet });
    }
  }
  return { path, lines: text.replace(/\n$/, '').split('\n'), imports, names, members, ratchets };
}
