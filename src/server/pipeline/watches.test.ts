/** Watches on raw frames. Each case is one of ZooKeeper's own tests. */

import { describe, expect, it } from 'vitest';
import { asZxid } from '../../protocol/zxid.ts';
import type { TestClient } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const NONODE = -101;
const NOWATCHER = -121;

function two(): readonly [TestClient, TestClient] {
  const { leader } = new TestEnsemble();
  return [leader.connect(), leader.connect()];
}

describe('standard watches', () => {
  it('tells of a creation that exists waited for, once', () => {
    const [c, writer] = two();
    expect(c.err({ type: 'exists', path: '/a', watch: true })).toBe(NONODE);
    writer.create('/a');
    writer.delete('/a');
    writer.create('/a');
    expect(c.takeEvents()).toEqual(['NodeCreated /a']);
  });

  it('tells of a change that getData waited for, once; without a znode there is no watch', () => {
    const [c, writer] = two();
    expect(c.err({ type: 'getData', path: '/a', watch: true })).toBe(NONODE);
    writer.create('/a');
    expect(c.takeEvents()).toEqual([]);
    c.get('/a', true);
    writer.set('/a', '1');
    writer.set('/a', '2');
    expect(c.takeEvents()).toEqual(['NodeDataChanged /a']);
  });

  it('tells of children, not of grandchildren nor of data', () => {
    const [c, writer] = two();
    writer.create('/a');
    writer.create('/a/b');
    c.children('/a', true);
    writer.create('/a/b/c');
    writer.set('/a/b', 'x');
    expect(c.takeEvents()).toEqual([]);
    writer.create('/a/d');
    expect(c.takeEvents()).toEqual(['NodeChildrenChanged /a']);
  });

  it('tells of a deletion once, however many watches there are', () => {
    const [c, writer] = two();
    writer.create('/a');
    c.get('/a', true);
    c.children('/a', true);
    c.err({ type: 'exists', path: '/a', watch: true });
    writer.delete('/a');
    expect(c.takeEvents()).toEqual(['NodeDeleted /a']);
  });

  it('says nothing of an ACL', () => {
    const [c, writer] = two();
    writer.create('/a');
    c.get('/a', true);
    c.children('/a', true);
    const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
    writer.ok({ type: 'setACL', path: '/a', acl, version: -1 });
    expect(c.takeEvents()).toEqual([]);
  });

  it('tells a writer before it is answered', () => {
    const [c] = two();
    c.create('/a');
    c.get('/a', true);
    c.arrivals.length = 0;
    c.set('/a', 'x');
    expect(c.arrivals).toEqual(['event NodeDataChanged /a', 'reply 3']);
  });

  it('tells of ephemerals that go with their session', () => {
    const [c, owner] = two();
    owner.create('/e', '', 1);
    c.get('/e', true);
    c.children('/', true);
    owner.call({ type: 'closeSession' });
    expect(c.takeEvents()).toEqual(['NodeDeleted /e', 'NodeChildrenChanged /']);
  });

  it('says nothing of what the watcher may not read, and is used up', () => {
    const [c, writer] = two();
    c.err({ type: 'exists', path: '/a', watch: true });
    const acl = [{ perms: 31 - 1, id: { scheme: 'world', id: 'anyone' } }];
    writer.err({ type: 'create', path: '/a', data: null, acl, flags: 0 });
    writer.delete('/a');
    writer.create('/a');
    expect(c.takeEvents()).toEqual([]);
  });
});

describe('persistent watches', () => {
  it('mode 0 tells everything of its path, again and again', () => {
    const [c, writer] = two();
    c.ok({ type: 'addWatch', path: '/a', mode: 0 });
    writer.create('/a');
    writer.set('/a', 'x');
    writer.create('/a/b');
    writer.set('/a/b', 'x');
    writer.delete('/a/b');
    writer.delete('/a');
    expect(c.takeEvents()).toEqual([
      'NodeCreated /a',
      'NodeDataChanged /a',
      'NodeChildrenChanged /a',
      'NodeChildrenChanged /a',
      'NodeDeleted /a',
    ]);
  });

  it('mode 1 tells of the subtree, and never of children', () => {
    const [c, writer] = two();
    c.ok({ type: 'addWatch', path: '/', mode: 1 });
    writer.create('/a');
    writer.create('/a/b');
    writer.set('/a/b', 'x');
    writer.delete('/a/b');
    expect(c.takeEvents()).toEqual([
      'NodeCreated /a',
      'NodeCreated /a/b',
      'NodeDataChanged /a/b',
      'NodeDeleted /a/b',
    ]);
  });

  it('knows no other mode', () => {
    const [c] = two();
    expect(c.err({ type: 'addWatch', path: '/a', mode: 2 })).toBe(-5);
  });

  it('stays when a standard watch on the same path is used up', () => {
    const [c, writer] = two();
    writer.create('/a');
    c.ok({ type: 'addWatch', path: '/a', mode: 0 });
    c.get('/a', true);
    writer.set('/a', '1');
    writer.set('/a', '2');
    expect(c.takeEvents()).toEqual(['NodeDataChanged /a', 'NodeDataChanged /a']);
  });
});

describe('removing and checking', () => {
  const request = (type: 'removeWatches' | 'checkWatches', watcherType: number) =>
    ({ type, path: '/a', watcherType }) as const;

  it('touches only what it names', () => {
    const [c, writer] = two();
    writer.create('/a');
    expect(c.err(request('removeWatches', 3))).toBe(NOWATCHER);
    c.get('/a', true);
    c.children('/a', true);
    expect(c.err(request('checkWatches', 2))).toBe(0);
    expect(c.err(request('removeWatches', 2))).toBe(0);
    expect(c.err(request('checkWatches', 2))).toBe(NOWATCHER);
    expect(c.err(request('checkWatches', 1))).toBe(0);
    expect(c.err(request('checkWatches', 4))).toBe(NOWATCHER);
    expect(c.err(request('checkWatches', 9))).toBe(-5);
    writer.set('/a', 'x');
    writer.create('/a/b');
    expect(c.takeEvents()).toEqual(['NodeChildrenChanged /a']);
  });

  it('of any kind ends persistent watches, and only those of the connection', () => {
    const [c, writer] = two();
    for (const who of [c, writer]) who.ok({ type: 'addWatch', path: '/a', mode: 1 });
    expect(c.err(request('removeWatches', 3))).toBe(0);
    writer.create('/a');
    expect(c.takeEvents()).toEqual([]);
    expect(writer.takeEvents()).toEqual(['NodeCreated /a']);
  });
});

describe('setWatches', () => {
  it('tells what was missed and sets the rest again, before it is answered', () => {
    const [c, writer] = two();
    for (const path of ['/same', '/changed', '/p', '/q']) writer.create(path);
    const relativeZxid = asZxid(c.call({ type: 'ping' }).zxid);
    writer.set('/changed', 'x');
    writer.create('/q/child');
    writer.create('/born');
    c.arrivals.length = 0;
    c.send(
      {
        type: 'setWatches2',
        relativeZxid,
        dataWatches: ['/same', '/changed', '/gone'],
        existWatches: ['/born', '/unborn'],
        childWatches: ['/p', '/q', '/gone'],
        persistentWatches: ['/same'],
        persistentRecursiveWatches: ['/tree'],
      },
      -8,
    );
    expect(c.takeReply()).toMatchObject({ xid: -8, err: 0, body: new Uint8Array(0) });
    expect(c.arrivals).toEqual([
      'event NodeDataChanged /changed',
      'event NodeDeleted /gone',
      'event NodeCreated /born',
      'event NodeChildrenChanged /q',
      'event NodeDeleted /gone',
      'reply -8',
    ]);
    c.takeEvents();
    writer.set('/same', 'x');
    writer.create('/unborn');
    writer.create('/p/child');
    writer.create('/tree');
    writer.create('/tree/leaf');
    writer.set('/changed', 'y');
    expect(c.takeEvents()).toEqual([
      'NodeDataChanged /same',
      'NodeCreated /unborn',
      'NodeChildrenChanged /p',
      'NodeCreated /tree',
      'NodeCreated /tree/leaf',
    ]);
  });
});

it('forgets the watches of a connection that closes', () => {
  const { leader } = new TestEnsemble();
  const c = leader.connect();
  c.create('/a');
  c.get('/a', true);
  c.ok({ type: 'addWatch', path: '/b', mode: 1 });
  expect(leader.pipeline.cnxns.watches.watchCount).toBe(2);
  c.disconnect();
  expect(leader.pipeline.cnxns.watches.watchCount).toBe(0);
});

it('traces what is set, fired and removed', () => {
  const { leader } = new TestEnsemble();
  const c = leader.connect();
  c.create('/a');
  c.get('/a', true);
  c.set('/a', 'x');
  c.ok({ type: 'addWatch', path: '/a', mode: 0 });
  c.ok({ type: 'removeWatches', path: '/a', watcherType: 3 });
  expect(leader.traced('watchSet').map(({ kind }) => kind)).toEqual(['data', 'persistent']);
  expect(leader.traced('watchFired')).toMatchObject([{ path: '/a', event: 'NodeDataChanged' }]);
  expect(leader.traced('watchRemoved')).toMatchObject([{ path: '/a', kind: 'persistent' }]);
});
