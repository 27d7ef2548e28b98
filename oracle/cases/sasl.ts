/** Line 109, where users are set up: SASL DIGEST-MD5 and the ACLs that name its users. */

import { utf8Encode } from '../../src/base/utf8.ts';
import { OpCode } from '../../src/protocol/opcodes.ts';
import {
  acl,
  auth,
  type Case,
  CREATOR,
  children,
  connect,
  create,
  exists,
  get,
  getACL,
  on,
  ping,
  raw,
  type Step,
  set,
  setACL,
  whoAmI,
} from '../Case.ts';
import { begin, respond, SASL_USERS, sasl } from '../sasl.ts';

const LINES = [109];

function asUser(name: string, where = 'a'): readonly Step[] {
  const password = SASL_USERS.find((user) => user.name === name)?.password ?? '';
  return [on(where, begin), on(where, respond(name, password, {}, where))];
}

/** What a response says that a good one does not. */
const ODD: readonly (readonly [string, Readonly<Record<string, string | null>>])[] = [
  ['another realm', { realm: 'another' }],
  ['no realm', { realm: null }],
  ['another nonce', { nonce: 'x'.repeat(40) }],
  ['no nonce', { nonce: null }],
  ['no cnonce', { cnonce: null }],
  ['another cnonce', { cnonce: 'x' }],
  ['another count', { nc: '00000002' }],
  ['no count', { nc: null }],
  ['no qop', { qop: null }],
  ['qop auth-int', { qop: 'auth-int' }],
  ['qop AUTH', { qop: 'AUTH' }],
  ['another charset', { charset: 'iso-8859-1' }],
  ['no charset', { charset: null }],
  ['another digest-uri', { 'digest-uri': 'zookeeper/localhost' }],
  ['a digest-uri in capitals', { 'digest-uri': 'ZooKeeper/ZK-SASL-MD5' }],
  ['no digest-uri', { 'digest-uri': null }],
  ['no response', { response: null }],
  ['no username', { username: null }],
  ['an authzid', { authzid: 'root' }],
  ['an empty authzid', { authzid: '' }],
  ['a maxbuf', { maxbuf: '1024' }],
  ['something unknown', { whatever: 'x' }],
];

/** Tokens in the place of a response. */
const GARBAGE: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['no directive', 'garbage'],
  ['bytes', '\0\u00ff\u{1f600}'],
  ['a key without a value', 'username='],
  ['no key', '="bob"'],
  ['a quote without an end', 'username="bob'],
  ['what follows a quote', 'username="bob"x'],
  ['the same twice', 'username="bob",username="bob"'],
  ['only blanks', ' \t\r\n,,'],
];

export const saslCases: readonly Case[] = [
  {
    name: 'SASL: a user proves who it is',
    lines: LINES,
    steps: [
      ...asUser('bob'),
      whoAmI,
      create('/t/mine', { acl: CREATOR, data: 'x' }),
      getACL('/t/mine'),
      connect('b'),
      on('b', get('/t/mine'), getACL('/t/mine'), set('/t/mine', 'y')),
      ...asUser('ann', 'b'),
      on('b', get('/t/mine'), whoAmI),
      get('/t/mine'),
    ],
  },
  {
    name: 'SASL: names and passwords beyond ASCII',
    lines: LINES,
    steps: [...asUser('ann'), whoAmI, connect('b'), ...asUser('\u6c34', 'b'), on('b', whoAmI)],
  },
  {
    name: 'SASL: super users',
    lines: LINES,
    steps: [
      create('/t/bobs', { acl: [acl('sasl', 'bob')] }),
      create('/t/digest', { acl: [acl('digest', 'x:y')] }),
      connect('r'),
      ...asUser('root', 'r'),
      on('r', whoAmI, get('/t/bobs'), get('/t/digest')),
      connect('s'),
      ...asUser('super', 's'),
      on('s', whoAmI, get('/t/bobs'), get('/t/digest')),
    ],
  },
  {
    name: 'SASL: ACLs that are refused or kept',
    lines: LINES,
    steps: [
      'bob',
      '',
      'nobody',
      'a/b',
      'a@B',
      'a/b@C',
      'a/b/c@D',
      'a@b@c',
      'a b',
      '@',
      '/',
    ].flatMap((id, i) => [create(`/t/a${i}`, { acl: [acl('sasl', id)] }), exists(`/t/a${i}`)]),
  },
  {
    name: 'SASL: an ACL with a null id',
    lines: LINES,
    steps: [
      raw(OpCode.create, (w) => {
        w.ustring('/t/a');
        w.buffer(null);
        w.int(1);
        w.int(31);
        w.ustring('sasl');
        w.ustring(null);
        w.int(0);
      }),
    ],
  },
  {
    name: 'SASL: an ACL for a user, by others',
    lines: LINES,
    steps: [
      create('/t/a', { data: 'x' }),
      setACL('/t/a', [acl('sasl', 'bob', 1), acl('sasl', 'ann')]),
      get('/t/a'),
      ...asUser('bob'),
      get('/t/a', true),
      set('/t/a', 'y'),
      connect('b'),
      ...asUser('ann', 'b'),
      on('b', set('/t/a', 'z')),
      auth('bob:secret'),
      whoAmI,
    ],
  },
  {
    name: 'SASL: as a scheme of an auth packet',
    lines: LINES,
    steps: [auth('bob:secret', { scheme: 'sasl' })],
  },
  { name: 'SASL: a wrong password', lines: LINES, steps: [begin, on('a', respond('bob', 'x'))] },
  {
    name: 'SASL: an unknown user',
    lines: LINES,
    steps: [begin, on('a', respond('eve', 'x'))],
  },
  {
    name: "SASL: an unknown user with another's password",
    lines: LINES,
    steps: [connect('b'), ...asUser('bob', 'b'), begin, on('a', respond('eve', 'secret'))],
  },
  {
    name: 'SASL: once more after success',
    lines: LINES,
    steps: [...asUser('bob'), begin],
  },
  {
    name: 'SASL: a response that is said again',
    lines: LINES,
    steps: [
      begin,
      on('a', respond('bob', 'secret')),
      connect('b'),
      on('b', begin),
      on('b', respond('bob', 'secret', {}, 'b')),
      connect('c'),
      on('c', begin),
      // Of the challenge that b got.
      on('c', respond('bob', 'secret', {}, 'b')),
    ],
  },
  {
    name: 'SASL: the client begins with a token',
    lines: LINES,
    steps: [sasl('x')],
  },
  { name: 'SASL: no token', lines: LINES, steps: [raw(OpCode.sasl, (w) => w.buffer(null))] },
  {
    name: 'SASL: the longest token, and a longer one',
    lines: LINES,
    steps: [
      begin,
      on('a', respond('bob', 'secret', { filler: 'x'.repeat(4096 - 232) })),
      connect('b'),
      on('b', begin, sasl(new Uint8Array(4097))),
    ],
  },
  ...ODD.map(
    ([what, changes]): Case => ({
      name: `SASL: ${what}`,
      lines: LINES,
      steps: [begin, on('a', respond('bob', 'secret', changes)), whoAmI],
    }),
  ),
  ...GARBAGE.map(
    ([what, token]): Case => ({
      name: `SASL: in the place of a response ${what}`,
      lines: LINES,
      steps: [begin, sasl(token)],
    }),
  ),
];

/** Where who fails goes on as nobody. */
export const saslAllowedCases: readonly Case[] = [
  {
    name: 'SASL allowed to fail: a wrong password',
    lines: LINES,
    steps: [
      begin,
      on('a', respond('bob', 'x')),
      whoAmI,
      begin,
      create('/t/a', { acl: CREATOR }),
      create('/t/b'),
      sasl(new Uint8Array(4097)),
      children('/t'),
    ],
  },
  { name: 'SASL allowed to fail: success', lines: LINES, steps: [...asUser('bob'), whoAmI] },
  {
    name: 'SASL allowed to fail: a token that is too long, then a good one',
    lines: LINES,
    steps: [begin, sasl(new Uint8Array(4097)), on('a', respond('bob', 'secret')), whoAmI],
  },
];

/** Where clients must have authenticated. Nobody pings before they had the chance to. */
export const saslRequiredCases: readonly Case[] = [
  { name: 'authentication required: none', lines: LINES, steps: [] },
  {
    name: 'authentication required: a request',
    lines: LINES,
    steps: [connect('b', { first: [exists('/t')] })],
  },
  {
    name: 'authentication required: something unknown',
    lines: LINES,
    steps: [connect('b', { first: [create('/t/a'), begin] })],
  },
  {
    name: 'authentication required: SASL',
    lines: LINES,
    steps: [
      connect('b', { first: [begin, respond('bob', 'secret', {}, 'b')] }),
      on('b', whoAmI, create('/t/a')),
      ping('b'),
    ],
  },
  {
    name: 'authentication required: SASL fails',
    lines: LINES,
    steps: [connect('b', { first: [begin, respond('bob', 'x', {}, 'b')] })],
  },
  {
    name: 'authentication required: another scheme of the list',
    lines: LINES,
    steps: [
      connect('b', {
        first: [{ type: 'auth', authType: 0, scheme: 'digest', auth: utf8Encode('bob:x') }],
      }),
      on('b', whoAmI),
    ],
  },
];
