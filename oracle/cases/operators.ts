/** What operators ask and set: words, limits, sessions that stay local, other members. */

import { AddWatchMode } from '../../src/protocol/events.ts';
import {
  addWatch,
  auth,
  type Case,
  check,
  children,
  children2,
  close,
  connect,
  create,
  del,
  descendants,
  drop,
  elapse,
  ephemerals,
  exists,
  get,
  getACL,
  multi,
  multiRead,
  on,
  reconfig,
  set,
  sync,
  whoAmI,
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
  counted('leader'),
  counted('follower'),
];

/** What one server of three counts while its client does this and that. */
function counted(target: 'leader' | 'follower'): Case {
  return {
    name: `what a ${target} counts`,
    lines: [144],
    steps: [
      drop('a'),
      connect('b', { server: target }),
      word('srst', target),
      on('b', exists('/t/a', true), children('/t', true), create('/t/a', { data: 'xyz' })),
      on('b', get('/t/a', true), exists('/t/a', true), set('/t/a', 'abcd'), set('/t/a', 'no', 7)),
      on(
        'b',
        addWatch('/t/c', AddWatchMode.PERSISTENT_RECURSIVE),
        create('/t/c'),
        set('/t/c', 'x'),
      ),
      on('b', multi(create('/t/b'), set('/t/b', '12345'), check('/t/a', 1), del('/t/b'))),
      on('b', multi(create('/t/b'), check('/t/a', 9)), del('/t/a'), del('/t/nope')),
      on('b', get('/t/nope'), children2('/t'), getACL('/t'), descendants('/t'), whoAmI),
      connect('c', { server: target, session: 'b' }),
      on('c', get('/t'), multiRead({ type: 'getData', path: '/t', watch: false })),
      connect('d', { server: target }),
      on('d', create('/t/e', { flags: 1 }), create('/t/f-', { flags: 3 })),
      on('d', close),
      word('mntr', target),
    ],
  };
}

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

const manyAtOnce = Array.from({ length: 12 }, (_, i) => [
  create(`/t/${i}`, { data: `${i}` }),
  get(`/t/${i}`),
]).flat();

/** The server works on one request at a time. */
export const throttledCases: readonly Case[] = [
  {
    name: 'requests that wait for each other are answered in order',
    lines: [],
    steps: [
      connect('b'),
      on('a', exists('/t/5', true), ...manyAtOnce, children('/t')),
      on('b', get('/t/3'), set('/t/3', 'x'), multi(create('/t/m'), del('/t/0')), sync('/t')),
      on('b', create('/t/e', { flags: 1 }), set('/t/no', 'x'), ephemerals(null)),
      on('b', create('/t/f', { flags: 1 }), get('/t/f'), close),
      connect('c', { session: 'a' }),
      on('c', children('/t')),
    ],
  },
];

export const localSessionCases: readonly Case[] = [
  ...(['leader', 'follower'] as const).map((target) => ({
    name: `a local session gets no ephemerals from a ${target}`,
    lines: [108],
    steps: [
      connect('b', { server: target }),
      on('b', create('/t/a'), create('/t/e', { flags: 1 }), create('/t/s-', { flags: 3 })),
      on('b', multi(create('/t/b'), create('/t/e', { flags: 1 }))),
      on('b', multi(create('/t/e', { flags: 1 }), create('/t/b'))),
      on('b', ephemerals(null), set('/t/a', 'x'), children('/t')),
    ],
  })),
  {
    name: 'a local session sends a multi that cannot be read',
    lines: [108],
    steps: [
      connect('b', { server: 'leader' }),
      on('b', multi(create('/t/a'), create('/t/b', { flags: 9 }))),
      on('b', exists('/t/a')),
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
      connect('b', { server: 'leader' }),
      on('b', multi(create('/t/b'), create('/t/e', { flags: 1 }))),
      on('b', ephemerals(null)),
      connect('c', { server: 'follower', session: 'b' }),
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
