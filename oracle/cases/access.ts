/** ACLs and authentication. */

import { OpCode } from '../../src/protocol/opcodes.ts';
import {
  acl,
  auth,
  type Case,
  CREATOR,
  check,
  children,
  children2,
  connect,
  create,
  create2,
  del,
  descendants,
  exists,
  get,
  getACL,
  multi,
  multiRead,
  on,
  raw,
  set,
  setACL,
  whoAmI,
} from '../Case.ts';

/** Of bob:secret and ann:pw. */
const BOB = 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=';

const BAD_ACLS = [
  acl('nope', 'x'),
  acl('world', 'foo'),
  acl('world', ''),
  acl('', ''),
  acl('digest', 'nocolon'),
  acl('digest', 'a:b:c'),
  acl('digest', ''),
  acl('digest', ':'),
  acl('digest', 'a:'),
  acl('digest', ':b'),
  acl('digest', 'a:b:'),
  acl('ip', '300.0.0.1'),
  acl('ip', '127.0.0.1/33'),
  acl('ip', '127.0.0.1/-1'),
  acl('ip', '127.0.0.1/'),
  acl('ip', '127.0.0.1/x'),
  acl('ip', '127.0.0.1/08'),
  acl('ip', '127.0.0.1/+8'),
  acl('ip', '0127.0.0.1'),
  acl('ip', '127.0.0.+1'),
  acl('ip', '127.0.0'),
  acl('ip', '127.0.0.1.'),
  acl('ip', '127.0.0.1/8/8'),
  acl('ip', '::1'),
  acl('ip', ''),
  acl('auth', ''),
  acl('auth', 'anything'),
  acl('super', ''),
  acl('sasl', 'x'),
  acl('x509', 'x'),
];

export const accessCases: readonly Case[] = [
  {
    name: 'ACLs that are none',
    lines: [40],
    steps: [
      create('/t/a', { acl: null }),
      create('/t/a', { acl: [] }),
      create('/t/a'),
      setACL('/t/a', null),
      setACL('/t/a', []),
      setACL('/t/no', []),
      setACL('/t/no', [acl('world', 'anyone')]),
      setACL('/t/a/', []),
      getACL('/t/a'),
    ],
  },
  {
    name: 'nulls inside of ACLs',
    lines: [41],
    steps: [
      ...[
        ['world', null],
        [null, 'anyone'],
        [null, null],
        ['digest', null],
        ['ip', null],
        ['auth', null],
        ['nope', null],
      ].map(([scheme = null, id = null]) =>
        raw(OpCode.create, (w) => {
          w.ustring('/t/a');
          w.buffer(null);
          w.int(1);
          w.int(31);
          w.ustring(scheme);
          w.ustring(id);
          w.int(0);
        }),
      ),
      exists('/t/a'),
    ],
  },
  {
    name: 'ACLs that are refused or kept',
    lines: [43],
    steps: BAD_ACLS.flatMap((it, i) => [create(`/t/a${i}`, { acl: [it] }), getACL(`/t/a${i}`)]),
  },
  {
    name: 'duplicates and order in an ACL',
    lines: [55],
    steps: [
      create('/t/a', {
        acl: [
          acl('ip', '10.0.0.1', 3),
          acl('world', 'anyone'),
          acl('ip', '10.0.0.1', 3),
          acl('ip', '10.0.0.1', 1),
          acl('world', 'anyone'),
        ],
      }),
      getACL('/t/a'),
      setACL('/t/a', [acl('world', 'anyone', 255), acl('world', 'anyone', 0)]),
      getACL('/t/a'),
    ],
  },
  {
    name: 'scheme auth',
    lines: [42, 53],
    steps: [
      create('/t/none', { acl: CREATOR }),
      auth('bob:secret'),
      auth('bob:secret'),
      create('/t/one', { acl: CREATOR }),
      getACL('/t/one'),
      auth('ann:pw'),
      create('/t/two', { acl: [acl('auth', 'ignored', 3), acl('auth', '', 3)] }),
      getACL('/t/two'),
      whoAmI,
    ],
  },
  {
    name: 'addresses',
    lines: [44],
    steps: [
      ...[
        '127.0.0.1',
        '127.0.0.0/8',
        '127.0.0.1/32',
        '0.0.0.0/0',
        '128.0.0.0/1',
        '0.0.0.0/1',
        '10.0.0.0/8',
        '127.0.0.2/31',
        '127.0.0.0/31',
      ].flatMap((id, i) => [
        create(`/t/a${i}`, { acl: [acl('ip', id)] }),
        get(`/t/a${i}`),
        getACL(`/t/a${i}`),
      ]),
    ],
  },
  {
    name: 'what a digest user may and others may not',
    lines: [45, 27],
    steps: [
      auth('bob:secret'),
      create('/t/p', { acl: CREATOR, data: 'x' }),
      create('/t/p/c', { acl: CREATOR }),
      connect('b'),
      on('b', get('/t/p')),
      on('b', set('/t/p', 'y')),
      on('b', children('/t/p')),
      on('b', children2('/t/p')),
      on('b', descendants('/t/p')),
      on('b', getACL('/t/p')),
      on('b', setACL('/t/p', [acl('world', 'anyone')])),
      on('b', create('/t/p/d')),
      on('b', create('/t/p/d', { flags: 2 })),
      on('b', del('/t/p/c')),
      on('b', get('/t/p/c')),
      on('b', multi(check('/t/p'), create('/t/q'))),
      on('b', multi(create('/t/q'), set('/t/p', 'y'), del('/t/q'))),
      on(
        'b',
        multiRead(
          { type: 'getData', path: '/t/p', watch: false },
          { type: 'getData', path: '/t', watch: false },
          { type: 'getChildren', path: '/t/p', watch: false },
          { type: 'getChildren', path: '/t', watch: false },
          { type: 'getData', path: '/t/no', watch: false },
        ),
      ),
      on('b', del('/t/p')),
      auth('bob:secret', { name: 'b' }),
      on('b', get('/t/p')),
      on('b', set('/t/p', 'y')),
      on('b', del('/t/p/c')),
    ],
  },
  {
    name: 'delete asks the parent alone',
    lines: [27],
    steps: [
      create('/t/p'),
      create('/t/p/c', { acl: [acl('world', 'anyone', 0)] }),
      get('/t/p/c'),
      set('/t/p/c', 'x'),
      del('/t/p/c'),
      create('/t/p/c'),
      setACL('/t/p', [acl('world', 'anyone', 31 - 8)]),
      del('/t/p/c'),
    ],
  },
  {
    name: 'setACL',
    lines: [46],
    steps: [
      create('/t/a'),
      setACL('/t/a', [acl('world', 'anyone', 31 - 16)], 0),
      get('/t/a'),
      setACL('/t/a', [acl('world', 'anyone')], 1),
      create('/t/b'),
      setACL('/t/b', [acl('world', 'anyone')], 7),
      setACL('/t/b', [acl('world', 'anyone')], -2),
      setACL('/t/b', [acl('world', 'anyone')], 0),
      setACL('/t/b', [acl('world', 'anyone')], 0),
      exists('/t/b'),
    ],
  },
  {
    name: 'getACL without ADMIN',
    lines: [47],
    steps: [
      auth('bob:secret'),
      create('/t/a', {
        acl: [
          acl('digest', BOB),
          acl('digest', 'x:'),
          acl('world', 'anyone', 1),
          acl('ip', '10.0.0.1'),
        ],
      }),
      create('/t/b', { acl: [acl('digest', BOB), acl('world', 'anyone', 1)] }),
      create('/t/c', { acl: [acl('digest', BOB), acl('world', 'anyone', 2)] }),
      create('/t/d', { acl: [acl('world', 'anyone', 16)] }),
      getACL('/t/b'),
      connect('b'),
      on('b', getACL('/t/b')),
      on('b', getACL('/t/c')),
      on('b', getACL('/t/d')),
      on('b', get('/t/d')),
    ],
  },
  {
    name: 'exists without READ',
    lines: [48],
    steps: [
      create('/t/a', { acl: [acl('world', 'anyone', 30)] }),
      exists('/t/a'),
      get('/t/a'),
      getACL('/t/a'),
    ],
  },
  {
    name: 'the super user',
    lines: [50],
    steps: [
      create('/t/a', { acl: [acl('world', 'anyone', 0)] }),
      auth('super:test'),
      whoAmI,
      get('/t/a'),
      set('/t/a', 'x'),
      create('/t/a/b', { acl: CREATOR }),
      getACL('/t/a/b'),
      create('/zookeeper/config/x'),
      del('/zookeeper/config/x'),
      setACL('/t/a', [acl('world', 'anyone')]),
      auth('super:wrong'),
      whoAmI,
    ],
  },
  { name: 'an unknown scheme of auth', lines: [51], steps: [auth('x', { scheme: 'nope' })] },
  { name: 'auth as world', lines: [51], steps: [auth('anyone', { scheme: 'world' })] },
  { name: 'auth as super', lines: [51], steps: [auth('', { scheme: 'super' })] },
  { name: 'auth as auth', lines: [51], steps: [auth('', { scheme: 'auth' })] },
  {
    name: 'odd credentials',
    lines: [53, 54],
    steps: [
      auth('nocolon'),
      auth(''),
      auth(':'),
      auth('a:b:c'),
      auth('us\u00e9r:p\u00e4ss', { xid: 77 }),
      auth('1.2.3.4', { scheme: 'ip' }),
      whoAmI,
      create2('/t/a', { acl: CREATOR }),
      getACL('/t/a'),
    ],
  },
  {
    name: 'auth packets with nulls',
    lines: [51, 53],
    steps: [
      raw(OpCode.auth, (w) => {
        w.int(0);
        w.ustring('digest');
        w.buffer(null);
      }),
      whoAmI,
    ],
  },
  {
    name: 'auth without a scheme',
    lines: [51],
    steps: [
      raw(OpCode.auth, (w) => {
        w.int(0);
        w.ustring(null);
        w.buffer(new Uint8Array([58]));
      }),
    ],
  },
  { name: 'auth that is cut short', lines: [51, 110], steps: [raw(OpCode.auth, (w) => w.int(0))] },
  { name: 'whoAmI', lines: [54], steps: [whoAmI, auth('bob:secret'), auth('ann:pw'), whoAmI] },
];

/** Scheme digest is switched off. */
export const noDigestCases: readonly Case[] = [
  {
    name: 'digests where they are switched off',
    lines: [52],
    steps: [
      create('/t/a', { acl: [acl('digest', 'bob:x')] }),
      create('/t/b', { acl: CREATOR }),
      create('/t/c', { acl: [acl('ip', '127.0.0.1')] }),
      setACL('/t/c', [acl('digest', 'bob:x')]),
      get('/t/c'),
      connect('b'),
      auth('bob:x', { name: 'b' }),
      connect('c'),
      auth('super:test', { name: 'c' }),
    ],
  },
];
