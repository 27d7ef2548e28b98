/** Three servers: what one is told, and another is asked. And servers with their defaults. */

import { OpCode, Xid } from '../../src/protocol/opcodes.ts';
import {
  type Case,
  children,
  close,
  connect,
  create,
  create2,
  createTTL,
  drop,
  ephemerals,
  exists,
  get,
  multi,
  on,
  raw,
  set,
  setWatches,
  sync,
  withXid,
  word,
} from '../Case.ts';

const everywhere = [connect('b', { server: 1 }), connect('c', { server: 2 })];
const reconfig = raw(OpCode.reconfig, (w) => {
  w.ustring('server.4=127.0.0.1:1:2;3');
  w.ustring(null);
  w.ustring(null);
  w.long(-1n);
});

export const ensembleCases: readonly Case[] = [
  {
    name: 'writes through every server',
    lines: [72, 132],
    steps: [
      ...everywhere,
      create2('/t/a', { data: 'x' }),
      on('b', get('/t/a'), set('/t/a', 'y')),
      on('c', get('/t/a'), multi(set('/t/a', 'z'), create('/t/b', { flags: 2 }))),
      on('b', multi(create('/t/c'), create('/t/no/c'))),
      on('a', sync('/t'), get('/t/a')),
      on('c', create('/t/no/c'), create('/t/a')),
      children('/t'),
    ],
  },
  {
    name: 'watches across servers',
    lines: [73, 79],
    steps: [
      ...everywhere,
      on('b', exists('/t/a', true)),
      on('c', children('/t', true)),
      create('/t/a'),
      on('b', get('/t/a', true)),
      on('c', set('/t/a', 'x')),
      withXid(Xid.setWatches, setWatches({ data: ['/t/a'], exist: ['/t/no'] }), 'c'),
    ],
  },
  {
    name: 'a session that moves to another server',
    lines: [103],
    steps: [
      create('/t/e', { flags: 1 }),
      connect('b', { server: 1, session: 'a' }),
      on('b', get('/t/e'), ephemerals(null)),
      on('b', create('/t/x')),
      on('a', create('/t/y')),
      on('b', children('/t')),
    ],
  },
  {
    name: 'a session that leaves the leader',
    lines: [103],
    steps: [
      connect('b', { server: 'leader' }),
      on('b', create('/t/e', { flags: 1 })),
      connect('c', { server: 'follower', session: 'b' }),
      on('c', get('/t/e')),
    ],
  },
  {
    name: 'multi of a session that moved',
    lines: [103],
    steps: [
      connect('b', { server: 2, session: 'a' }),
      on('a', multi(create('/t/y'))),
      on('b', children('/t')),
    ],
  },
  {
    name: 'ephemerals go everywhere',
    lines: [113, 114],
    steps: [
      ...everywhere,
      on('b', create('/t/e', { flags: 1 }), create('/t/f', { flags: 1 })),
      on('c', get('/t/e', true), children('/t', true)),
      on('b', close),
      on('c', children('/t')),
      children('/t'),
    ],
  },
  {
    name: 'attaching again elsewhere',
    lines: [97, 98, 99],
    steps: [
      connect('b', { server: 1 }),
      on('b', create('/t/e', { flags: 1 })),
      drop('b'),
      connect('c', { server: 2, session: 'b' }),
      on('c', get('/t/e')),
      connect('d', { server: 1, unknownSession: 77n }),
      connect('e', { server: 2, session: 'c', passwd: new Uint8Array(16) }),
    ],
  },
];

export const plainCases: readonly Case[] = [
  {
    name: 'TTL znodes where they are switched off',
    lines: [118],
    steps: [
      createTTL('/t/a', 1000),
      createTTL('/t/a', 0),
      createTTL('/t/a', 1000, { flags: 0 }),
      create('/t/a', { flags: 5 }),
      multi(createTTL('/t/a', 1000)),
    ],
  },
  {
    name: 'hard limits where they are switched off',
    lines: [124],
    steps: [
      create('/zookeeper/quota/t'),
      create('/zookeeper/quota/t/zookeeper_limits', {
        data: 'count=-1,bytes=-1=;byteHardLimit=1;countHardLimit=1',
      }),
      create('/zookeeper/quota/t/zookeeper_stats'),
      create('/t/a', { data: 'xxxx' }),
      get('/zookeeper/quota/t/zookeeper_stats'),
    ],
  },
  { name: 'reconfig where it is switched off', lines: [128], steps: [reconfig, exists('/t')] },
  {
    name: 'the default list of four-letter words',
    lines: [145],
    steps: [word('ruok'), word('mntr'), word('srvr'), word('conf')],
  },
];
