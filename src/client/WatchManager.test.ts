import { describe, expect, test } from 'vitest';
import { asZxid } from '../protocol/zxid.ts';
import { WatchManager } from './WatchManager.ts';
import type { Watcher } from './watch.ts';

const watcher = (): Watcher => () => {};

describe('what fires', () => {
  test('a deletion uses up data, exist and child watches; a watcher is told once', () => {
    const watches = new WatchManager();
    const [one, two] = [watcher(), watcher()];
    watches.add('data', '/a', one);
    watches.add('child', '/a', one);
    watches.add('child', '/a', two);
    expect([...watches.fire('NodeDeleted', '/a')]).toEqual([one, two]);
    expect(watches.fire('NodeDeleted', '/a').size).toBe(0);
  });

  test('a change of the children leaves data watches alone', () => {
    const watches = new WatchManager();
    watches.add('data', '/a', watcher());
    expect(watches.fire('NodeChildrenChanged', '/a').size).toBe(0);
    expect(watches.has('Data', '/a')).toBe(true);
  });

  test('recursive watches hear of all below but not of "children changed", and stay', () => {
    const watches = new WatchManager();
    const all = watcher();
    watches.add('persistentRecursive', '/', all);
    expect([...watches.fire('NodeCreated', '/a/b/c')]).toEqual([all]);
    expect([...watches.fire('NodeDeleted', '/a/b/c')]).toEqual([all]);
    expect(watches.fire('NodeChildrenChanged', '/a/b').size).toBe(0);
  });

  test('persistent watches hear of their own path only', () => {
    const watches = new WatchManager();
    const standing = watcher();
    watches.add('persistent', '/a', standing);
    expect([...watches.fire('NodeChildrenChanged', '/a')]).toEqual([standing]);
    expect(watches.fire('NodeCreated', '/a/b').size).toBe(0);
  });
});

test('removal tells each watcher what it was', () => {
  const watches = new WatchManager();
  const [data, child] = [watcher(), watcher()];
  watches.add('exist', '/a', data);
  watches.add('child', '/a', child);
  expect([...watches.remove('Data', '/a')]).toEqual([[data, 'DataWatchRemoved']]);
  expect([...watches.remove('Any', '/a')]).toEqual([[child, 'ChildWatchRemoved']]);
  expect(watches.has('Any', '/a')).toBe(false);
});

describe('setWatches', () => {
  test('is not sent when there is nothing to watch', () => {
    expect(new WatchManager().setWatches(asZxid(1))).toEqual([]);
  });

  test('comes in packets of about 128 KiB of paths, which together name every path', () => {
    const watches = new WatchManager();
    const paths = Array.from({ length: 300 }, (_, i) => `/${String(i).padStart(999, '0')}`);
    for (const path of paths) watches.add('data', path, watcher());
    watches.add('child', '/c', watcher());
    const packets = watches.setWatches(asZxid(1));
    expect(packets.map(({ type }) => type)).toEqual(['setWatches', 'setWatches', 'setWatches']);
    expect(packets.flatMap(({ dataWatches }) => dataWatches)).toEqual(paths);
    expect(packets.flatMap(({ childWatches }) => childWatches)).toEqual(['/c']);
    for (const { dataWatches } of packets) {
      expect(dataWatches.join('').length).toBeLessThanOrEqual(128 * 1024 + 1000);
    }
  });
});
