/** Kill the leader: the first minute of somebody who has never heard of ZooKeeper. */

import type { ParticipantId } from '../../../network/address.ts';
import {
  type Facts,
  hasLeader,
  hasQuorum,
  isReady,
  leaderName,
  type Scene,
  upVoters,
  voterCount,
} from '../Scene.ts';

const PATH = '/hello';

const isDown = ({ state }: Facts, id: ParticipantId | null): boolean =>
  id === null || state.servers[id]?.process !== 'up';

const downVoter = ({ state }: Facts): ParticipantId | null =>
  Object.values(state.servers).find(({ observer, process }) => !observer && process === 'down')
    ?.id ?? null;

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

export const firstMinute: Scene = {
  id: 'kill-the-leader',
  title: 'Kill the leader',
  about: 'Elections, majorities and recovery, in a minute.',
  settings: {},
  steps: [
    {
      caption: (facts) =>
        `${NUMBERS[voterCount(facts)]} servers are choosing a leader. The dots inside a server are the votes it has heard.`,
      until: isReady('C1'),
    },
    {
      caption: (facts) =>
        `${leaderName(facts)} leads. Client C1 writes ${PATH}: the leader proposes it, a majority stores it, then it is committed.`,
      lines: [`create ${PATH} world`],
      // Somebody who kills the leader now is ahead of the caption.
      until: (facts) => facts.data(PATH) !== null || isDown(facts, facts.leaderBefore),
    },
    {
      caption: (facts) =>
        `${PATH} is safe on a majority. Now click ${leaderName(facts)} to kill the leader.`,
      hint: ({ state }) => state.leader,
      click: ({ state }, id) => (id === state.leader ? `kill ${id}` : null),
      until: (facts) => isDown(facts, facts.leaderBefore),
    },
    {
      caption: 'Its connections broke, so the others vote again. The newest log wins.',
      until: hasLeader,
    },
    {
      caption: (facts) =>
        `${leaderName(facts)} leads, and ${PATH} is still there: ${upVoters(facts).length} of ${voterCount(facts)} is a majority. Kill more servers until it is not.`,
      hint: (facts) => facts.state.leader ?? upVoters(facts)[0]?.id ?? null,
      click: ({ state }, id) => (state.servers[id]?.process === 'up' ? `kill ${id}` : null),
      until: (facts) => !hasQuorum(facts),
    },
    {
      caption: (facts) =>
        `${upVoters(facts).length} of ${voterCount(facts)} is no majority: nobody may lead, and every write has to wait. Click a dead server to bring it back.`,
      hint: downVoter,
      click: ({ state }, id) => (state.servers[id]?.process === 'down' ? `restart ${id}` : null),
      until: isReady('C1'),
    },
    {
      caption: (facts) =>
        `A majority is back and ${leaderName(facts)} leads. C1 writes again, and nothing was lost.`,
      lines: [`set ${PATH} again`],
      until: (facts) => facts.data(PATH) === 'again',
    },
  ],
  promise: {
    text: 'A new leader leads and both writes are there.',
    holds: (facts) => hasLeader(facts) && facts.data(PATH) === 'again',
  },
};
