// Each rule is shown a fault that it must find, and its innocent twin that it must not.
import { describe, expect, test } from 'vitest';
import {
  forbiddenImports,
  importCycles,
  impurities,
  orphans,
  ratchetChanges,
  tooLong,
  unknownRooms,
} from './findings.ts';
import { RATCHET } from './rules.ts';
import { readSource } from './SourceFile.ts';

const plant = (texts: Record<string, string>) =>
  Object.entries(texts).map(([path, text]) => readSource(path, text));

const one = (path: string, text: string) => plant({ [path]: text });

const NONE = Object.fromEntries(Object.keys(RATCHET).map((name) => [name, 0])) as typeof RATCHET;

describe('arrows', () => {
  test.each([
    [
      'src/base/a.ts',
      "import type { B } from '../protocol/b.ts';",
      'base must not import protocol',
    ],
    [
      'src/lab/a.ts',
      "import { b } from '../hosts/worker/b.ts';",
      'lab must not import hosts/worker',
    ],
    ['src/lab/a.ts', "import { useState } from 'react';", 'package react'],
    ['src/base/a.ts', "export { b } from '../server/b.ts';", 'base must not import server'],
    ['src/base/a.ts', "export * from '../server/b.ts';", 'base must not import server'],
    ['src/base/a.ts', "const b = import('../server/b.ts');", 'base must not import server'],
    ['src/base/a.ts', "type B = import('../server/b.ts').B;", 'base must not import server'],
    ['src/lab/a.ts', "new URL('../app/b.ts', import.meta.url);", 'lab must not import app'],
    ['src/app/a.ts', "import { b } from '../hosts/tcp/b.ts';", 'app must not import hosts/tcp'],
    [
      'src/base/a.ts',
      "import { b } from '../../scripts/b.ts';",
      'base must not import scripts/b.ts',
    ],
    ['src/base/a.ts', "import { b } from './testing/b.ts';", 'imports test code'],
  ])('%s: %s', (path, text, finding) => {
    const found = forbiddenImports(one(path, text));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(finding);
  });

  test.each([
    ['src/protocol/a.ts', "import { b } from '../base/b.ts';"],
    ['src/server/tree/a.ts', "import { b } from '../storage/b.ts';"],
    ['src/server/tree/a.ts', "import { sha1 } from '@noble/hashes/legacy.js';"],
    ['src/trace/a.ts', "import type { B } from '../server/b.ts';"],
    ['src/base/a.test.ts', "import { b } from '../conductor/b.ts';"],
    [
      'src/views/a.tsx',
      "import { tree } from 'd3-hierarchy'; import styles from './a.module.css';",
    ],
    ['src/base/a.ts', "// import { b } from '../app/b.ts';\nconst text = 'from react';"],
  ])('%s may say: %s', (path, text) => {
    expect(forbiddenImports(one(path, text))).toEqual([]);
  });

  test('a folder without a room', () => {
    expect(unknownRooms(one('src/utils/a.ts', ''))).toHaveLength(1);
    expect(unknownRooms(one('src/base/deep/a.ts', ''))).toEqual([]);
  });
});

describe('graph', () => {
  test('a cycle over three files', () => {
    const files = plant({
      'src/base/a.ts': "import { b } from './b.ts';",
      'src/base/b.ts': "import type { C } from './c/c.ts';",
      'src/base/c/c.ts': "import { a } from '../a.ts';",
    });
    expect(importCycles(files)).toHaveLength(1);
    expect(importCycles(files.slice(0, 2))).toEqual([]);
  });

  test('a file that nobody imports', () => {
    const files = plant({
      'src/base/a.ts': '',
      'src/base/b.ts': '',
      'src/base/b.test.ts': "import { b } from './b.ts';",
      'scripts/c.ts': "import { d } from '../src/base/d.ts';",
      'src/base/d.ts': '',
    });
    expect(orphans(files, [])).toEqual(['src/base/a.ts: nobody imports this file']);
    expect(orphans(files, ['src/base/a.ts'])).toEqual([]);
  });
});

describe('purity', () => {
  test.each([
    'Date.now();',
    'const now = new Date();',
    'setTimeout(() => {}, 1);',
    'console.log(1);',
    'performance.now();',
    'Math.random();',
    'Math.log(2);',
    'const power = 2 ** x;',
    'x **= 2;',
    "'a'.localeCompare('b');",
    'const { log } = { console };',
  ])('%s', (text) => {
    expect(impurities(one('src/server/a.ts', text))).toHaveLength(1);
  });

  test.each([
    'Math.floor(Math.max(1, 2) / 3);',
    'const limit = 2 ** 32;',
    'const zero = { Date: 1, console: 2 }.Date;',
    '// Date.now() and setTimeout live in the hosts',
    "const text = 'Math.random()';",
  ])('innocent: %s', (text) => {
    expect(impurities(one('src/server/a.ts', text))).toEqual([]);
  });

  test('chance needs a seed in tests and in the lab too', () => {
    const text = 'Math.random();';
    expect(impurities(one('src/server/a.test.ts', text))).toHaveLength(1);
    expect(impurities(one('src/lab/a.ts', text))).toHaveLength(1);
    expect(impurities(one('src/app/a.ts', text))).toEqual([]);
    expect(impurities(one('src/app/a.ts', 'Date.now();'))).toEqual([]);
  });
});

describe('size and ratchets', () => {
  test('a long file and a long line', () => {
    expect(tooLong(one('src/base/a.ts', '\n'.repeat(400)))).toEqual([]);
    expect(tooLong(one('src/base/a.ts', '\n'.repeat(401)))).toHaveLength(1);
    expect(tooLong(one('src/base/a.ts', `// ${'x'.repeat(97)}`))).toEqual([]);
    expect(tooLong(one('src/base/a.ts', `// ${'x'.repeat(98)}`))).toHaveLength(1);
  });

  test.each([
    ['any', 'const a: any = 1;'],
    ['any', 'const a = <any>1;'],
    ['castThroughUnknown', 'const a = 1 as unknown as string;'],
    ['nonNullAssertion', 'const a = b!;'],
    ['tsSuppression', '// @ts-ignore'],
    ['biomeSuppression', '// biome-ignore lint: because'],
    ['skippedTest', "test.skip('x', () => {});"],
    ['skippedTest', "describe.only('x', () => {});"],
    ['laterNote', '// TO' + 'DO later'],
  ])('%s: %s', (ratchet, text) => {
    const found = ratchetChanges(one('src/base/a.ts', text), NONE);
    expect(found[0]).toBe(`${ratchet}: found 1, RATCHET says 0`);
    expect(ratchetChanges([], { ...NONE, [ratchet]: 1 })).toHaveLength(1);
  });

  test('innocent', () => {
    const text = "const any = 1 as const; test('any as unknown as', () => {}); a.skip();";
    expect(ratchetChanges(one('src/base/a.ts', text), NONE)).toEqual([]);
  });
});
