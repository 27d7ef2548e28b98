import { describe, expect, it } from 'vitest';
import { OPEN_ACL_UNSAFE, READ_ACL_UNSAFE } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import { DataTree } from './DataTree.ts';
import { CONTAINER_OWNER, ttlOf } from './EphemeralType.ts';
import { bytesOf, createBody, SESSION, TreeBench } from './testing/TreeBench.ts';

describe('a fresh tree', () => {
  const tree = new DataTree();

  it('holds the four system znodes, the root counted twice', () => {
    expect([...tree.walk()].map(([path]) => path)).toEqual([
      '/',
      '/zookeeper',
      '/zookeeper/quota',
      '/zookeeper/config',
    ]);
    expect(tree.nodeCount).toBe(5);
    expect(tree.approximateDataSize).toBe(44);
  });

  it('has the digest that ZooKeeper logs for zxid 0', () => {
    expect(tree.digest()).toBe(1371985504n);
  });

  it('reports cversion -1 for the root and aversion -1 for the configuration', () => {
    expect(tree.getNode('/')?.stat()).toMatchObject({ cversion: -1, numChildren: 1 });
    const config = tree.getNode('/zookeeper/config');
    expect(config?.stat()).toMatchObject({ version: 0, aversion: -1, czxid: 0 });
    expect(config && tree.getACL(config)).toEqual(READ_ACL_UNSAFE);
  });

  it("takes '' for the root when reading", () => {
    expect(tree.getNode('')).toBe(tree.getNode('/'));
  });
});

describe('create', () => {
  it('starts a znode with one zxid, one time and versions 0', () => {
    const bench = new TreeBench();
    const { error, path, stat } = bench.create('/a', 'hello');
    expect({ error, path }).toEqual({ error: KeeperErrorCode.OK, path: '/a' });
    expect(stat).toEqual({
      czxid: 1,
      mzxid: 1,
      pzxid: 1,
      ctime: 1,
      mtime: 1,
      version: 0,
      cversion: 0,
      aversion: 0,
      ephemeralOwner: 0n,
      dataLength: 5,
      numChildren: 0,
    });
  });

  it('moves pzxid and cversion of the parent, not its mzxid', () => {
    const bench = new TreeBench();
    bench.create('/a');
    bench.create('/a/b');
    expect(bench.node('/a').stat()).toMatchObject({
      pzxid: 2,
      mzxid: 1,
      mtime: 1,
      version: 0,
      cversion: 1,
      numChildren: 1,
    });
  });

  it('keeps null and empty data apart', () => {
    const bench = new TreeBench();
    expect(bench.create('/null', null).stat?.dataLength).toBe(0);
    bench.create('/empty', '');
    expect(bench.node('/null').data).toBeNull();
    expect(bench.node('/empty').data).toEqual(new Uint8Array(0));
  });

  it('fails without a parent, and for a path that is no child of it', () => {
    const bench = new TreeBench();
    const digest = bench.tree.digest();
    expect(bench.create('/no/child').error).toBe(KeeperErrorCode.NONODE);
    expect(bench.create('nowhere').error).toBe(KeeperErrorCode.NONODE);
    expect(bench.create('//a').error).toBe(KeeperErrorCode.BADARGUMENTS);
    expect(bench.tree.digest()).toBe(digest);
  });

  it('over an existing znode keeps it, but counts the create if the parent has not', () => {
    const bench = new TreeBench();
    bench.create('/a', 'kept');
    const replayed = { ...createBody('/a', 'lost'), parentCVersion: 5 };
    expect(bench.apply(replayed).error).toBe(KeeperErrorCode.NODEEXISTS);
    expect(bench.text('/a')).toBe('kept');
    expect(bench.node('/')).toMatchObject({ cversion: 5, pzxid: 2 });
    expect(bench.apply({ ...replayed, parentCVersion: 4 }).stat).toBeNull();
    expect(bench.node('/')).toMatchObject({ cversion: 5, pzxid: 2 });
    expect(bench.tree.aclCache.size).toBe(2);
  });

  it('counts creates of every kind, and no deletes, in the stored cversion', () => {
    const bench = new TreeBench();
    bench.create('/p');
    bench.create('/p/plain');
    bench.createEphemeral('/p/ephemeral');
    bench.delete('/p/plain');
    const { type: _, ephemeral: __, ...rest } = createBody('/p/container');
    bench.apply({ type: 'createContainer', ...rest });
    bench.apply({ type: 'createTTL', ...rest, path: '/p/ttl', ttl: 1000 });
    expect(bench.node('/p').cversion).toBe(4);
    expect(bench.node('/p').stat().cversion).toBe(5);
    bench.delete('/p/ephemeral');
    bench.delete('/p/container');
    bench.delete('/p/ttl');
    bench.delete('/p');
    bench.create('/p');
    expect(bench.node('/p').cversion).toBe(0);
  });
});

describe('delete', () => {
  it('moves cversion and pzxid of the parent, not its mzxid', () => {
    const bench = new TreeBench();
    bench.create('/a');
    bench.create('/a/b');
    expect(bench.delete('/a/b')).toMatchObject({ error: 0, path: '/a/b', stat: null });
    expect(bench.node('/a').stat()).toMatchObject({ cversion: 2, pzxid: 3, mzxid: 1 });
    expect(bench.tree.getNode('/a/b')).toBeUndefined();
  });

  it('of a missing znode says so and lowers no pzxid', () => {
    const bench = new TreeBench();
    bench.create('/a');
    expect(bench.delete('/a/b').error).toBe(KeeperErrorCode.NONODE);
    expect(bench.delete('/x/y').error).toBe(KeeperErrorCode.NONODE);
    expect(bench.node('/a').pzxid).toBe(2);
    expect(bench.tree.deleteNode('/a/b', ZERO_ZXID)).toBe(KeeperErrorCode.NONODE);
    expect(bench.node('/a').pzxid).toBe(2);
    expect(bench.tree.deleteNode('/', makeZxid(0, 9))).toBe(KeeperErrorCode.BADARGUMENTS);
  });

  it('replayed over a newer snapshot takes the descendants along', () => {
    const bench = new TreeBench();
    const { digest, approximateDataSize } = { digest: bench.tree.digest(), ...sizes(bench.tree) };
    bench.create('/a', 'data');
    bench.create('/a/b');
    bench.createEphemeral('/a/b/c');
    const root = bench.node('/');
    bench.tree.deleteNode('/a', makeZxid(0, 1));
    expect(sizes(bench.tree)).toEqual({ approximateDataSize, ephemerals: 0, acls: 1, znodes: 5 });
    expect(bench.tree.digest()).not.toBe(digest);
    expect(root).toMatchObject({ cversion: 1, pzxid: 1 });
  });
});

function sizes(tree: DataTree) {
  return {
    approximateDataSize: tree.approximateDataSize,
    ephemerals: tree.ephemeralsCount,
    acls: tree.aclCache.size,
    znodes: tree.nodeCount,
  };
}

describe('setData and setACL', () => {
  it('setData moves version, mzxid and mtime', () => {
    const bench = new TreeBench();
    bench.create('/a', 'x');
    expect(bench.set('/a', 'longer').stat).toMatchObject({
      version: 1,
      mzxid: 2,
      mtime: 2,
      czxid: 1,
      ctime: 1,
      pzxid: 1,
      dataLength: 6,
    });
    const missing = { type: 'setData', path: '/b', data: null, version: 1 } as const;
    expect(bench.apply(missing)).toMatchObject({ error: KeeperErrorCode.NONODE, stat: null });
    expect(bench.set('/', 'root').stat).toMatchObject({ version: 1, dataLength: 4 });
  });

  it('setACL moves aversion only, and equal ACLs are kept once', () => {
    const bench = new TreeBench();
    bench.create('/a');
    bench.create('/b');
    expect(bench.tree.aclCache.size).toBe(2);
    const acl = [{ perms: 255, id: { scheme: 'digest', id: 'a:b' } }];
    const set = { type: 'setACL', path: '/a', acl, version: 1 } as const;
    expect(bench.apply(set).stat).toMatchObject({ aversion: 1, mzxid: 1, mtime: 1, version: 0 });
    expect(bench.tree.getACL(bench.node('/a'))).toEqual(acl);
    expect(bench.tree.getACL(bench.node('/b'))).toEqual(OPEN_ACL_UNSAFE);
    expect(bench.tree.aclCache.size).toBe(3);
    bench.delete('/b');
    expect(bench.tree.aclCache.size).toBe(2);
    const missing = { ...set, path: '/b' };
    expect(bench.apply(missing).error).toBe(KeeperErrorCode.NONODE);
  });

  it('reconfig is setData on the configuration, outside the digest', () => {
    const bench = new TreeBench();
    const digest = bench.tree.digest();
    const path = '/zookeeper/config';
    const version = -1;
    const result = bench.apply({ type: 'reconfig', path, data: bytesOf('server.1='), version });
    expect(result.stat).toMatchObject({ version: -1, mzxid: 1, dataLength: 9 });
    expect(bench.tree.digest()).toBe(digest);
  });
});

describe('owners', () => {
  it('show to clients for ephemerals only', () => {
    const bench = new TreeBench();
    const { type: _, ephemeral: __, ...rest } = createBody('/c');
    expect(bench.createEphemeral('/e').stat?.ephemeralOwner).toBe(SESSION);
    expect(bench.apply({ type: 'createContainer', ...rest }).stat?.ephemeralOwner).toBe(0n);
    const ttl = { type: 'createTTL', ...rest, path: '/t', ttl: 2 ** 40 - 1 } as const;
    expect(bench.apply(ttl).stat?.ephemeralOwner).toBe(0n);
    expect(bench.node('/c').ephemeralOwner).toBe(CONTAINER_OWNER);
    expect(ttlOf(bench.node('/t').ephemeralOwner)).toBe(2 ** 40 - 1);
    expect([...bench.tree.containers, ...bench.tree.ttls]).toEqual(['/c', '/t']);
    bench.apply({ type: 'deleteContainer', path: '/c' });
    bench.delete('/t');
    expect([...bench.tree.containers, ...bench.tree.ttls]).toEqual([]);
    expect(bench.apply({ ...ttl, ttl: 0 }).error).toBe(KeeperErrorCode.BADARGUMENTS);
    expect(bench.apply({ ...ttl, ttl: 2 ** 40 }).error).toBe(KeeperErrorCode.BADARGUMENTS);
  });

  it('closeSession deletes the listed ephemerals and then the rest, of that session only', () => {
    const bench = new TreeBench();
    const other = SESSION + 1n;
    for (const path of ['/b', '/a', '/c']) bench.createEphemeral(path);
    bench.createEphemeral('/kept', other);
    expect(bench.tree.ephemeralsCount).toBe(4);
    bench.watches.addWatch(1, '/', 'child');
    bench.watches.addWatch(1, '/', 'persistentRecursive');
    const { error } = bench.apply({ type: 'closeSession', paths2Delete: ['/c', '/gone'] });
    expect(error).toBe(KeeperErrorCode.OK);
    expect(bench.takeEvents()).toEqual([
      '1 NodeDeleted /c 5',
      '1 NodeChildrenChanged / 5',
      '1 NodeDeleted /a 5',
      '1 NodeDeleted /b 5',
    ]);
    expect([...bench.tree.ephemerals.keys()]).toEqual([other]);
  });

  it('lists ephemerals by text prefix, sorted', () => {
    const bench = new TreeBench();
    for (const path of ['/ab', '/a', '/b']) bench.createEphemeral(path);
    expect(bench.tree.getEphemerals(SESSION)).toEqual(['/a', '/ab', '/b']);
    expect(bench.tree.getEphemerals(SESSION, '/a')).toEqual(['/a', '/ab']);
    expect(bench.tree.getEphemerals(SESSION, ' ')).toHaveLength(3);
    expect(bench.tree.getEphemerals(SESSION, '/')).toHaveLength(3);
    expect(bench.tree.getEphemerals(SESSION + 1n)).toEqual([]);
    // Anyone may have deleted it.
    bench.apply({ type: 'delete', path: '/ab' }, SESSION + 1n);
    expect(bench.tree.getEphemerals(SESSION)).toEqual(['/a', '/b']);
  });
});

describe('children', () => {
  it('are sorted, and counted with all their descendants', () => {
    const bench = new TreeBench();
    for (const path of ['/z', '/a', '/a/c', '/a/b', '/a/b/d', '/ab']) bench.create(path);
    expect(bench.node('/a').sortedChildren()).toEqual(['b', 'c']);
    expect([...bench.node('/a').children]).toEqual(['c', 'b']);
    expect(bench.tree.getAllChildrenNumber('/a')).toBe(3);
    expect(bench.tree.getAllChildrenNumber('/z')).toBe(0);
    expect(bench.tree.getAllChildrenNumber('/none')).toBe(0);
    expect(bench.tree.getAllChildrenNumber('/')).toBe(9);
  });
});

describe('multi', () => {
  it('gives all its parts one zxid and one time, and a result each', () => {
    const bench = new TreeBench();
    const result = bench.apply({
      type: 'multi',
      txns: [
        createBody('/a'),
        createBody('/a/b'),
        { type: 'setData', path: '/a', data: null, version: 1 },
        { type: 'check', path: '/a', version: 2 },
        { type: 'delete', path: '/a/b' },
      ],
    });
    expect(result.error).toBe(KeeperErrorCode.OK);
    expect(result.multi?.map(({ type, error, path }) => [type, error, path])).toEqual([
      ['create', 0, '/a'],
      ['create', 0, '/a/b'],
      ['setData', 0, '/a'],
      ['check', 0, '/a'],
      ['delete', 0, '/a/b'],
    ]);
    expect(result.multi?.map(({ stat }) => stat?.mzxid)).toEqual([1, 1, 1, undefined, undefined]);
    expect(bench.node('/a').stat()).toMatchObject({ czxid: 1, mzxid: 1, pzxid: 1, version: 1 });
  });

  it('that failed changes and fires nothing, and reports every part as an error', () => {
    const bench = new TreeBench();
    bench.watches.addWatch(1, '/a', 'exist');
    const digest = bench.tree.digest();
    const result = bench.apply({
      type: 'multi',
      txns: [
        createBody('/a'),
        { type: 'error', err: KeeperErrorCode.BADVERSION },
        { type: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY },
      ],
    });
    expect(result.error).toBe(KeeperErrorCode.BADVERSION);
    expect(result.multi?.map(({ type, error }) => [type, error])).toEqual([
      ['error', 0],
      ['error', -103],
      ['error', -2],
    ]);
    expect(bench.tree.digest()).toBe(digest);
    expect(bench.takeEvents()).toEqual([]);
  });

  it('may be empty', () => {
    expect(new TreeBench().apply({ type: 'multi', txns: [] })).toMatchObject({
      error: 0,
      multi: [],
    });
  });
});

it('error and session txns change nothing', () => {
  const bench = new TreeBench();
  const digest = bench.tree.digest();
  expect(bench.apply({ type: 'error', err: -101 })).toMatchObject({ error: -101, path: null });
  expect(bench.apply({ type: 'createSession', timeOut: 4000 })).toMatchObject({ error: 0 });
  expect(bench.apply({ type: 'closeSession', paths2Delete: [] })).toMatchObject({ error: 0 });
  expect(bench.tree.digest()).toBe(digest);
});
