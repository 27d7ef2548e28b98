/** SASL on raw frames. What ZooKeeper itself says is in `oracle/recorded`. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Prng } from '../../../base/prng.ts';
import { utf8Encode } from '../../../base/utf8.ts';
import type { ACL } from '../../../protocol/acl.ts';
import {
  bytesOf,
  octetsOf,
  parseDirectives,
  proofOf,
  SASL_DIGEST_URI,
  SASL_REALM,
} from '../../../protocol/digestMd5.ts';
import type { ServerConfig } from '../../config.ts';
import type { Reply, TestClient } from '../testing/TestClient.ts';
import { TestEnsemble } from '../testing/TestEnsemble.ts';
import { DigestMd5Server } from './DigestMd5Server.ts';

const USERS = [
  { name: 'bob', password: 'secret' },
  { name: 'root', password: 'toor' },
];
const SASL = { users: USERS, superUsers: ['root'], allowFailedClients: false };
const AUTHFAILED = -115;
const REQUIRES_AUTH = -124;
const BOBS: readonly ACL[] = [{ perms: 31, id: { scheme: 'sasl', id: 'bob' } }];

const connect = (options: Partial<ServerConfig> = {}): TestClient =>
  new TestEnsemble(1, { sasl: SASL, ...options }).leader.connect();

function responseTo(challenge: Uint8Array, username: string, password: string): Uint8Array {
  const nonce = parseDirectives(octetsOf(challenge), [])?.get('nonce') ?? '';
  const [realm, cnonce, digestUri] = [SASL_REALM, 'c', SASL_DIGEST_URI];
  const secret = { username, password, realm, nonce, cnonce, digestUri, authzid: null };
  return utf8Encode(
    `username="${username}",realm="${realm}",nonce="${nonce}",cnonce="${cnonce}",nc=00000001,` +
      `qop=auth,digest-uri="${digestUri}",response=${proofOf(secret, 'response')}`,
  );
}

function login(c: TestClient, username: string, password: string): Reply {
  const { token } = c.ok({ type: 'sasl', token: new Uint8Array(0) });
  return c.call({
    type: 'sasl',
    token: responseTo(token ?? new Uint8Array(0), username, password),
  });
}

describe('SASL', () => {
  it('makes a user of a connection, whom ACLs can name', () => {
    const c = connect();
    expect(login(c, 'bob', 'secret').err).toBe(0);
    expect(c.ok({ type: 'whoAmI' }).clientInfo).toContainEqual({ scheme: 'sasl', user: 'bob' });
    expect(c.err({ type: 'create', path: '/bobs', data: null, acl: BOBS, flags: 0 })).toBe(0);
    expect(c.get('/bobs')).toBe('');
  });

  it.each([
    ['bob', 'wrong'],
    ['eve', 'secret'],
    ['constructor', ''],
  ])('hangs up on %s with the password %s', (username, password) => {
    const c = connect();
    const reply = login(c, username, password);
    expect(reply).toMatchObject({ err: AUTHFAILED, body: new Uint8Array([255, 255, 255, 255]) });
    expect(c.isClosed).toBe(true);
  });

  it('lets those who fail go on as nobody, if told to', () => {
    const c = connect({ sasl: { ...SASL, allowFailedClients: true } });
    expect(login(c, 'bob', 'wrong').err).toBe(0);
    expect(c.ok({ type: 'whoAmI' }).clientInfo).toEqual([{ scheme: 'ip', user: '127.0.0.1' }]);
  });

  it('knows super users', () => {
    const ensemble = new TestEnsemble(1, { sasl: SASL });
    const [bob, root] = [ensemble.leader.connect(), ensemble.leader.connect()];
    login(bob, 'bob', 'secret');
    bob.err({ type: 'create', path: '/bobs', data: null, acl: BOBS, flags: 0 });
    expect(root.err({ type: 'getData', path: '/bobs', watch: false })).toBe(-102);
    login(root, 'root', 'toor');
    expect(root.get('/bobs')).toBe('');
  });

  it('travels with a write to the leader', () => {
    const ensemble = new TestEnsemble(2, { sasl: SASL });
    const c = ensemble.server(2).connect();
    login(c, 'bob', 'secret');
    expect(c.err({ type: 'create', path: '/bobs', data: null, acl: BOBS, flags: 0 })).toBe(0);
    expect(c.set('/bobs', 'x').version).toBe(1);
  });

  it('is not named by ACLs where it is not set up', () => {
    const c = connect({ sasl: null });
    expect(c.err({ type: 'create', path: '/a', data: null, acl: BOBS, flags: 0 })).toBe(-114);
  });
});

describe('required authentication', () => {
  const options = { enforceAuthSchemes: ['sasl'] };

  it('hangs up on whoever asks without', () => {
    const c = connect(options);
    expect(c.createErr('/a')).toBe(REQUIRES_AUTH);
    expect(c.isClosed).toBe(true);
  });

  it('says so even where failing is allowed', () => {
    const c = connect({ ...options, sasl: { ...SASL, allowFailedClients: true } });
    expect(login(c, 'bob', 'wrong').err).toBe(REQUIRES_AUTH);
    expect(c.isClosed).toBe(true);
  });

  it('is content with any of the schemes', () => {
    const c = connect({ enforceAuthSchemes: ['sasl', 'digest'] });
    c.auth('ann:x');
    expect(c.create('/a')).toBe('/a');
  });
});

describe('DigestMd5Server', () => {
  it('draws its nonce from what it is given', () => {
    const challenge = (seed: number) =>
      new DigestMd5Server(USERS, new Prng(seed)).evaluateResponse(new Uint8Array(0));
    expect(challenge(1)).toEqual(challenge(1));
    expect(challenge(1)).not.toEqual(challenge(2));
  });

  it('proves that it knows the password as well', () => {
    const server = new DigestMd5Server(USERS, new Prng(1));
    const { type, token } = server.evaluateResponse(new Uint8Array(0)) as {
      readonly type: string;
      readonly token: Uint8Array;
    };
    expect(type).toBe('challenge');
    const nonce = parseDirectives(octetsOf(token), [])?.get('nonce') ?? '';
    const secret = { username: 'bob', password: 'secret', realm: SASL_REALM, nonce, cnonce: 'c' };
    const rspauth = proofOf({ ...secret, digestUri: SASL_DIGEST_URI, authzid: null }, 'rspauth');
    expect(server.evaluateResponse(responseTo(token, 'bob', 'secret'))).toEqual({
      type: 'complete',
      token: bytesOf(`rspauth=${rspauth}`),
      authorizationId: 'bob',
    });
    expect(server.evaluateResponse(new Uint8Array(0)).type).toBe('failed');
  });

  it('fails, and never throws, whatever comes in the place of a response', () => {
    const directive = fc.constantFrom('username="bob"', 'realm=', 'nonce="', 'a=b', ',', '=', '\\');
    const text = fc.array(fc.oneof(directive, fc.string()), { maxLength: 12 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      text.map((parts) => utf8Encode(parts.join(''))),
    );
    fc.assert(
      fc.property(bytes, (token) => {
        const server = new DigestMd5Server(USERS, new Prng(1));
        server.evaluateResponse(new Uint8Array(0));
        expect(server.evaluateResponse(token).type).toBe('failed');
      }),
    );
  });
});
