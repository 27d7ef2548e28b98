/** What operators ask and set: words, limits, sessions that stay local, other members. */

import {
  auth,
  type Case,
  children,
  connect,
  create,
  drop,
  elapse,
  ephemerals,
  exists,
  get,
  multi,
  on,
  reconfig,
  set,
  sync,
  word,
} from '../Case.ts';

const WORDS = [
  ...['ruok', 'srvr', 'stat', 'cons', 'conf', 'envi', 'mntr', 'dump', 'dirs', 'isro', 'gtmk'],
  ...['wchs', 'wchc', 'wchp', 'crst', 'srst', 'hash', 'orst', 'obsr', 'sysp', 'lead'],
];
const CONFIG = '/zookeeper/config';
const NOWHERE = '127.0.0.1:1:2:participant;127.0.0.1:3';
const super_ = auth('super:test');

export const wordCases: readonly Case[] = [
  {
    name: 'every four-letter word',
    lines: [144],
    steps: [
      create('/t/e', { flags: 1 }),
      on('a', exists('/t/e', true), get('/t', true), children('/t', true)),
      ...WORDS.map((it) => word(it)),
      word('nope'),
    ],
  },
];

/** Two connections of one address. The runner has one of them. */
export const limitCases: readonly Case[] = [
  {
    name: 'more connections than one address may have',
    lines: [111],
    steps: [
      connect('b'),
      word('ruok'),
      exists('/t'),
      drop('a'),
      elapse(1000),
      connect('c'),
      on('c', exists('/t')),
    ],
  },
];

export const localSessionCases: readonly Case[] = [
  {
    name: 'a local session gets no ephemerals',
    lines: [108],
    steps: [
      create('/t/a'),
      create('/t/e', { flags: 1 }),
      create('/t/s-', { flags: 3 }),
      multi(create('/t/b'), create('/t/e', { flags: 1 })),
      ephemerals(null),
      set('/t/a', 'x'),
      children('/t'),
    ],
  },
];

export const upgradeCases: readonly Case[] = [
  {
    name: 'the first ephemeral makes a local session global',
    lines: [108],
    steps: [
      create('/t/a'),
      create('/t/e', { flags: 1 }),
      ephemerals(null),
      connect('b', { server: 1, session: 'a' }),
      on('b', ephemerals(null), create('/t/f', { flags: 1 }), get('/t/e')),
    ],
  },
  {
    name: 'a multi with an ephemeral makes a local session global',
    lines: [108],
    steps: [
      connect('b', { server: 2 }),
      on('b', multi(create('/t/b'), create('/t/e', { flags: 1 }))),
      on('b', ephemerals(null)),
      connect('c', { server: 1, session: 'b' }),
      on('c', sync('/t'), get('/t/e')),
    ],
  },
  {
    name: 'a local session is known to its server alone',
    lines: [108],
    steps: [
      connect('b', { server: 1 }),
      on('b', create('/t/a')),
      drop('b'),
      connect('c', { server: 2, session: 'b' }),
      connect('d', { server: 1, session: 'b' }),
    ],
  },
];

export const reconfigCases: readonly Case[] = [
  {
    name: 'the configuration at first',
    lines: [127, 131],
    steps: [get(CONFIG), set(CONFIG, 'x')],
  },
  {
    name: 'reconfig that is refused',
    lines: [128],
    steps: [
      reconfig({ leaving: '3' }),
      super_,
      reconfig({ leaving: '3', version: 7 }),
      reconfig({ joining: 'server.4=nonsense' }),
      reconfig({ joining: 'nonsense' }),
      reconfig({ joining: 'server.4=127.0.0.1:1:2' }),
      reconfig({ leaving: 'x' }),
      reconfig({ leaving: '1,2' }),
      reconfig({ leaving: '1,2,3' }),
      reconfig({ members: 'nonsense' }),
      reconfig({ members: '' }),
      reconfig({ joining: `server.4=${NOWHERE}`, leaving: '2,3' }),
      reconfig({
        joining: `server.4=${NOWHERE},server.5=127.0.0.1:4:5:participant;6`,
        leaving: '3',
      }),
      get(CONFIG),
    ],
  },
  {
    name: 'a configuration with a member that never comes, and watches that tell of it',
    lines: [129, 130],
    steps: [
      super_,
      connect('b', { server: 1 }),
      on('b', get(CONFIG, true)),
      reconfig({ joining: `server.4=${NOWHERE}` }),
      on('b', sync(CONFIG), get(CONFIG, true)),
      create('/t/a'),
      reconfig({ joining: `server.4=${NOWHERE.replace('participant', 'observer')}` }),
      on('b', sync(CONFIG), get(CONFIG)),
      reconfig({ leaving: '4' }),
      reconfig({ leaving: '4' }),
      on('b', sync(CONFIG), get(CONFIG)),
      create('/t/b'),
    ],
  },
  {
    name: 'a configuration in full',
    lines: [129],
    steps: [
      super_,
      on('a', (known) =>
        reconfig({
          members: [0, 1, 2].map((i) => `server.${i + 1}=${known.member(i)}`).join('\n'),
        }),
      ),
      get(CONFIG),
      on('a', (known) => reconfig({ joining: `server.3=${known.member(2)}` })),
      get(CONFIG),
    ],
  },
];
