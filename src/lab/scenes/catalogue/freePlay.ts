/** No story: an ensemble with clients, for whoever wants to try something. */

import { isReady, type Scene } from '../Scene.ts';

export const freePlay: Scene = {
  id: 'free-play',
  title: 'Free play',
  about: 'Five servers and three clients, and nothing that happens by itself.',
  settings: { servers: 5, clients: 3 },
  steps: [
    {
      caption: 'Five servers elect a leader, and three clients connect.',
      until: isReady('C1', 'C2', 'C3'),
    },
  ],
  promise: {
    text:
      'All is yours. Kill servers, cut links, start recipes or Kafka, write znodes; ' +
      '"help" in the console lists every command.',
    holds: isReady('C1', 'C2', 'C3'),
  },
};
