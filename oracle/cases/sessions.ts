/** The handshake, sessions, headers, and what is no request. */

import { frame } from '../../src/protocol/frames.ts';
import { OpCode } from '../../src/protocol/opcodes.ts';
import {
  bytes,
  type Case,
  children,
  close,
  connect,
  create,
  drop,
  elapse,
  ephemerals,
  exists,
  get,
  on,
  ping,
  raw,
  set,
  withXid,
} from '../Case.ts';

const UNKNOWN_OPCODES = [0, 10, 23, 99, 108, 500, -1, -2, -12, 0x7fffffff];
/** Of an unsigned length. */
const length = (n: number) =>
  new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n].map((it) => it & 255));

/** Every request that has a body, without it and with null for its path. */
const WITH_PATH = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 17, 18, 19, 21, 104, 106];

export const sessionCases: readonly Case[] = [
  {
    name: 'timeouts are clamped',
    lines: [95],
    steps: [-1, 0, 1, 3999, 4000, 4001, 600_000, 600_001, 0x7fffffff, -0x80000000].map(
      (timeOut, i) => connect(`c${i}`, { timeOut }),
    ),
  },
  {
    name: 'ping',
    lines: [96],
    steps: [raw(OpCode.ping, () => {}, { xid: 5 }), raw(OpCode.ping, () => {}, { xid: -99 })],
  },
  {
    name: 'a session attached again',
    lines: [97],
    steps: [
      create('/t/e', { flags: 1 }),
      drop('a'),
      connect('b', { session: 'a', timeOut: 5000 }),
      on('b', ephemerals(null), get('/t/e')),
      connect('c', { session: 'b', timeOut: 7000 }),
      on('c', ephemerals(null)),
    ],
  },
  {
    name: 'a wrong password ends the connection that has the session',
    lines: [98],
    steps: [
      create('/t/e', { flags: 1 }),
      connect('b', { session: 'a', passwd: new Uint8Array(16) }),
      connect('c', { session: 'a' }),
      on('c', get('/t/e')),
    ],
  },
  {
    name: 'passwords of other lengths',
    lines: [98],
    steps: [
      connect('b', { session: 'a', passwd: null }),
      connect('c', { session: 'a', passwd: new Uint8Array(3) }),
      connect('d', { session: 'a', passwd: new Uint8Array(40) }),
    ],
  },
  {
    name: 'sessions that are none',
    lines: [99],
    steps: [
      connect('b', { unknownSession: 12345n }),
      connect('c', { unknownSession: -1n }),
      connect('d', { unknownSession: 12345n, passwd: new Uint8Array(16) }),
      connect('e', { unknownSession: 12345n, readOnly: null }),
      connect('f', { unknownSession: 12345n, readOnly: true }),
      on('a', close),
      connect('g', { session: 'a' }),
    ],
  },
  {
    name: 'passwords of a new session',
    lines: [100],
    steps: [
      connect('b', { passwd: null }),
      connect('c', { passwd: new Uint8Array(0) }),
      connect('d', { passwd: new Uint8Array(100) }),
    ],
  },
  {
    name: 'old clients, other versions, and the readOnly byte',
    lines: [97],
    steps: [
      connect('b', { readOnly: null }),
      connect('c', { readOnly: true }),
      connect('d', { protocolVersion: 77 }),
      connect('e', { protocolVersion: -1, readOnly: null }),
      on('b', exists('/t')),
    ],
  },
  {
    name: 'a client that has seen more',
    lines: [104],
    steps: [connect('b', { zxidAhead: 1000 }), connect('c', { zxidAhead: 0 }), exists('/t')],
  },
  {
    name: 'closeSession',
    lines: [102],
    steps: [
      connect('b'),
      on('a', create('/t/e', { flags: 1 })),
      on('a', close),
      on('b', children('/t')),
    ],
  },
  {
    name: 'xids',
    lines: [106],
    steps: [
      withXid(0x7fffffff, create('/t/a')),
      withXid(1, create('/t/b')),
      withXid(1, create('/t/c')),
      withXid(0, create('/t/d')),
      withXid(-99, create('/t/e')),
      withXid(-99, get('/t/e')),
      withXid(-8, get('/t/e')),
      withXid(-4, set('/t/e', 'x')),
      ping(),
    ],
  },
  ...UNKNOWN_OPCODES.map((type) => ({
    name: `opcode ${type}`,
    lines: [109],
    steps: [raw(type)],
  })),
  {
    name: 'requests without their body',
    lines: [110],
    steps: [
      ...[...WITH_PATH, 14, 16, 22, 101, 103, 105].map((type) => raw(type)),
      exists('/t'),
      get('/t'),
    ],
  },
  {
    name: 'requests with null for a path',
    lines: [110],
    steps: [
      ...WITH_PATH.map((type) =>
        raw(type, (w) => {
          w.int(-1);
          w.raw(new Uint8Array(40));
        }),
      ),
      exists('/t'),
    ],
  },
  {
    name: 'requests with unreasonable lengths',
    lines: [110],
    steps: [
      ...[-2, 0x7fffffff, 0x7ffffff0, 3_000_000].flatMap((n) => [
        raw(OpCode.getData, (w) => w.int(n)),
        raw(OpCode.create, (w) => {
          w.ustring('/t/a');
          w.int(n);
        }),
        raw(OpCode.create, (w) => {
          w.ustring('/t/a');
          w.buffer(null);
          w.int(n);
        }),
        raw(OpCode.setWatches, (w) => {
          w.long(0n);
          w.int(n);
        }),
      ]),
      exists('/t'),
    ],
  },
  {
    name: 'malformed text in a path',
    lines: [7, 110],
    steps: [
      ...[
        [0x2f, 0xff],
        [0x2f, 0xc3],
        [0x2f, 0xed, 0xa0, 0x80],
        [0x2f, 0xf0, 0x9f, 0x98, 0x80],
      ].map((path) =>
        raw(OpCode.create, (w) => {
          w.buffer(new Uint8Array([0x2f, 0x74, ...path]));
          w.buffer(null);
          w.int(1);
          w.int(31);
          w.ustring('world');
          w.ustring('anyone');
          w.int(0);
        }),
      ),
      children('/t'),
    ],
  },
  {
    name: 'deleteContainer from a client',
    lines: [109],
    steps: [raw(OpCode.deleteContainer, (w) => w.raw(new Uint8Array([0x2f, 0x78])))],
  },
  {
    name: 'createSession from a client',
    lines: [109],
    steps: [raw(OpCode.createSession, (w) => w.int(10_000))],
  },
  {
    name: 'sasl where nothing is set up',
    lines: [109],
    steps: [
      raw(OpCode.sasl, (w) => w.buffer(new Uint8Array(0))),
      raw(OpCode.sasl, (w) => w.buffer(null)),
      exists('/t'),
    ],
  },
  { name: 'a request without a header', lines: [110], steps: [bytes('a', frame(length(1)))] },
  { name: 'a frame of nothing', lines: [110], steps: [bytes('a', length(0))] },
  { name: 'a frame of negative length', lines: [14], steps: [bytes('a', length(-5))] },
  { name: 'a frame that is too long', lines: [14], steps: [bytes('a', length(0x100000))] },
  {
    name: 'the longest frame',
    lines: [14],
    steps: [
      // 8 header, 4 + 4 path, 4 data, 27 ACL, 4 flags.
      create('/t/a', { data: 'x'.repeat(0xfffff - 8 - 8 - 4 - 27 - 4) }),
      exists('/t/a'),
    ],
  },
];

/** They take time: the tick of their servers is short. */
export const expiryCases: readonly Case[] = [
  {
    name: 'a session that says nothing expires',
    lines: [101],
    steps: [
      connect('b', { timeOut: 1500 }),
      on('b', create('/t/e', { flags: 1 }), create('/t/f', { flags: 1 })),
      on('a', exists('/t/e', true), children('/t', true)),
      drop('b'),
      elapse(3500),
      children('/t'),
      connect('c', { session: 'b' }),
    ],
  },
  {
    name: 'expiry closes the connection without a word',
    lines: [101],
    steps: [connect('b', { timeOut: 1500 }), elapse(3500)],
  },
  {
    name: 'a connection that speaks keeps its session',
    lines: [101],
    steps: [
      connect('b', { timeOut: 5000 }),
      on('b', create('/t/e', { flags: 1 })),
      elapse(2500),
      ping('b'),
      elapse(2500),
      ping('b'),
      elapse(2500),
      on('b', get('/t/e')),
    ],
  },
  {
    name: 'attaching again changes the timeout',
    lines: [97],
    steps: [
      connect('b', { timeOut: 30_000 }),
      on('b', create('/t/e', { flags: 1 })),
      connect('c', { session: 'b', timeOut: 1000 }),
      drop('c'),
      elapse(3000),
      exists('/t/e'),
    ],
  },
];
