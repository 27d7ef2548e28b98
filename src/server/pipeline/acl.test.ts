/** Permissions and authentication on raw frames. Each case is one of ZooKeeper's own tests. */

import { describe, expect, it } from 'vitest';
import type { ACL } from '../../protocol/acl.ts';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import { OPEN, type TestClient } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const NOAUTH = -102;
const INVALIDACL = -114;
const BOB = 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=';

const acl = (scheme: string, id: string, perms = 31): ACL => ({ perms, id: { scheme, id } });

function client(): TestClient {
  return new TestEnsemble().leader.connect();
}

function createWith(c: TestClient, path: string, acls: readonly ACL[] | null): number {
  return c.err({ type: 'create', path, data: null, acl: acls, flags: 0 });
}

describe('the ACL of a create', () => {
  it.each<[string, readonly ACL[] | null, number]>([
    ['null', null, INVALIDACL],
    ['empty', [], INVALIDACL],
    ['auth without credentials', [acl('auth', '')], INVALIDACL],
    ['an unknown scheme', [acl('magic', 'x')], INVALIDACL],
    ['world:foo', [acl('world', 'foo')], INVALIDACL],
    ['digest with two colons', [acl('digest', 'a:b:c')], INVALIDACL],
    ['ip 300.0.0.1', [acl('ip', '300.0.0.1')], INVALIDACL],
    ['ip /33', [acl('ip', '1.2.3.4/33')], INVALIDACL],
    ['ip with bits', [acl('ip', '127.0.0.0/8')], 0],
    ['digest', [acl('digest', BOB)], 0],
  ])('%s', (_name, acls, err) => {
    expect(createWith(client(), '/a', acls)).toBe(err);
  });

  it('keeps unknown bits, drops duplicates, and puts identities in the place of auth', () => {
    const c = client();
    const odd = acl('world', 'anyone', 255);
    createWith(c, '/odd', [odd, odd]);
    expect(c.ok({ type: 'getACL', path: '/odd' }).acl).toEqual([odd]);
    c.auth('bob:secret');
    c.auth('eve:x');
    c.auth('bob:secret');
    expect(createWith(c, '/mine', [acl('auth', '')])).toBe(0);
    const ids = c.ok({ type: 'getACL', path: '/mine' }).acl.map(({ id }) => id.id);
    expect(ids).toEqual([BOB, expect.stringMatching(/^eve:/)]);
  });

  it('is MARSHALLINGERROR with a null id, and nothing breaks', () => {
    const c = client();
    const w = new JuteWriter();
    w.int(1);
    w.int(1);
    w.ustring('/a');
    w.buffer(null);
    w.int(1);
    w.int(31);
    w.ustring('world');
    w.ustring(null);
    w.int(0);
    c.raw(w.toBytes());
    expect(c.takeReply()).toMatchObject({ xid: 1, err: -5 });
    expect(c.create('/a')).toBe('/a');
  });
});

describe('permissions', () => {
  it('lets a digest user in and others not', () => {
    const { leader } = new TestEnsemble();
    const bob = leader.connect();
    const other = leader.connect();
    bob.auth('bob:secret');
    createWith(bob, '/a', [acl('digest', BOB)]);
    expect(bob.get('/a')).toBe('');
    expect(other.err({ type: 'getData', path: '/a', watch: false })).toBe(NOAUTH);
    expect(other.err({ type: 'setData', path: '/a', data: null, version: -1 })).toBe(NOAUTH);
    expect(other.err({ type: 'getChildren', path: '/a', watch: false })).toBe(NOAUTH);
    expect(other.err({ type: 'getAllChildrenNumber', path: '/a' })).toBe(NOAUTH);
    expect(other.err({ type: 'getACL', path: '/a' })).toBe(NOAUTH);
    expect(other.err({ type: 'exists', path: '/a', watch: false })).toBe(NOAUTH);
    expect(other.createErr('/a/b')).toBe(NOAUTH);
    expect(other.createErr('/a/missing/b')).toBe(-101);
    expect(other.delete('/a')).toBe(0);
  });

  it('asks for DELETE at the parent and nothing at the znode', () => {
    const c = client();
    createWith(c, '/p', [acl('world', 'anyone', 31 - 8)]);
    createWith(c, '/p/a', OPEN);
    createWith(c, '/closed', [acl('digest', BOB)]);
    expect(c.delete('/p/a')).toBe(NOAUTH);
    expect(c.delete('/p/missing')).toBe(NOAUTH);
    expect(c.delete('/closed')).toBe(0);
  });

  it('knows the address of a connection', () => {
    const { leader } = new TestEnsemble();
    const c = leader.open('10.1.2.3:5000');
    c.handshake();
    createWith(c, '/near', [acl('ip', '10.1.0.0/16')]);
    createWith(c, '/far', [acl('ip', '10.2.0.0/16')]);
    expect(c.get('/near')).toBe('');
    expect(c.err({ type: 'getData', path: '/far', watch: false })).toBe(NOAUTH);
  });

  it('needs ADMIN for setACL, and counts aversion alone', () => {
    const c = client();
    c.create('/a');
    const { mzxid } = c.stat('/a');
    const set = (path: string, version: number, acls: readonly ACL[] = OPEN) =>
      c.err({ type: 'setACL', path, acl: acls, version });
    expect(set('/a', 1)).toBe(-103);
    expect(set('/a', 0)).toBe(0);
    expect(c.stat('/a')).toMatchObject({ aversion: 1, version: 0, mzxid });
    expect(set('/missing', -1)).toBe(-101);
    expect(set('/a/', -1)).toBe(-8);
    expect(set('/a', -1, [])).toBe(INVALIDACL);
    expect(set('/a', -1, [acl('world', 'anyone', 15)])).toBe(0);
    expect(set('/a', -1)).toBe(NOAUTH);
  });

  it('masks digests from those who may only read', () => {
    const c = client();
    createWith(c, '/a', [acl('world', 'anyone', 1), acl('digest', BOB)]);
    const ids = () => c.ok({ type: 'getACL', path: '/a' }).acl.map(({ id }) => id.id);
    expect(ids()).toEqual(['anyone', 'bob:x']);
    c.auth('bob:secret');
    expect(ids()).toEqual(['anyone', BOB]);
  });

  it('closes the root to creates when its ACL says so', () => {
    const c = client();
    c.ok({ type: 'setACL', path: '/', acl: [acl('world', 'anyone', 31 - 4)], version: -1 });
    expect(c.createErr('/a')).toBe(NOAUTH);
    c.ok({ type: 'setACL', path: '/', acl: OPEN, version: -1 });
    expect(c.createErr('/a')).toBe(0);
  });
});

describe('authentication', () => {
  it('answers with xid -4 and zxid 0', () => {
    expect(client().auth('bob:secret')).toMatchObject({ xid: -4, zxid: 0, err: 0 });
    expect(client().auth('nocolon')).toMatchObject({ err: 0 });
    expect(client().auth('', 'ip')).toMatchObject({ err: 0 });
  });

  it('closes the connection for an unknown scheme', () => {
    const c = client();
    expect(c.auth('x', 'magic')).toMatchObject({ xid: -4, zxid: 0, err: -115 });
    expect(c.isClosed).toBe(true);
  });

  it('lets the super user do everything', () => {
    const superDigest = 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=';
    const c = new TestEnsemble(1, { superDigest }).leader.connect();
    createWith(c, '/a', [acl('digest', BOB)]);
    expect(c.createErr('/zookeeper/config/x')).toBe(NOAUTH);
    c.auth('super:test');
    expect(c.get('/a')).toBe('');
    expect(c.createErr('/zookeeper/config/x')).toBe(0);
  });

  it('tells who one is without secrets', () => {
    const c = client();
    c.auth('bob:secret');
    expect(c.ok({ type: 'whoAmI' }).clientInfo).toEqual([
      { scheme: 'ip', user: '127.0.0.1' },
      { scheme: 'digest', user: 'bob' },
    ]);
  });

  it('answers SASL as a server that has none configured', () => {
    const c = client();
    const reply = c.call({ type: 'sasl', token: new Uint8Array([1]) });
    expect(reply).toMatchObject({ err: 0, body: new Uint8Array([255, 255, 255, 255]) });
  });

  it('bounds the identities of a connection', () => {
    const c = client();
    for (let i = 1; i < 64; i++) expect(c.auth(`u${i}:x`).err).toBe(0);
    expect(c.auth('u1:x').err).toBe(0);
    expect(c.auth('u64:x').err).toBe(-115);
    expect(c.isClosed).toBe(true);
  });
});
