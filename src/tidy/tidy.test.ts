// The house rules, checked on every file of the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
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
import { ROOMS } from './rules.ts';
import { readSource } from './SourceFile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SKIPPED = ['node_modules', 'dist', '.git', 'test-results', 'playwright-report', 'coverage'];

// No fewer than this many; raise it as the repository grows.
const SOURCES_MIN = 20;

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !SKIPPED.includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? walk(path) : [relative(ROOT, path).split(sep).join('/')];
    });
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const paths = walk(ROOT);
const files = paths
  .filter((path) => /\.(?:tsx?|mjs)$/.test(path))
  .map((path) => readSource(path, read(path)));

describe('tidy', () => {
  test('it saw the repository', () => {
    expect(files.length).toBeGreaterThan(SOURCES_MIN);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(SOURCES_MIN);
  });

  test('the arrows between rooms have no cycle', () => {
    const rooms = Object.entries(ROOMS).map(([room, { imports, types = [] }]) => {
      const text = [...imports, ...types].map(
        (below) => `import '${'../'.repeat(room.split('/').length - 1) || './'}${below}.ts';`,
      );
      return readSource(`src/${room}.ts`, text.join('\n'));
    });
    expect(importCycles(rooms)).toEqual([]);
  });

  test('every folder of src is a room', () => expect(unknownRooms(files)).toEqual([]));
  test('imports follow the arrows', () => expect(forbiddenImports(files)).toEqual([]));
  test('no file imports itself in a circle', () => expect(importCycles(files)).toEqual([]));
  test('pure folders are pure', () => expect(impurities(files)).toEqual([]));
  test('files and lines are short', () => expect(tooLong(files)).toEqual([]));
  test('the ratchets hold', () => expect(ratchetChanges(files)).toEqual([]));

  test('every file is used', () => {
    const entries = [...read('index.html').matchAll(/src="\.\/(src\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(entries.length).toBeGreaterThan(0);
    expect(orphans(files, entries)).toEqual([]);
  });

  test('every room has a README', () => {
    const folders = new Set(
      files.flatMap(
        ({ path }) => /^src\/(?:[^/]+|server\/[^/]+|hosts\/[^/]+)(?=\/[^/]+$)/.exec(path) ?? [],
      ),
    );
    folders.delete('src/server/testing');
    const missing = [...folders].filter((path) => !existsSync(join(ROOT, path, 'README.md')));
    expect(missing).toEqual([]);
  });

  test('no path of somebody’s machine', () => {
    // A znode may be called /work or /root/x, so only what a checkout looks like is searched for.
    const machine = /\/work\/(?:main|shared|\.)|\/root\/\.|\/home\/[a-z]|\/Users\/[a-z]/;
    const texts = paths.filter((path) => /\.(?:[cm]?[jt]sx?|json|html|css|md|txt)$/.test(path));
    const found = texts.filter(
      (path) => path !== 'src/tidy/tidy.test.ts' && machine.test(read(path)),
    );
    expect(texts.length).toBeGreaterThan(SOURCES_MIN);
    expect(found).toEqual([]);
  });
});
