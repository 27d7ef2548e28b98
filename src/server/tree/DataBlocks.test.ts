import { expect, it } from 'vitest';
import type { DataTree } from './DataTree.ts';
import { TreeBench } from './testing/TreeBench.ts';

const PATHS = Array.from({ length: 300 }, (_, i) => `/${i}`);
const ROUNDS = 20;
const textOf = (path: string, round: number): string => `${path} ${round} `.repeat(20);

/** Bytes of memory that the data of the tree keeps from being freed. */
function keptBytes(tree: DataTree): number {
  const buffers = new Set([...tree.walk()].map(([, { data }]) => data?.buffer));
  return [...buffers].reduce((sum, buffer) => sum + (buffer?.byteLength ?? 0), 0);
}

it('most memory of data that was replaced or deleted is given back', () => {
  const bench = new TreeBench();
  const limit = () => 2 * bench.tree.approximateDataSize + 0x14000;
  for (const path of PATHS) bench.create(path, textOf(path, 0));
  // The later a round the fewer it sets, so that each leaves data in blocks of its own.
  const lastRoundOf = (index: number) => index % ROUNDS;
  for (let round = 1; round < ROUNDS; round++) {
    const set = PATHS.filter((_, index) => lastRoundOf(index) >= round);
    for (const path of set) bench.set(path, textOf(path, round));
  }
  expect(PATHS.map((path) => bench.text(path))).toEqual(
    PATHS.map((path, index) => textOf(path, lastRoundOf(index))),
  );
  expect(keptBytes(bench.tree)).toBeLessThan(limit());
  for (const path of PATHS.filter((_, index) => index % 30 > 0)) bench.delete(path);
  expect(keptBytes(bench.tree)).toBeLessThan(limit());
  expect(bench.text('/30')).toBe(textOf('/30', lastRoundOf(30)));
});

it('data that somebody has read stays what it was', () => {
  const bench = new TreeBench();
  bench.create('/a', 'before');
  const { data } = bench.node('/a');
  for (let round = 0; round < 2_000; round++) bench.set('/a', textOf('/a', round));
  expect(data).toEqual(new TextEncoder().encode('before'));
});
