/** create, delete, setData, reads: what is checked in which order, and what Stats say. */

import { OpCode } from '../../src/protocol/opcodes.ts';
import {
  acl,
  type Case,
  children,
  children2,
  close,
  connect,
  create,
  create2,
  createContainer,
  createTTL,
  del,
  descendants,
  ephemerals,
  exists,
  get,
  getACL,
  multi,
  on,
  raw,
  set,
  setACL,
  sync,
} from '../Case.ts';

const WORLD = (w: import('../../src/protocol/JuteWriter.ts').JuteWriter) => {
  w.int(1);
  w.int(31);
  w.ustring('world');
  w.ustring('anyone');
};

export const rootCases: readonly Case[] = [
  {
    name: 'a fresh root',
    lines: [16, 38],
    steps: [
      get('/'),
      exists('/zookeeper'),
      exists('/zookeeper/quota'),
      exists('/zookeeper/config'),
      get('/zookeeper/config'),
      getACL('/zookeeper/config'),
      children2('/'),
      descendants('/'),
      descendants('/zookeeper'),
      create('/s-', { flags: 2 }),
      get('/'),
      del('/s-0000000001'),
      get('/'),
    ],
  },
  {
    name: 'the root as a znode',
    lines: [6, 30, 32],
    steps: [
      create('/'),
      create(''),
      create('a'),
      set('/', 'root'),
      get('/'),
      get(''),
      exists(''),
      children(''),
      getACL(''),
      set('/', null),
      set('', 'x'),
      del('/'),
      del('/zookeeper'),
      del('/zookeeper/quota'),
      del('/zookeeper/config'),
      del(''),
    ],
  },
  {
    name: 'the ACL of the root',
    lines: [49],
    steps: [
      setACL('/', [acl('world', 'anyone', 17)]),
      create('/nope'),
      create('/t/yes'),
      del('/t'),
      setACL('/', [acl('world', 'anyone')]),
      create('/nope'),
      del('/nope'),
    ],
  },
  {
    name: 'below /zookeeper',
    lines: [13, 127],
    steps: [
      create('/zookeeper/x'),
      create('/zookeeper/config/x'),
      create('/zookeeper/quota/x'),
      set('/zookeeper/config', 'x'),
      del('/zookeeper/x'),
      del('/zookeeper/quota/x'),
    ],
  },
];

const INVALID = ['/t/a/', '//a', '/t/.', '/t/a/..', '/t/x\0y', '/t/x\ty', '/t/\u0085', '/t/\ufff0'];
const VALID = ['/t/..a', '/t/a..', '/t/ok ', '/t/\ud7ff', '/t/\uffef', '/t/...', '/t/\u00a0'];
const ODD = ['', 'a', '/', '//', '/t//c', '/t/./c', '/t/', 'a/b', '/t/\0', '/t/nope/x'];

export const nodeCases: readonly Case[] = [
  {
    name: 'create and create2',
    lines: [1, 2, 3, 5],
    steps: [
      create('/t/a', { data: 'x' }),
      exists('/t/a'),
      create2('/t/b', { data: 'y' }),
      create('/t/a'),
      create2('/t/a'),
      create('/t/no/a'),
      get('/t'),
      get('/t/a'),
    ],
  },
  {
    name: 'children of an ephemeral',
    lines: [4, 112],
    steps: [
      create2('/t/e', { flags: 1 }),
      create('/t/e/x'),
      createContainer('/t/c'),
      create2('/t/c/x'),
      createTTL('/t/ttl', 100_000),
      create2('/t/ttl/x'),
      exists('/t/c'),
      exists('/t/ttl'),
    ],
  },
  {
    name: 'invalid paths of create',
    lines: [6, 7, 9],
    steps: [...INVALID, ...ODD].flatMap((path) => [create(path), create(path, { flags: 2 })]),
  },
  {
    name: 'surrogates in a path',
    lines: [7],
    steps: ['\ud83d\ude00', '\ud800', '\ue000', '\uf8ff'].map((name) => create(`/t/${name}`)),
  },
  {
    name: 'unusual paths that are valid',
    lines: [8],
    steps: [...VALID.map((path) => create2(path)), children('/t')],
  },
  {
    name: 'null data and empty data',
    lines: [10, 11, 34],
    steps: [
      create('/t/null', { data: null }),
      get('/t/null'),
      create('/t/empty'),
      get('/t/empty'),
      set('/t/null', 'abc'),
      get('/t/null'),
      set('/t/null', null),
      get('/t/null'),
      set('/t/empty', null),
      get('/t/empty'),
    ],
  },
  {
    name: 'unknown flags',
    lines: [12],
    steps: [7, -1, 99, 0x7fffffff, -0x80000000].flatMap((flags) => [
      create('/t/a', { flags }),
      create2('/t/a', { flags }),
      createContainer('/t/a', { flags }),
      createTTL('/t/a', 1000, { flags }),
    ]),
  },
  {
    name: 'flags by operation',
    lines: [118, 120],
    steps: [
      ...[4, 5, 6].flatMap((flags) => [
        create2(`/t/a${flags}`, { flags }),
        exists(`/t/a${flags}`),
        createTTL(`/t/b${flags}`, 1000, { flags }),
      ]),
      ...[0, 1, 2, 3].flatMap((flags) => [
        createContainer(`/t/c${flags}`, { flags }),
        createTTL(`/t/d${flags}`, 1000, { flags }),
        createTTL(`/t/d${flags}`, 0, { flags }),
      ]),
      children('/t'),
      createTTL('/t/e', 0),
      createTTL('/t/e', -1),
      createTTL('/t/e', 2 ** 40 - 1),
      createTTL('/t/f', 2 ** 40),
      createTTL('/t/f', 2 ** 53 - 1),
      createTTL('/t/nope/f', 0),
    ],
  },
  {
    name: 'a time to live of any long',
    lines: [118],
    steps: [2n ** 62n, -(2n ** 62n), 2n ** 63n - 1n].map((ttl) =>
      raw(OpCode.createTTL, (w) => {
        w.ustring('/t/a');
        w.buffer(null);
        WORLD(w);
        w.int(5);
        w.long(ttl);
      }),
    ),
  },
  {
    name: 'zxids of writes that fail',
    lines: [15, 31],
    steps: [
      create('/t/no/a'),
      exists('/t/no'),
      set('/t/no', 'x'),
      del('/t/no'),
      exists('/t/no'),
      create('/t/a'),
      get('/t/a'),
    ],
  },
  {
    name: 'sequential names',
    lines: [16, 17, 18, 22],
    steps: [
      create('/t/s-', { flags: 2 }),
      create('/t/plain'),
      create('/t/s-', { flags: 2 }),
      del('/t/plain'),
      create('/t/e-', { flags: 3 }),
      create('/t/', { flags: 2 }),
      createContainer('/t/c-', { flags: 2 }),
      createTTL('/t/t-', 100_000, { flags: 6 }),
      create('/t/s-', { flags: 2, acl: [] }),
      create2('/t/s-', { flags: 2 }),
      get('/t'),
      children('/t'),
    ],
  },
  {
    name: 'sequential names after the parent came back',
    lines: [21],
    steps: [
      create('/t/p'),
      create('/t/p/s', { flags: 2 }),
      create('/t/p/s', { flags: 2 }),
      del('/t/p/s0000000000'),
      del('/t/p/s0000000001'),
      get('/t/p'),
      del('/t/p'),
      create('/t/p'),
      create('/t/p/s', { flags: 2 }),
      get('/t/p'),
    ],
  },
  {
    name: 'sequential names in multi',
    lines: [19, 20],
    steps: [
      create('/t/p'),
      multi(create('/t/p/s', { flags: 2 }), create('/t/p/s', { flags: 2 })),
      multi(create('/t/p/s', { flags: 2 }), create('/t/no/x')),
      create('/t/p/s', { flags: 2 }),
      get('/t/p'),
    ],
  },
  {
    name: 'delete',
    lines: [23, 24, 26],
    steps: [
      create('/t/p'),
      create('/t/p/c'),
      set('/t/p', '1'),
      get('/t/p'),
      del('/t/p'),
      del('/t/p', 7),
      del('/t/p/c', 3),
      del('/t/p/c', -2),
      del('/t/p/no'),
      del('/t/p/c', 0),
      get('/t/p'),
      del('/t/p', 1),
      del('/t/p'),
    ],
  },
  {
    name: 'odd paths of delete',
    lines: [25],
    steps: [...ODD, ...INVALID].map((path) => del(path)),
  },
  {
    name: 'setData',
    lines: [28, 29, 34],
    steps: [
      create('/t/a', { data: 'one' }),
      set('/t/a', 'three', 0),
      set('/t/a', 'x', 0),
      set('/t/a', 'x', -2),
      set('/t/a', 'x', -1),
      get('/t/a'),
      set('/t/no', 'x'),
      ...[...ODD, ...INVALID].map((path) => set(path === '/' ? '/t/no' : path, 'x')),
    ],
  },
  {
    name: 'odd paths of reads',
    lines: [32, 33],
    steps: [...ODD, ...INVALID].flatMap((path) =>
      path === '' || path === '/'
        ? []
        : [
            get(path),
            exists(path),
            children(path),
            children2(path),
            getACL(path),
            descendants(path),
            sync(path),
          ],
    ),
  },
  {
    name: 'sync of anything',
    lines: [33],
    steps: [sync(''), sync('/'), sync('no path'), sync('/t/\0')],
  },
  {
    name: 'bytes after a body',
    lines: [35],
    steps: [
      raw(OpCode.create, (w) => {
        w.ustring('/t/a');
        w.buffer(null);
        WORLD(w);
        w.int(0);
        w.raw(new Uint8Array([1, 2, 3]));
      }),
      raw(OpCode.getData, (w) => {
        w.ustring('/t/a');
        w.bool(false);
        w.long(99n);
      }),
      raw(OpCode.exists, (w) => {
        w.ustring('/t/a');
        w.byte(2);
      }),
      raw(OpCode.ping, (w) => w.int(1)),
    ],
  },
  {
    name: 'children and descendants',
    lines: [36, 37, 38],
    steps: [
      create('/t/p'),
      create('/t/p/a'),
      create('/t/p/b'),
      create('/t/p/b/c'),
      create('/t/pq'),
      children('/t/p'),
      children2('/t/p'),
      del('/t/p/a'),
      children2('/t/p'),
      descendants('/t'),
      descendants('/t/p'),
      descendants('/t/p/b/c'),
      descendants('/t/no'),
      children('/t/no'),
    ],
  },
  {
    name: 'ephemerals by prefix',
    lines: [39, 112, 113],
    steps: [
      create('/t/e1', { flags: 1 }),
      create('/t/e2', { flags: 1 }),
      create('/t/p'),
      create('/t/p/e', { flags: 1 }),
      ephemerals(null),
      ephemerals(''),
      ephemerals('/'),
      ephemerals('/t/e'),
      ephemerals('/t/p'),
      ephemerals('/nope'),
      ephemerals('   '),
      connect('b'),
      on('b', ephemerals(null)),
      on('b', del('/t/e1')),
      ephemerals(null),
      on('b', get('/t/e2')),
      close,
      on('b', children('/t')),
    ],
  },
];
