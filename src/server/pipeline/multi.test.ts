/** multi, multiRead and quotas on raw frames. Each case is one of ZooKeeper's own tests. */

import { describe, expect, it } from 'vitest';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import type { MultiOp, MultiResult } from '../../protocol/multi.ts';
import { OPEN, type TestClient } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const create = (path: string, flags = 0, type: 'create' | 'create2' = 'create'): MultiOp => ({
  type,
  path,
  data: null,
  acl: OPEN,
  flags,
});
const remove = (path: string, version = -1): MultiOp => ({ type: 'delete', path, version });
const set = (path: string, version = -1): MultiOp => ({
  type: 'setData',
  path,
  data: new Uint8Array([1]),
  version,
});
const check = (path: string, version = -1): MultiOp => ({ type: 'check', path, version });

function client(): TestClient {
  const c = new TestEnsemble().leader.connect();
  c.create('/a');
  return c;
}

function multi(c: TestClient, ...ops: readonly MultiOp[]): readonly MultiResult[] {
  return c.ok({ type: 'multi', ops }).results;
}

/** `create`, or the code of an error. */
function brief(results: readonly MultiResult[]): readonly (string | number)[] {
  return results.map((result) => (result.type === 'error' ? result.err : result.type));
}

describe('multi', () => {
  it('answers each operation with its own kind of result', () => {
    const c = client();
    const container: MultiOp = { ...create('/c'), type: 'createContainer', flags: 4 } as MultiOp;
    const ttl: MultiOp = { ...create('/t'), type: 'createTTL', flags: 5, ttl: 9 } as MultiOp;
    const ops = [create('/b'), create('/d', 0, 'create2'), container, ttl, check('/a', 0)];
    const results = multi(c, ...ops, set('/a', 0), remove('/b'));
    expect(brief(results)).toEqual([
      'create',
      'create2',
      'create2',
      'create2',
      'check',
      'setData',
      'delete',
    ]);
    expect(c.stat('/d').czxid).toBe(c.stat('/a').mzxid);
  });

  it('undoes everything when one fails, and says OK in the header', () => {
    const c = client();
    const ops = [create('/b'), set('/a', 7), create('/c'), remove('/a')];
    expect(brief(multi(c, ...ops))).toEqual([0, -103, -2, -2]);
    expect(c.children('/')).toEqual(['a', 'zookeeper']);
    expect(c.stat('/a').version).toBe(0);
  });

  it.each<[string, readonly MultiOp[], readonly (string | number)[]]>([
    ['create and delete', [create('/b'), remove('/b')], ['create', 'delete']],
    ['delete and set', [remove('/a'), set('/a')], [0, -101]],
    ['set twice', [set('/a', 0), set('/a', 0)], [0, -103]],
    ['set and set again', [set('/a', 0), set('/a', 1)], ['setData', 'setData']],
    ['nested creates', [create('/b'), create('/b/c')], ['create', 'create']],
    ['child of an ephemeral', [create('/e', 1), create('/e/c')], [0, -108]],
    ['create twice', [create('/b'), create('/b')], [0, -110]],
    ['an invalid path', [create('/b'), create('/b/')], [0, -8]],
    ['check', [check('/a', 0), check('/missing')], [0, -101]],
    ['check of a version', [check('/a', 1)], [-103]],
    ['delete a parent', [create('/b'), create('/b/c'), remove('/b')], [0, 0, -111]],
    [
      'delete bottom up',
      [create('/a/c'), remove('/a/c'), remove('/a')],
      ['create', 'delete', 'delete'],
    ],
  ])('%s', (_name, ops, expected) => {
    expect(brief(multi(client(), ...ops))).toEqual(expected);
  });

  it('counts sequential names on, and back if it fails', () => {
    const c = client();
    multi(c, create('/a/s-', 2), create('/a/s-', 2));
    multi(c, create('/a/s-', 2), check('/missing'));
    c.create('/a/s-', '', 2);
    expect(c.children('/a')).toEqual(['s-0000000000', 's-0000000001', 's-0000000002']);
  });

  it('makes a container of flag 4, which a create at top level does not', () => {
    const { leader } = new TestEnsemble(1, { containerCheckIntervalMs: 1_000 });
    const c = leader.connect();
    multi(c, create('/c', 4));
    c.create('/plain', '', 4);
    for (const path of ['/c/x', '/plain/x']) {
      c.create(path);
      c.delete(path);
    }
    leader.advance(1_000);
    expect(c.children('/')).toEqual(['plain', 'zookeeper']);
  });

  it('consumes a zxid even when it is empty', () => {
    const c = client();
    const before = c.call({ type: 'ping' }).zxid;
    const empty = c.call({ type: 'multi', ops: [] });
    expect(empty.zxid).toBe(before + 1);
    expect(empty.body).toHaveLength(9);
  });

  it('fires watches per operation when it succeeds and none when it fails', () => {
    const c = client();
    c.get('/a', true);
    multi(c, set('/a'), check('/missing'));
    expect(c.takeEvents()).toEqual([]);
    multi(c, set('/a'), set('/a'));
    expect(c.takeEvents()).toEqual(['NodeDataChanged /a']);
  });

  it('is MARSHALLINGERROR with a read in it', () => {
    const c = client();
    const w = new JuteWriter();
    w.int(9);
    w.int(14);
    w.int(4);
    w.bool(false);
    w.int(-1);
    w.ustring('/a');
    w.bool(false);
    c.raw(w.toBytes());
    expect(c.takeReply()).toMatchObject({ xid: 9, err: -5 });
  });
});

describe('multiRead', () => {
  it('answers each read on its own and leaves no watch', () => {
    const c = client();
    c.err({
      type: 'create',
      path: '/closed',
      data: null,
      acl: [{ perms: 2, id: { scheme: 'world', id: 'anyone' } }],
      flags: 0,
    });
    const { results } = c.ok({
      type: 'multiRead',
      ops: [
        { type: 'getData', path: '/a', watch: true },
        { type: 'getChildren', path: '/', watch: true },
        { type: 'getData', path: '/closed', watch: false },
        { type: 'getChildren', path: '/missing', watch: false },
      ],
    });
    expect(brief(results)).toEqual(['getData', 'getChildren', -102, -101]);
    c.set('/a', 'x');
    c.create('/b');
    expect(c.takeEvents()).toEqual([]);
  });
});

describe('quota', () => {
  function limited(limits: string, enforceQuota = true): TestClient {
    const c = new TestEnsemble(1, { enforceQuota }).leader.connect();
    c.create('/q');
    c.create('/zookeeper/quota/q');
    c.create('/zookeeper/quota/q/zookeeper_limits', limits);
    c.create('/zookeeper/quota/q/zookeeper_stats', 'count=0,bytes=0');
    return c;
  }
  const HARD = 'count=-1,bytes=-1=;byteHardLimit=5;countHardLimit=2';

  it('forbids what is beyond a hard limit', () => {
    const c = limited(HARD);
    expect(c.create('/q/a', '12345')).toBe('/q/a');
    expect(c.createErr('/q/b')).toBe(-125);
    const set = (bytes: number) =>
      c.err({ type: 'setData', path: '/q/a', data: new Uint8Array(bytes), version: -1 });
    expect(set(6)).toBe(-125);
    expect(set(4)).toBe(0);
    expect(brief(multi(c, set5()))).toEqual(['setData']);
    expect(brief(multi(c, create('/q/b')))).toEqual([-125]);
  });

  it('only counts what is beyond a soft limit, and what is not enforced', () => {
    expect(limited('count=1,bytes=1').createErr('/q/a')).toBe(0);
    const c = limited(HARD, false);
    c.create('/q/a', '1234567');
    c.create('/q/b');
    expect(c.get('/zookeeper/quota/q/zookeeper_stats')).toBe('count=3,bytes=7');
  });
});

function set5(): MultiOp {
  return { type: 'setData', path: '/q/a', data: new Uint8Array(5), version: -1 };
}
