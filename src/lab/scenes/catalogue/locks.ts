/** Scenes about locks. */

import { believes, type Facts, isReady, type Scene } from '../Scene.ts';

const PATH = '/locks/a';
const CLIENTS = ['C1', 'C2', 'C3'] as const;

const tickets = (facts: Facts): number => facts.queue(PATH)?.tickets.length ?? 0;

export const locksRace: Scene = {
  id: 'locks-race',
  title: 'Locks race',
  about: 'Three clients queue for one lock; each watches only the one before it.',
  settings: { seed: 11, clients: 3 },
  steps: [
    { caption: 'Three clients connect.', until: isReady(...CLIENTS) },
    {
      caption:
        'All three want the lock: each creates an ephemeral, sequential znode. The lowest number holds the lock.',
      lines: CLIENTS.map((client) => `lock ${client} ${PATH}`),
      until: (facts) => tickets(facts) === 3 && CLIENTS.some((id) => believes(id, PATH)(facts)),
    },
    {
      caption: 'Each of the others watches only its predecessor, so a release wakes exactly one.',
      until: (facts) =>
        (facts.queue(PATH)?.tickets.filter(({ watches }) => watches !== null).length ?? 0) >= 2,
    },
    {
      caption:
        'The holder dies without a word. Its session expires, its znode goes, and the next in line is woken.',
      lines: (facts) => [`kill ${facts.queue(PATH)?.tickets[0]?.client}`],
      until: (facts) => tickets(facts) === 2 && CLIENTS.some((id) => believes(id, PATH)(facts)),
    },
  ],
  promise: {
    text: 'Two tickets are left, and the first of them holds the lock, by the service and by its own belief.',
    holds: (facts) => {
      const queue = facts.queue(PATH)?.tickets ?? [];
      return queue.length === 2 && queue[0]?.holds === true && queue[0].believes;
    },
  },
};
