import { describe, expect, it } from 'vitest';
import { WatcherType } from '../../protocol/events.ts';
import { asZxid } from '../../protocol/zxid.ts';
import type { WatchKind } from '../trace.ts';
import { setWatches } from './setWatches.ts';
import { TreeBench } from './testing/TreeBench.ts';

/** A bench with connection 1 watching. */
function watching(...watches: readonly (readonly [path: string, kind: WatchKind])[]): TreeBench {
  const bench = new TreeBench();
  for (const [path, kind] of watches) bench.watches.addWatch(1, path, kind);
  return bench;
}

describe('standard watches', () => {
  it('exists on a missing znode hears its creation once', () => {
    const bench = watching(['/a', 'exist']);
    bench.create('/a');
    bench.set('/a', 'x');
    expect(bench.takeEvents()).toEqual(['1 NodeCreated /a 1']);
    expect(bench.watches.watchCount).toBe(0);
  });

  it('getData hears the next change only', () => {
    const bench = new TreeBench();
    bench.create('/a');
    bench.watches.addWatch(1, '/a', 'data');
    bench.set('/a', 'x');
    bench.set('/a', 'y');
    expect(bench.takeEvents()).toEqual(['1 NodeDataChanged /a 2']);
  });

  it('getChildren hears children come and go, not their data or their children', () => {
    const bench = new TreeBench();
    bench.create('/a');
    bench.create('/a/b');
    bench.watches.addWatch(1, '/a', 'child');
    bench.create('/a/b/c');
    bench.set('/a/b', 'x');
    bench.set('/a', 'x');
    expect(bench.takeEvents()).toEqual([]);
    bench.delete('/a/b/c');
    bench.delete('/a/b');
    expect(bench.takeEvents()).toEqual(['1 NodeChildrenChanged /a 7']);
  });

  it('of all kinds on one znode hear one NodeDeleted, and are used up', () => {
    const bench = new TreeBench();
    bench.create('/a');
    for (const kind of ['data', 'exist', 'child'] as const) bench.watches.addWatch(1, '/a', kind);
    bench.watches.addWatch(2, '/a', 'child');
    bench.delete('/a');
    expect(bench.takeEvents()).toEqual(['1 NodeDeleted /a 2', '2 NodeDeleted /a 2']);
    expect(bench.watches.watchCount).toBe(0);
  });

  it('setACL is silent', () => {
    const bench = new TreeBench();
    bench.create('/a');
    for (const kind of ['data', 'child', 'persistent'] as const)
      bench.watches.addWatch(1, '/a', kind);
    bench.apply({ type: 'setACL', path: '/a', acl: [], version: 1 });
    expect(bench.takeEvents()).toEqual([]);
  });

  it('set twice in one multi fires once', () => {
    const bench = new TreeBench();
    bench.create('/a');
    bench.watches.addWatch(1, '/a', 'data');
    const set = { type: 'setData', path: '/a', data: null, version: 1 } as const;
    bench.apply({ type: 'multi', txns: [set, { ...set, version: 2 }] });
    expect(bench.takeEvents()).toEqual(['1 NodeDataChanged /a 2']);
  });

  it('are not told to who may not read, but used up', () => {
    const bench = new TreeBench();
    const acl = [{ perms: 31, id: { scheme: 'ip', id: '10.0.0.0/8' } }];
    bench.create('/secret', '', { acl });
    for (const connection of [1, 2]) {
      bench.ids.set(connection, [{ scheme: 'ip', id: `${8 + connection}.0.0.1` }]);
      bench.watches.addWatch(connection, '/secret', 'data');
      bench.watches.addWatch(connection, '/secret', 'child');
    }
    bench.set('/secret', 'x');
    expect(bench.takeEvents()).toEqual(['2 NodeDataChanged /secret 2']);
    bench.create('/secret/open');
    expect(bench.takeEvents()).toEqual(['2 NodeChildrenChanged /secret 3']);
    expect(bench.watches.watchCount).toBe(0);
  });
});

describe('persistent watches', () => {
  it('hear every change of exactly their path', () => {
    const bench = watching(['/a', 'persistent']);
    bench.create('/a');
    bench.create('/a/b');
    bench.create('/a/b/c');
    bench.set('/a/b', 'x');
    bench.set('/a', 'x');
    bench.delete('/a/b/c');
    bench.delete('/a/b');
    bench.delete('/a');
    bench.create('/a');
    expect(bench.takeEvents()).toEqual([
      '1 NodeCreated /a 1',
      '1 NodeChildrenChanged /a 2',
      '1 NodeDataChanged /a 5',
      '1 NodeChildrenChanged /a 7',
      '1 NodeDeleted /a 8',
      '1 NodeCreated /a 9',
    ]);
  });

  it('recursive ones hear the subtree, never NodeChildrenChanged', () => {
    const bench = watching(['/a', 'persistentRecursive']);
    bench.create('/a');
    bench.create('/ab');
    bench.create('/a/b');
    bench.create('/a/b/c');
    bench.set('/a/b/c', 'x');
    bench.delete('/a/b/c');
    expect(bench.takeEvents()).toEqual([
      '1 NodeCreated /a 1',
      '1 NodeCreated /a/b 3',
      '1 NodeCreated /a/b/c 4',
      '1 NodeDataChanged /a/b/c 5',
      '1 NodeDeleted /a/b/c 6',
    ]);
  });

  it('recursive ones on the root hear everything', () => {
    const bench = watching(['/', 'persistentRecursive']);
    bench.create('/a');
    bench.set('/', 'x');
    expect(bench.takeEvents()).toEqual(['1 NodeCreated /a 1', '1 NodeDataChanged / 2']);
  });

  it('are told once however many of their watches match', () => {
    const bench = watching(['/', 'persistentRecursive'], ['/a', 'persistent'], ['/a', 'exist']);
    bench.watches.addWatch(1, '/a', 'persistentRecursive');
    bench.create('/a');
    bench.delete('/a');
    expect(bench.takeEvents()).toEqual(['1 NodeCreated /a 1', '1 NodeDeleted /a 2']);
  });

  it('outlive a standard watch on the same path', () => {
    const bench = watching(['/a', 'persistent'], ['/a', 'exist'], ['/a', 'child']);
    bench.create('/a');
    bench.set('/a', 'x');
    expect(bench.takeEvents()).toEqual(['1 NodeCreated /a 1', '1 NodeDataChanged /a 2']);
    expect(bench.watches.checkWatches(1, '/a', WatcherType.Data)).toBe(false);
    expect(bench.watches.checkWatches(1, '/a', WatcherType.Children)).toBe(true);
    expect(bench.watches.checkWatches(1, '/a', WatcherType.Persistent)).toBe(true);
  });
});

describe('removing', () => {
  it('each type touches its own watches only', () => {
    const { watches } = watching(['/a', 'data'], ['/a', 'child'], ['/a', 'persistent']);
    const types = [WatcherType.Data, WatcherType.Children, WatcherType.Persistent] as const;
    for (const type of types) {
      expect(watches.checkWatches(2, '/a', type)).toBe(false);
      expect(watches.removeWatches(2, '/a', type)).toBe(false);
      expect(watches.removeWatches(1, '/a', type)).toBe(true);
      expect(watches.checkWatches(1, '/a', type)).toBe(false);
    }
    expect(watches.watchCount).toBe(0);
  });

  it('any touches everything of that connection', () => {
    const bench = watching(['/a', 'data'], ['/a', 'persistent'], ['/a', 'persistentRecursive']);
    bench.watches.addWatch(2, '/a', 'persistent');
    expect(bench.watches.checkWatches(1, '/a', WatcherType.Any)).toBe(true);
    expect(bench.watches.removeWatches(1, '/a', WatcherType.Any)).toBe(true);
    expect(bench.watches.removeWatches(1, '/a', WatcherType.Any)).toBe(false);
    bench.create('/a');
    bench.create('/a/b');
    expect(bench.takeEvents()).toEqual(['2 NodeCreated /a 1', '2 NodeChildrenChanged /a 2']);
  });

  it('a connection leaves nothing behind', () => {
    const bench = watching(['/a', 'data'], ['/', 'persistentRecursive'], ['/b', 'child']);
    bench.watches.removeConnection(1);
    bench.create('/a');
    expect(bench.takeEvents()).toEqual([]);
    expect(bench.watches.watchCount).toBe(0);
    expect(bench.watches.summary()).toEqual({ connections: 0, paths: 0, watches: 0 });
  });
});

it('refuses watches beyond the limit of a connection, not those that it has', () => {
  const { watches } = new TreeBench(3);
  expect(watches.addWatch(1, '/a', 'data')).toBe(true);
  expect(watches.addWatch(1, '/b', 'persistent')).toBe(true);
  expect(watches.addWatch(1, '/c', 'data')).toBe(false);
  expect(watches.addWatch(1, '/a', 'child')).toBe(false);
  expect(watches.addWatch(1, '/a', 'persistentRecursive')).toBe(true);
  expect(watches.addWatch(2, '/c', 'data')).toBe(true);
  expect(watches.countOf(1)).toBe(3);
});

it('counts watches for wchs, wchc and wchp from the data table', () => {
  const { watches } = watching(['/a', 'data'], ['/b', 'data'], ['/c', 'child']);
  watches.addWatch(2, '/a', 'persistent');
  expect(watches.watchCount).toBe(5);
  expect(watches.summary()).toEqual({ connections: 2, paths: 2, watches: 3 });
  expect([...watches.pathsByConnection()]).toEqual([
    [1, ['/a', '/b']],
    [2, ['/a']],
  ]);
  expect([...watches.connectionsByPath()]).toEqual([
    ['/a', [1, 2]],
    ['/b', [1]],
  ]);
});

describe('setWatches', () => {
  const none = {
    relativeZxid: asZxid(3),
    dataWatches: [],
    existWatches: [],
    childWatches: [],
    persistentWatches: [],
    persistentRecursiveWatches: [],
  };

  it('tells what was missed, and sets the rest', () => {
    const bench = new TreeBench();
    bench.create('/old');
    bench.create('/old/child');
    bench.create('/changed');
    bench.set('/changed', 'x');
    bench.create('/changed/child');
    const paths = ['/gone', '/changed', '/old'];
    const missed = setWatches(bench.tree, bench.watches, 1, {
      relativeZxid: asZxid(3),
      dataWatches: paths,
      existWatches: ['/gone', '/old'],
      childWatches: paths,
      persistentWatches: ['/p'],
      persistentRecursiveWatches: ['/r'],
    });
    expect(missed).toBe(true);
    expect(bench.takeEvents()).toEqual([
      '1 NodeDeleted /gone -1',
      '1 NodeDataChanged /changed -1',
      '1 NodeCreated /old -1',
      '1 NodeDeleted /gone -1',
      '1 NodeChildrenChanged /changed -1',
    ]);
    const types = [2, 1, 4, 5] as const;
    const set = ['/gone', '/changed', '/old', '/p', '/r'].map((path) =>
      types.filter((type) => bench.watches.checkWatches(1, path, type)),
    );
    expect(set).toEqual([[2], [], [2, 1], [4], [5]]);
  });

  it('stops at the limit', () => {
    const bench = new TreeBench(1);
    const request = { ...none, existWatches: ['/a', '/b'] };
    expect(setWatches(bench.tree, bench.watches, 1, request)).toBe(false);
    expect(bench.watches.countOf(1)).toBe(1);
  });
});
