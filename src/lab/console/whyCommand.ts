/** `why`: what led to what is there now. */

import { makeZxid } from '../../protocol/zxid.ts';
import type { Selection } from '../choices.ts';
import { formatClock } from '../format.ts';
import type { Lab } from '../Lab.ts';
import { causesOf } from '../why/causes.ts';
import { subjectOf } from '../why/subjectOf.ts';
import { Arguments } from './Arguments.ts';
import { type Command, done } from './command.ts';
import { findClient, findServer, isClientName, participantNames } from './targets.ts';

export const WHY_COMMAND: Command = {
  name: 'why',
  group: 'lab',
  usage: 'why server|client|path|zxid',
  summary: 'What led to its state, the newest first: why leader, why /locks/a, why 1-4.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const word = args.next('a server, a client, a path or a zxid such as 1-4');
    args.end();
    const index = subjectOf(lab, selectionFrom(lab, word));
    if (index === null) return done(`Nothing is recorded that led to ${word}.`, []);
    const causes = causesOf(lab.recorder.events, index, lab.ensemble.getState());
    const lines = causes.map(({ atUs, text, because }) => {
      const line = `${formatClock(atUs)}  ${text}`;
      return because === null ? line : `${line} Because ${because}:`;
    });
    return done(
      lines.join('\n'),
      causes.map((cause) => ({ ...cause })),
    );
  },
  complete: (lab, words) => (words.length === 0 ? participantNames(lab) : []),
};

function selectionFrom(lab: Lab, word: string): Selection {
  if (word.startsWith('/')) return { type: 'znode', path: word };
  const [, epoch, counter] = /^(\d+)-(\d+)$/.exec(word) ?? [];
  if (epoch !== undefined && counter !== undefined) {
    return { type: 'txn', zxid: makeZxid(Number(epoch), Number(counter)) };
  }
  if (isClientName(word)) return { type: 'client', id: findClient(lab, word).id };
  return { type: 'server', id: findServer(lab, word).id };
}
