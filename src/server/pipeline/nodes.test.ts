/** Create, delete, data and children, on raw frames. Each case is one of ZooKeeper's own tests. */

import { describe, expect, it } from 'vitest';
import { OPEN, type TestClient } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const NONODE = -101;
const NOAUTH = -102;
const BADVERSION = -103;
const NODEEXISTS = -110;
const NOTEMPTY = -111;
const BADARGUMENTS = -8;

function client(): TestClient {
  return new TestEnsemble().leader.connect();
}

describe('create', () => {
  it('answers the path, and create2 the stat as well', () => {
    const c = client();
    expect(c.create('/a', 'x')).toBe('/a');
    const { path, stat } = c.ok({ type: 'create2', path: '/b', data: null, acl: OPEN, flags: 0 });
    expect(path).toBe('/b');
    expect(stat).toMatchObject({ version: 0, cversion: 0, aversion: 0, dataLength: 0 });
    expect(stat.czxid).toBe(stat.mzxid);
    expect(stat.czxid).toBe(stat.pzxid);
    expect(stat.ctime).toBe(stat.mtime);
  });

  it.each([
    ['/', NODEEXISTS],
    ['a', BADARGUMENTS],
    ['', BADARGUMENTS],
    ['/missing/b', NONODE],
    ['//a', BADARGUMENTS],
    ['/p/', BADARGUMENTS],
    ['/.', BADARGUMENTS],
    ['/p/..', BADARGUMENTS],
    ['/x\0y', BADARGUMENTS],
    ['/x\ty', BADARGUMENTS],
    ['/\u0085', BADARGUMENTS],
    ['/\ufff0', BADARGUMENTS],
    ['/\ue000', BADARGUMENTS],
    ['/p//c', NONODE],
    ['/p/./c', NONODE],
    ['/p', NODEEXISTS],
    ['/..a', 0],
    ['/a..', 0],
    ['/p/ok ', 0],
    ['/\ud7ff', 0],
    ['/zookeeper/x', 0],
    ['/zookeeper/config/x', NOAUTH],
  ])('of %j answers %i', (path, err) => {
    const c = client();
    c.create('/p');
    expect(c.createErr(path)).toBe(err);
  });

  it.each([7, -1, 99])('refuses flag %i', (flags) => {
    expect(client().createErr('/a', flags)).toBe(BADARGUMENTS);
  });

  it('keeps null and empty data apart', () => {
    const c = client();
    c.ok({ type: 'create', path: '/null', data: null, acl: OPEN, flags: 0 });
    c.create('/empty');
    expect(c.ok({ type: 'getData', path: '/null', watch: false }).data).toBeNull();
    expect(c.ok({ type: 'getData', path: '/empty', watch: false }).data).toHaveLength(0);
  });

  it('refuses children of ephemerals', () => {
    const c = client();
    c.create('/e', '', 1);
    expect(c.createErr('/e/c')).toBe(-108);
    expect(c.stat('/e').ephemeralOwner).toBe(c.sessionId);
  });

  it('consumes a zxid when it fails, and says so', () => {
    const c = client();
    const failed = c.call({ type: 'create', path: '/', data: null, acl: OPEN, flags: 0 });
    c.create('/a');
    expect(c.stat('/a').czxid).toBe(failed.zxid + 1);
  });
});

describe('sequential create', () => {
  it('counts every create of the parent and no delete', () => {
    const c = client();
    c.create('/p');
    expect(c.create('/p/s-', '', 2)).toBe('/p/s-0000000000');
    c.create('/p/plain');
    expect(c.delete('/p/plain')).toBe(0);
    expect(c.create('/p/s-', '', 3)).toBe('/p/s-0000000002');
    expect(c.create('/p/', '', 2)).toBe('/p/0000000003');
    expect(c.createErr('/p/x/y', 2)).toBe(NONODE);
    expect(c.create('/p/s-', '', 2)).toBe('/p/s-0000000004');
  });

  it('starts again when the parent is created again, and at 0 under the root', () => {
    const c = client();
    expect(c.create('/r-', '', 2)).toBe('/r-0000000000');
    c.create('/p');
    c.create('/p/s-', '', 2);
    c.delete('/p/s-0000000000');
    c.delete('/p');
    c.create('/p');
    expect(c.create('/p/s-', '', 2)).toBe('/p/s-0000000000');
  });
});

describe('containers and TTL', () => {
  const base = { data: null, acl: OPEN } as const;

  it('follows the matrix of flags and operations', () => {
    const c = client();
    expect(c.createErr('/plain', 4)).toBe(0);
    expect(c.createErr('/t5', 5)).toBe(BADARGUMENTS);
    expect(c.createErr('/t6', 6)).toBe(BADARGUMENTS);
    expect(c.err({ type: 'createContainer', path: '/c', ...base, flags: 4 })).toBe(0);
    expect(c.err({ type: 'createContainer', path: '/c0', ...base, flags: 0 })).toBe(0);
    const ttl = (path: string, flags: number, ms: number) =>
      c.err({ type: 'createTTL', path, ...base, flags, ttl: ms });
    expect(ttl('/t', 5, 100)).toBe(0);
    expect(ttl('/t-', 6, 100)).toBe(0);
    expect(ttl('/x', 5, 0)).toBe(BADARGUMENTS);
    expect(ttl('/x', 5, -1)).toBe(BADARGUMENTS);
    expect(ttl('/x', 5, 2 ** 40)).toBe(BADARGUMENTS);
    expect(ttl('/x', 0, 5)).toBe(BADARGUMENTS);
    expect(ttl('/x', 0, -1)).toBe(BADARGUMENTS);
    expect(c.stat('/c').ephemeralOwner).toBe(0n);
    expect(c.stat('/t').ephemeralOwner).toBe(0n);
    expect(c.createErr('/c/child')).toBe(0);
    expect(c.createErr('/t/child')).toBe(0);
  });

  it('has no TTL unless extended types are enabled', () => {
    const c = new TestEnsemble(1, { extendedTypesEnabled: false }).leader.connect();
    expect(c.err({ type: 'createTTL', path: '/t', ...base, flags: 5, ttl: 5 })).toBe(-6);
    expect(c.createErr('/t', 5)).toBe(-6);
  });

  it('removes used containers without children, one level a check', () => {
    const { leader } = new TestEnsemble(1, { containerCheckIntervalMs: 60_000 });
    const c = leader.connect({ timeOut: 40_000 });
    c.ok({ type: 'createContainer', path: '/c', ...base, flags: 4 });
    c.ok({ type: 'createContainer', path: '/c/d', ...base, flags: 4 });
    c.ok({ type: 'createContainer', path: '/new', ...base, flags: 4 });
    c.create('/c/d/x');
    c.delete('/c/d/x');
    const pass = () => {
      leader.advance(30_000);
      c.call({ type: 'ping' });
      leader.advance(30_000);
      c.call({ type: 'ping' });
      return c.children('/');
    };
    expect(pass()).toEqual(['c', 'new', 'zookeeper']);
    expect(c.err({ type: 'exists', path: '/c/d', watch: false })).toBe(NONODE);
    expect(pass()).toEqual(['new', 'zookeeper']);
  });

  it('removes TTL znodes some time after their last change', () => {
    const { leader } = new TestEnsemble(1, { containerCheckIntervalMs: 1_000 });
    const c = leader.connect({ timeOut: 40_000 });
    c.ok({ type: 'createTTL', path: '/t', ...base, flags: 5, ttl: 5_000 });
    c.ok({ type: 'createTTL', path: '/parent', ...base, flags: 5, ttl: 5_000 });
    c.create('/parent/child');
    leader.advance(4_000);
    c.set('/t', 'x');
    leader.advance(4_000);
    expect(c.children('/')).toContain('t');
    leader.advance(3_000);
    expect(c.children('/')).toEqual(['parent', 'zookeeper']);
  });
});

describe('delete', () => {
  it.each([
    ['/p/leaf', -1, 0],
    ['/p/leaf', 0, 0],
    ['/p/leaf', 1, BADVERSION],
    ['/p/leaf', -2, BADVERSION],
    ['/p', -1, NOTEMPTY],
    ['/p', 7, BADVERSION],
    ['/missing', -1, NONODE],
    ['/missing/x', -1, NONODE],
    ['/', -1, BADARGUMENTS],
    ['', -1, BADARGUMENTS],
    ['/zookeeper', -1, BADARGUMENTS],
    ['/zookeeper/quota', -1, BADARGUMENTS],
    ['/zookeeper/config', -1, BADARGUMENTS],
  ])('of %j at version %i answers %i', (path, version, err) => {
    const c = client();
    c.create('/p');
    c.create('/p/leaf');
    expect(c.delete(path, version)).toBe(err);
  });

  it('moves cversion and pzxid of the parent, not its mzxid', () => {
    const c = client();
    c.create('/p');
    c.create('/p/leaf');
    const before = c.stat('/p');
    c.delete('/p/leaf');
    const after = c.stat('/p');
    expect(after.cversion).toBe(before.cversion + 1);
    expect(after.pzxid).toBe(before.pzxid + 1);
    expect(after.mzxid).toBe(before.mzxid);
  });
});

describe('data', () => {
  it('checks the version and counts it', () => {
    const c = client();
    c.create('/a', 'one');
    const stat = c.set('/a', 'three', 0);
    expect(stat).toMatchObject({ version: 1, dataLength: 5 });
    expect(stat.mzxid).toBeGreaterThan(stat.czxid);
    const set = (path: string, version: number) =>
      c.err({ type: 'setData', path, data: null, version });
    expect(set('/a', 0)).toBe(BADVERSION);
    expect(set('/a', -2)).toBe(BADVERSION);
    expect(set('/missing', -1)).toBe(NONODE);
    expect(set('', -1)).toBe(BADARGUMENTS);
    expect(set('/', -1)).toBe(0);
    expect(c.get('/a')).toBe('three');
  });

  it('reads what is no path as what is not there', () => {
    const c = client();
    c.create('/a');
    for (const path of ['a', '//', '/a/']) {
      expect(c.err({ type: 'getData', path, watch: false })).toBe(NONODE);
    }
    expect(c.err({ type: 'getData', path: '', watch: false })).toBe(0);
    expect(c.err({ type: 'exists', path: '', watch: false })).toBe(0);
    expect(c.err({ type: 'exists', path: '/\0', watch: false })).toBe(BADARGUMENTS);
    const missing = c.call({ type: 'exists', path: '/missing', watch: false });
    expect(missing.err).toBe(NONODE);
    expect(missing.zxid).toBeGreaterThan(0);
  });
});

describe('children', () => {
  it('counts, lists and sums up', () => {
    const c = client();
    c.create('/p');
    c.create('/p/a');
    c.create('/p/b');
    c.create('/p/b/c');
    c.delete('/p/a');
    const { children, stat } = c.ok({ type: 'getChildren2', path: '/p', watch: false });
    expect(children).toEqual(['b']);
    expect(stat).toMatchObject({ numChildren: 1, cversion: 3 });
    const total = (path: string) => c.ok({ type: 'getAllChildrenNumber', path }).totalNumber;
    expect(total('/p')).toBe(2);
    expect(total('/')).toBe(6);
    expect(c.err({ type: 'getAllChildrenNumber', path: '/missing' })).toBe(NONODE);
  });

  it("lists a session's ephemerals by prefix", () => {
    const { leader } = new TestEnsemble();
    const c = leader.connect();
    leader.connect().create('/other', '', 1);
    c.create('/ea', '', 1);
    c.create('/eb', '', 1);
    const list = (prefixPath: string | null) =>
      c.ok({ type: 'getEphemerals', prefixPath }).ephemerals;
    expect(list(null)).toEqual(['/ea', '/eb']);
    expect(list('/')).toEqual(['/ea', '/eb']);
    expect(list('/ea')).toEqual(['/ea']);
    expect(list('/x')).toEqual([]);
  });
});

it('precomputes the digest that every txn leaves behind', () => {
  const { leader } = new TestEnsemble();
  const c = leader.connect();
  c.create('/a');
  c.create('/a/b', 'x', 1);
  c.set('/a', 'y');
  c.err({ type: 'setACL', path: '/a', acl: OPEN, version: -1 });
  c.ok({
    type: 'multi',
    ops: [
      { type: 'create', path: '/m', data: null, acl: OPEN, flags: 0 },
      { type: 'delete', path: '/m', version: -1 },
    ],
  });
  c.call({ type: 'closeSession' });
  const digests = leader.database.committedLog.map(({ txn }) => String(txn.digest?.treeDigest));
  expect(leader.traced('applied').map(({ digest }) => digest)).toEqual(digests);
});
