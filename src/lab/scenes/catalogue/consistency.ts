/** Scenes about what a client may rely on: partitions, stale reads, sessions. */

import { after, both, type Facts, hasLeader, isReady, leaderName, type Scene } from '../Scene.ts';

const followers = ({ state }: Facts): readonly string[] =>
  Object.values(state.servers)
    .filter(({ id, process }) => process === 'up' && id !== state.leader)
    .map(({ id }) => id);

/** The leader with one follower, and the other three. */
const split = (facts: Facts): string => {
  const [companion, ...others] = followers(facts);
  return `cut ${facts.state.leader},${companion} | ${others.join(',')}`;
};

/** Every server follows the one leader, in its epoch. */
const isUnited = (facts: Facts): boolean => {
  const leader = facts.state.servers[facts.state.leader ?? ''];
  if (leader === undefined || !hasLeader(facts)) return false;
  return Object.values(facts.state.servers).every(
    (server) =>
      server.leader === leader.sid &&
      server.phase === 'BROADCAST' &&
      server.currentEpoch === leader.currentEpoch,
  );
};

const hasMoved = ({ state, leaderBefore }: Facts): boolean =>
  state.leader !== null && state.leader !== leaderBefore;

export const splitNetwork: Scene = {
  id: 'split-network',
  title: 'Split the network',
  about: 'A leader on the smaller side cannot commit; the larger side elects another.',
  settings: { seed: 3 },
  steps: [
    { caption: 'Five servers choose a leader.', until: isReady('C1') },
    {
      caption: (facts) =>
        `The network is cut: ${leaderName(facts)} keeps one follower, three servers are on the other side.`,
      lines: (facts) => [split(facts)],
      until: after(300),
    },
    {
      caption:
        'The larger side hears nothing from the leader and, after syncLimit, votes for one of its own. The old leader finds that it has no majority and gives up.',
      until: hasMoved,
    },
    {
      caption: (facts) =>
        `${leaderName(facts)} leads the larger side, in a new epoch. The link heals.`,
      lines: ['heal'],
      until: isUnited,
    },
  ],
  promise: {
    text: 'One leader, in epoch 2 or later, and all five servers follow it.',
    holds: (facts) => isUnited(facts) && (facts.state.servers['S1']?.currentEpoch ?? 0) >= 2,
  },
};

export const staleRead: Scene = {
  id: 'stale-read',
  title: 'A stale read, and sync',
  about: 'A server that lags answers reads from its own past; sync brings it up to date first.',
  settings: { seed: 5, servers: 3, clients: 0 },
  steps: [
    {
      caption: 'Three servers choose a leader. C1 will use S3, C2 will use S1.',
      until: hasLeader,
    },
    {
      caption: 'Both clients connect, and C1 writes version 1.',
      lines: [
        'client add --server 3 --timeout 20000',
        'client add --server 1 --timeout 20000',
        'use C1',
        'create /price 1',
      ],
      until: (facts) => facts.data('/price') === '1' && isReady('C1', 'C2')(facts),
    },
    {
      caption:
        'The link to S1 becomes very slow, and C1 writes version 2. S3 and S2 are a majority.',
      lines: ['slow 3>1 3000', 'set /price 2'],
      until: (facts) => facts.data('/price') === '2',
    },
    {
      caption:
        'C2 reads from S1, which has not heard of version 2: it gets version 1. That is allowed.',
      lines: ['use C2', 'get /price'],
      until: both(after(200), (facts) => facts.dataAt('S1', '/price') === '1'),
    },
    {
      caption: 'C2 calls sync and reads again. S1 first waits for what the leader had committed.',
      lines: ['sync /price', 'get /price'],
      until: (facts) => facts.dataAt('S1', '/price') === '2',
    },
    {
      caption: 'Now C2 sees version 2. The link heals.',
      lines: ['heal', 'use C1'],
      until: after(500),
    },
  ],
  promise: {
    text: 'S1 has version 2, and the link is as before.',
    holds: (facts) =>
      facts.dataAt('S1', '/price') === '2' && Object.keys(facts.state.links).length === 0,
  },
};

const sessionOf = ({ state }: Facts, client: string) =>
  Object.values(state.sessions).find((session) => session.client === client);

export const expiry: Scene = {
  id: 'session-expiry',
  title: 'Disconnected is not expired',
  about: 'A session outlives its connection. Only the servers say when it is over.',
  settings: { seed: 7, clients: 2 },
  steps: [
    { caption: 'Two clients open their sessions.', until: isReady('C1', 'C2') },
    {
      caption: 'Each marks its presence with an ephemeral znode.',
      lines: ['create /here', 'create -e /here/c1', 'use C2', 'create -e /here/c2', 'use C1'],
      until: (facts) => facts.children('/here').length === 2,
    },
    {
      caption: (facts) =>
        `The server of C1 is killed. C1 is disconnected, but its session and its znode live: it moves to another server. (${leaderName(facts)} leads.)`,
      lines: ({ state }) => [`kill ${state.clients['C1']?.server ?? 'leader'}`],
      until: both(after(50), isReady('C1')),
    },
    {
      caption: 'C2 is paused and falls silent. It will go on thinking that all is well.',
      lines: ['pause C2'],
      until: (facts) => facts.children('/here').length === 1,
    },
    {
      caption:
        'Its session has expired on the servers, and /here/c2 is gone. C2 learns of it only when it comes back.',
      lines: ['resume C2'],
      until: ({ state }) => state.clients['C2']?.state === 'expired',
    },
  ],
  promise: {
    text: 'C1 kept its session through the death of its server; C2 lost its own.',
    holds: (facts) =>
      facts.children('/here').join() === 'c1' && sessionOf(facts, 'C1')?.state === 'live',
  },
};
