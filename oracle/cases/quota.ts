/** Quotas and time to live by what servers do on their own. */

import {
  type Case,
  children,
  connect,
  create,
  createContainer,
  createTTL,
  del,
  elapse,
  exists,
  get,
  multi,
  on,
  set,
  word,
} from '../Case.ts';

const LIMITS = '/zookeeper/quota/t/q/zookeeper_limits';
const STATS = '/zookeeper/quota/t/q/zookeeper_stats';

/** A quota on /t/q, and away with it. */
const withQuota = (limits: string, steps: Case['steps']): Case['steps'] => [
  create('/t/q', { data: '12345' }),
  create('/t/q/a', { data: '123' }),
  create('/zookeeper/quota/t'),
  create('/zookeeper/quota/t/q'),
  create(LIMITS, { data: limits }),
  create(STATS, { data: 'count=0,bytes=0' }),
  get(STATS),
  ...steps,
  get(STATS),
  del(STATS),
  del(LIMITS),
  del('/zookeeper/quota/t/q'),
  del('/zookeeper/quota/t'),
];

export const quotaCases: readonly Case[] = [
  {
    name: 'usage of a quota',
    lines: [121],
    steps: withQuota('count=100,bytes=1000', [
      create('/t/q/b', { data: 'xx' }),
      create('/t/q/b/c', { data: 'yyy' }),
      create('/t/other', { data: 'zzz' }),
      get(STATS),
      set('/t/q', '1'),
      get(STATS),
      del('/t/q/b/c'),
      get(STATS),
      set('/t/q/b', null),
      get(LIMITS),
    ]),
  },
  {
    name: 'mntr tells of quotas',
    lines: [121, 122, 124, 144],
    steps: withQuota('count=1,bytes=100=;countHardLimit=4', [
      create('/t/q/b', { data: 'xx' }),
      create('/t/q/c'),
      create('/t/q/d'),
      create('/t/q/e'),
      word('mntr'),
    ]),
  },
  {
    name: 'soft limits',
    lines: [122],
    steps: withQuota('count=1,bytes=2', [create('/t/q/b', { data: 'xxxxx' }), set('/t/q', 'xxxx')]),
  },
  {
    name: 'hard limits',
    lines: [123],
    steps: withQuota('count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=4', [
      create('/t/q/b', { data: 'xxxxx' }),
      create('/t/q/c', { data: 'xxxxxxxxxxxxx' }),
      create('/t/q/c'),
      create('/t/q/d'),
      multi(del('/t/q/c'), create('/t/q/d')),
      multi(set('/t/q/b', 'xxxxxxxxxxxxxxxxxxxxx')),
      set('/t/q', 'xxxxxxxxxxxxxxxxxxxxxxx'),
      set('/t/q', 'x'),
      set('/t/q/b', 'yyyyy'),
    ]),
  },
  {
    name: 'accounting ends with the limits',
    lines: [126],
    steps: withQuota('count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=2', [
      create('/t/q/b'),
      del(LIMITS),
      create('/t/q/b'),
      get(STATS),
      create(LIMITS, { data: 'count=5,bytes=-1' }),
      get(STATS),
    ]),
  },
];

/** Their servers look every second. */
export const reaperCases: readonly Case[] = [
  {
    name: 'containers go when they are empty again',
    lines: [115, 116],
    steps: [
      createContainer('/t/never'),
      createContainer('/t/used'),
      createContainer('/t/used/inner'),
      create('/t/used/inner/x'),
      createContainer('/t/full'),
      create('/t/full/x'),
      connect('b'),
      on('b', exists('/t/used', true), children('/t', true)),
      del('/t/used/inner/x'),
      elapse(4500),
      children('/t'),
    ],
  },
  {
    name: 'a container that is filled again stays',
    lines: [117],
    steps: [
      createContainer('/t/c'),
      create('/t/c/x'),
      del('/t/c/x'),
      create('/t/c/y'),
      elapse(3500),
      children('/t'),
    ],
  },
  {
    name: 'TTL znodes go when their time is over',
    lines: [119],
    steps: [
      createTTL('/t/short', 500),
      createTTL('/t/long', 100_000),
      createTTL('/t/parent', 500),
      create('/t/parent/x'),
      elapse(3500),
      children('/t'),
      del('/t/parent/x'),
      elapse(3500),
      children('/t'),
    ],
  },
];
