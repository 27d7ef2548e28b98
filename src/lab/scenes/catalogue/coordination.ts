/**
 * Scenes about what a coordination service is for: configuration, groups, barriers, elections, 2PC.
 */

import { after, believes, both, type Facts, isReady, type Scene } from '../Scene.ts';

/** Who of these believes to hold, have, or know something at this path. */
const believers = (facts: Facts, path: string, clients: readonly string[]): readonly string[] =>
  clients.filter((client) => believes(client, path)(facts));

const isIdle = (facts: Facts, client: string): boolean =>
  (facts.state.clients[client]?.pending.length ?? 0) === 0;

const HERD = ['C1', 'C2', 'C3', 'C4'] as const;

export const herd: Scene = {
  id: 'herd',
  title: 'Herd against queue',
  about: 'When all watch one znode, a release wakes everybody, and only one gets the lock.',
  settings: { seed: 13, servers: 3, clients: 4 },
  steps: [
    { caption: 'Four clients connect.', until: isReady(...HERD) },
    {
      caption: 'All four want one lock, and those who do not get it watch the same znode.',
      lines: HERD.map((client) => `lock ${client} /herd --herd`),
      until: both(
        (facts) => believers(facts, '/herd', HERD).length === 1,
        (facts) => facts.state.watches.filter(({ path }) => path === '/herd').length >= 3,
      ),
    },
    {
      caption: 'The holder lets go. Three are woken; one wins, two asked in vain and wait again.',
      lines: (facts) => [`unlock ${believers(facts, '/herd', HERD)[0]} /herd`],
      until: both(
        after(100),
        both(
          (facts) => believers(facts, '/herd', HERD).length === 1,
          (facts) => HERD.every((client) => isIdle(facts, client)),
        ),
      ),
    },
    {
      caption:
        'The queue lock does better: each watches only the one before it, and a release wakes one.',
      lines: HERD.map((client) => `lock ${client} /queue`),
      until: (facts) => facts.queue('/queue')?.tickets.length === 4,
    },
    {
      caption: 'The holder lets go, and the next in line is woken, alone.',
      lines: (facts) => [`unlock ${facts.queue('/queue')?.tickets[0]?.client} /queue`],
      until: both(
        (facts) => facts.queue('/queue')?.tickets.length === 3,
        (facts) => believers(facts, '/queue', HERD).length === 1,
      ),
    },
  ],
  promise: {
    text: 'Each lock has one holder; three are left in the queue.',
    holds: (facts) =>
      believers(facts, '/herd', HERD).length === 1 &&
      believers(facts, '/queue', HERD).length === 1 &&
      facts.queue('/queue')?.tickets.length === 3,
  },
};

const WORKERS = ['C2', 'C3', 'C4'] as const;

export const configuration: Scene = {
  id: 'configuration',
  title: 'Roll out a configuration',
  about: 'Clients follow a znode; a new version reaches each of them, but not at the same moment.',
  settings: { seed: 17, servers: 3, clients: 4 },
  steps: [
    { caption: 'C1 administers; C2, C3 and C4 do the work.', until: isReady('C1', ...WORKERS) },
    {
      caption: 'C1 writes version 1, and the others follow it.',
      lines: [
        'create /config',
        'config set C1 /config/app v1',
        ...WORKERS.map((client) => `config watch ${client} /config/app`),
      ],
      until: (facts) => believers(facts, '/config/app', WORKERS).length === 3,
    },
    {
      caption: 'C4 is paused: it will not hear of version 2. C2 and C3 take it up at once.',
      lines: ['pause C4', 'config set C1 /config/app v2'],
      until: both(after(500), (facts) => facts.data('/config/app') === 'v2'),
    },
    { caption: 'C4 goes on, and catches up.', lines: ['resume C4'], until: after(1500) },
  ],
  promise: {
    text: 'The service has version 2 and every worker has heard of it.',
    holds: (facts) => {
      const fences = WORKERS.map(
        (client) =>
          facts.state.clients[client]?.beliefs.find(({ path }) => path === '/config/app')?.fence,
      );
      return facts.data('/config/app') === 'v2' && new Set(fences).size === 1;
    },
  },
};

const RUNNERS = ['C1', 'C2', 'C3'] as const;

export const doubleBarrier: Scene = {
  id: 'double-barrier',
  title: 'Start and finish together',
  about: 'A double barrier: nobody starts before all are there, nobody leaves before all are done.',
  settings: { seed: 19, servers: 3, clients: 3 },
  steps: [
    { caption: 'Three runners connect.', until: isReady(...RUNNERS) },
    {
      caption: 'Two of them come to the barrier, and wait: it opens for three.',
      lines: ['doublebarrier C1 /race 3', 'doublebarrier C2 /race 3'],
      until: both(after(1000), (facts) => believers(facts, '/race', RUNNERS).length === 0),
    },
    {
      caption: 'The third comes, and all start.',
      lines: ['doublebarrier C3 /race 3'],
      until: (facts) => believers(facts, '/race', RUNNERS).length === 3,
    },
    {
      caption: 'C1 and C2 are done; they wait for C3.',
      lines: ['doublebarrier leave C1 /race', 'doublebarrier leave C2 /race'],
      until: both(after(1000), (facts) => facts.children('/race').length > 0),
    },
    {
      caption: 'C3 is done as well, and all may leave.',
      lines: ['doublebarrier leave C3 /race'],
      until: (facts) => believers(facts, '/race', RUNNERS).length === 0,
    },
  ],
  promise: {
    text: 'All have left the barrier.',
    holds: (facts) =>
      believers(facts, '/race', RUNNERS).length === 0 &&
      RUNNERS.every(
        (client) => facts.state.clients[client]?.steps['doubleBarrier /race'] !== undefined,
      ),
  },
};

export const election: Scene = {
  id: 'election',
  title: 'Elect a leader among clients',
  about: 'A leader latch: the first in the queue leads, and the next takes over when it dies.',
  settings: { seed: 23, servers: 3, clients: 3 },
  steps: [
    { caption: 'Three candidates connect.', until: isReady(...RUNNERS) },
    {
      caption: 'Each takes its place in the queue; the first leads.',
      lines: RUNNERS.map((client) => `elect ${client} /election`),
      until: both(
        (facts) => facts.queue('/election')?.tickets.length === 3,
        (facts) => believers(facts, '/election', RUNNERS).length === 1,
      ),
    },
    {
      caption: 'The leader dies. Until its session expires, nobody else may lead.',
      lines: (facts) => [`kill ${facts.queue('/election')?.tickets[0]?.client}`],
      until: both(
        (facts) => facts.queue('/election')?.tickets.length === 2,
        (facts) => believers(facts, '/election', RUNNERS).length === 1,
      ),
    },
  ],
  promise: {
    text: 'The second candidate leads, with a higher fencing number.',
    holds: (facts) => {
      const [first] = facts.queue('/election')?.tickets ?? [];
      return first?.holds === true && first.believes;
    },
  },
};

export const membership: Scene = {
  id: 'membership',
  title: 'Who is there',
  about: 'Group membership: a dead member is noticed when its session expires, not before.',
  settings: { seed: 29, servers: 3, clients: 3 },
  steps: [
    { caption: 'Three clients connect.', until: isReady(...RUNNERS) },
    {
      caption: 'Each joins the group with an ephemeral znode.',
      lines: RUNNERS.map((client) => `join ${client} /members/web`),
      until: (facts) => facts.children('/members/web').length === 3,
    },
    {
      caption: 'C2 dies without a word. For the service it is still there, until its time is up.',
      lines: ['kill C2'],
      until: (facts) => facts.children('/members/web').length === 2,
    },
    { caption: 'Now the others are told.', until: after(500) },
  ],
  promise: {
    text: 'Two members are left.',
    holds: (facts) => facts.children('/members/web').length === 2,
  },
};

export const twoPhaseCommit: Scene = {
  id: 'two-phase-commit',
  title: 'Two-phase commit',
  about: 'The coordinator dies between votes and decision: the sites must wait for another one.',
  settings: { seed: 31, servers: 3, clients: 4 },
  steps: [
    {
      caption: 'C1 coordinates; C2 and C3 are the sites; C4 is there to help.',
      until: isReady('C1', 'C2', 'C3', 'C4'),
    },
    {
      caption: 'C1 asks both sites.',
      lines: ['create /tx', '2pc begin C1 /tx/1 C2,C3'],
      until: (facts) => facts.children('/tx/1').includes('C3'),
    },
    {
      caption: 'The coordinator dies before it can decide.',
      lines: ['kill C1', 'use C2'],
      until: after(200),
    },
    {
      caption:
        'Both sites vote to commit. They have promised, so neither may decide alone: they wait.',
      lines: ['2pc vote C2 /tx/1 commit', '2pc vote C3 /tx/1 commit'],
      until: both(after(2000), (facts) => facts.data('/tx/1/C3') === 'commit'),
    },
    {
      caption:
        'When the session of C1 has expired, C4 takes its place, finds both votes in the tree, and decides.',
      lines: ['2pc recover C4 /tx/1'],
      until: both(
        (facts) => facts.data('/tx/1') === 'commit',
        (facts) => believers(facts, '/tx/1', ['C2', 'C3']).length === 2,
      ),
    },
  ],
  promise: {
    text: 'Both sites know the same decision: commit.',
    holds: (facts) =>
      facts.data('/tx/1') === 'commit' && believers(facts, '/tx/1', ['C2', 'C3']).length === 2,
  },
};
