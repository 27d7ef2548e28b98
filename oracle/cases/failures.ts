/** Servers that die and come back: what is left, what they say meanwhile, who only reads. */

import {
  type Case,
  children,
  children2,
  close,
  connect,
  create,
  elapse,
  ephemerals,
  exists,
  get,
  getACL,
  kill,
  multi,
  multiRead,
  on,
  restart,
  set,
  sync,
  word,
} from '../Case.ts';

/** Long enough for a server to notice, and to read only. */
const NOTICED = elapse(5000);

export const restartCases: readonly Case[] = [
  {
    name: 'sessions, ephemerals and counters outlive a restart of all servers',
    lines: [105, 138],
    steps: [
      create('/t/e', { flags: 1 }),
      create('/t/p', { data: 'x' }),
      create('/t/p/s-', { flags: 2 }),
      set('/t/p', 'y'),
      kill(0, 1, 2),
      restart(0, 1, 2),
      connect('b', { session: 'a', server: 1 }),
      on('b', sync('/t'), get('/t/e'), ephemerals(null), get('/t/p'), children2('/t/p')),
      on('b', create('/t/p/s-', { flags: 2 })),
      on('b', close),
      connect('c'),
      on('c', sync('/t'), children('/t')),
    ],
  },
];

/** One of three is left: nobody is served. */
export const minorityCases: readonly Case[] = [
  {
    name: 'a server without a quorum hangs up',
    lines: [133, 146],
    steps: [
      create('/t/e', { flags: 1 }),
      kill(1, 2),
      NOTICED,
      ...['ruok', 'srvr', 'stat', 'cons', 'mntr', 'dump', 'wchs', 'isro', 'crst', 'srst'].map(
        (it) => word(it),
      ),
      connect('b'),
      connect('c', { session: 'a' }),
      restart(1, 2),
      connect('d', { session: 'a' }),
      on('d', get('/t/e')),
    ],
  },
];

export const readOnlyCases: readonly Case[] = [
  {
    name: 'a server without a quorum reads for those who are content with it',
    lines: [141, 142],
    steps: [
      create('/t/a', { data: 'x' }),
      word('isro'),
      kill(1, 2),
      NOTICED,
      ...['isro', 'srvr', 'ruok', 'mntr'].map((it) => word(it)),
      connect('b', { readOnly: true }),
      on('b', get('/t/a'), exists('/t/no'), children('/t'), getACL('/t/a')),
      on('b', multiRead({ type: 'getData', path: '/t/a', watch: false })),
      on('b', get('/t/a', true)),
      on('b', create('/t/b')),
      on('b', set('/t/a', 'y')),
      on('b', multi(create('/t/b'))),
      on('b', sync('/t')),
      connect('c'),
      connect('d', { readOnly: null }),
      restart(1, 2),
      word('isro'),
      connect('e', { session: 'b', readOnly: true }),
      connect('f'),
      on('f', get('/t/a')),
    ],
  },
  {
    name: 'a session of the ensemble is none for a server that only reads',
    lines: [143],
    steps: [
      create('/t/e', { flags: 1 }),
      kill(1, 2),
      NOTICED,
      connect('b', { session: 'a', readOnly: true }),
      connect('c', { readOnly: true }),
      on('c', get('/t/e'), close),
      restart(1, 2),
      connect('d', { session: 'a', readOnly: true }),
      on('d', ephemerals(null)),
    ],
  },
];

/** Only the vote of the first server has a weight. */
export const weightCases: readonly Case[] = [
  {
    name: 'a server with all the weight needs no other',
    lines: [140],
    steps: [
      word('srvr'),
      connect('b', { server: 2 }),
      on('b', create('/t/a')),
      kill(1, 2),
      NOTICED,
      create('/t/b'),
      restart(1, 2),
      connect('c', { server: 1 }),
      on('c', sync('/t'), children('/t'), create('/t/c')),
      word('srvr'),
    ],
  },
  {
    name: 'servers without weight are no quorum',
    lines: [140],
    steps: [
      connect('b', { server: 1, readOnly: true }),
      on('b', create('/t/a')),
      kill(0),
      NOTICED,
      word('isro', 1),
      word('isro', 2),
      connect('c', { server: 2 }),
      restart(0),
      connect('d'),
      on('d', children('/t')),
    ],
  },
];

/** The third server does not vote. */
export const observerCases: readonly Case[] = [
  {
    name: 'an observer serves as others do',
    lines: [134],
    steps: [
      connect('c', { server: 2 }),
      on('c', create('/t/a', { data: 'x' }), create('/t/e', { flags: 1 }), get('/t/a', true)),
      on('a', sync('/t'), set('/t/a', 'y'), children('/t', true)),
      on('c', multi(set('/t/a', 'z', 1), create('/t/b'))),
      word('srvr', 2),
      word('mntr', 2),
      on('c', close),
      children('/t'),
    ],
  },
  {
    name: 'an observer is no part of a quorum',
    lines: [134],
    steps: [
      create('/t/a'),
      kill(1),
      NOTICED,
      word('isro'),
      connect('b'),
      restart(1),
      connect('d', { server: 2 }),
      on('d', sync('/t'), get('/t/a')),
    ],
  },
];
