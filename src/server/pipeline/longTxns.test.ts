/** Requests that fit a frame and mean far more than that. Found by `npm run fuzz`. */

import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { utf8Encode } from '../../base/utf8.ts';
import { encodeRequest } from '../../protocol/requests.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const MB = 1_000_000;

describe('a txn that nobody could read again', () => {
  it('by an ACL whose malformed UTF-8 grows: MARSHALLINGERROR, and nothing is changed', () => {
    const ensemble = new TestEnsemble(2);
    const c = ensemble.server(2).connect();
    const id = { scheme: 'digest', id: `${'z'.repeat(0.9 * MB)}:x` };
    const request = { type: 'create', path: '/a', data: null, flags: 0 } as const;
    const bytes = encodeRequest(1, { ...request, acl: [{ perms: 31, id }] });
    c.raw(bytes.map((byte) => (byte === 0x7a ? 0x80 : byte)));
    expect(c.takeReply()).toMatchObject({ err: -5, zxid: expect.any(Number) });
    expect(c.create('/a')).toBe('/a');
    const [leader, follower] = ensemble.servers;
    expect(leader?.database.tree.digest()).toBe(follower?.database.tree.digest());
    const last = leader?.database.committedLog.at(-1);
    expect(last?.txn.digest?.treeDigest).toBe(leader?.database.tree.digest());
  });

  it('by scheme auth, which stands for many identities: INVALIDACL, or none of a multi', () => {
    const c = new TestEnsemble().leader.connect();
    for (let i = 0; i < 60; i++) expect(c.auth(`${'u'.repeat(900)}${i}:p`).err).toBe(0);
    const entry = { scheme: 'auth', id: '' };
    const many = Array.from({ length: 1_000 }, (_, perms) => ({ perms, id: entry }));
    const create = { type: 'create', data: null, flags: 0 } as const;
    expect(c.err({ ...create, path: '/a', acl: many })).toBe(-114);
    const acl = [{ perms: 31, id: entry }];
    const ops = Array.from({ length: 1_000 }, (_, i) => ({ ...create, path: `/${i}`, acl }));
    expect(c.err({ type: 'multi', ops })).toBe(-5);
    expect(c.err({ ...create, path: '/0', acl })).toBe(0);
  });

  it('by a session with many long ephemerals: all of them go all the same', () => {
    const ensemble = new TestEnsemble(2);
    const [owner, other] = [ensemble.server(2).connect(), ensemble.leader.connect()];
    const name = 'x'.repeat(0.4 * MB);
    for (let i = 0; i < 8; i++) owner.create(`/${name}${i}`, '', 1);
    expect(owner.err({ type: 'closeSession' })).toBe(0);
    expect(other.children('/')).toEqual(['zookeeper']);
    const [leader, follower] = ensemble.servers;
    expect(leader?.database.tree.digest()).toBe(follower?.database.tree.digest());
    const last = leader?.database.committedLog.at(-1);
    expect(last?.txn.digest?.treeDigest).toBe(leader?.database.tree.digest());
  });
});

it('identities that would not fit what servers tell each other fail to authenticate', () => {
  const c = new TestEnsemble().leader.connect();
  const auth = concatBytes(new Uint8Array(0.5 * MB).fill(0x80), utf8Encode(':p'));
  c.send({ type: 'auth', authType: 0, scheme: 'digest', auth }, -4);
  expect(c.takeReply().err).toBe(-115);
  expect(c.isClosed).toBe(true);
});

it('a multiRead that asks for a long znode thousands of times is MARSHALLINGERROR', () => {
  const c = new TestEnsemble().leader.connect();
  c.create('/long', 'x'.repeat(MB));
  const getData = { type: 'getData', path: '/long', watch: false } as const;
  const many = Array.from({ length: 10_000 }, () => getData);
  expect(c.call({ type: 'multiRead', ops: many })).toMatchObject({ err: -5 });
  expect(c.err({ type: 'multiRead', ops: many.slice(0, 3) })).toBe(0);
});
