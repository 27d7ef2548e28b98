/** Faults of processes and disks. */

import type { Action } from '../../conductor/actions.ts';
import type { ParticipantId } from '../../network/address.ts';
import type { Lab } from '../Lab.ts';
import { Arguments } from './Arguments.ts';
import { endClient } from './clientCommands.ts';
import { type Command, done, type ExecResult, failed } from './command.ts';
import {
  findParticipant,
  findServer,
  isClientName,
  participantNames,
  serverNames,
} from './targets.ts';

type TargetAction = Extract<Action, { readonly target: ParticipantId }>['type'];

/** Does it to each of `targets`; what cannot be done to one of them ends it there. */
export async function actOn(
  lab: Lab,
  type: TargetAction,
  targets: readonly ParticipantId[],
  said: string,
): Promise<ExecResult> {
  for (const target of targets) {
    const taken = await lab.act({ type, target });
    if (!taken.ok) return failed(taken.error);
  }
  return done(targets.map((target) => `${target} ${said}`).join('\n'), targets);
}

interface Deed {
  readonly name: string;
  readonly type: TargetAction;
  readonly summary: string;
  readonly said: string;
}

function serverCommand({ name, type, summary, said }: Deed): Command {
  return {
    name,
    group: 'servers',
    usage: `${name} server`,
    summary,
    run: (lab, words) => {
      const args = new Arguments(words);
      const server = findServer(lab, args.next('a server such as 3 or leader'));
      args.end();
      return actOn(lab, type, [server.id], said);
    },
    complete: (lab, words) => (words.length === 0 ? serverNames(lab) : []),
  };
}

const kill: Command = {
  name: 'kill',
  group: 'servers',
  usage: 'kill server|client',
  summary: 'Ends the process of a server, whose disk stays, or of a client, whose session stays.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const target = findParticipant(lab, args.next('a server or a client'));
    args.end();
    return isClientName(target)
      ? endClient(lab, target)
      : actOn(lab, 'kill', [target], 'is killed');
  },
  complete: (lab, words) => (words.length === 0 ? participantNames(lab) : []),
};

const restart: Command = {
  name: 'restart',
  group: 'servers',
  usage: 'restart server|all',
  summary: 'Starts a server that is down from its disk; all starts every one that is down.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const word = args.next('a server such as 3, or all');
    args.end();
    if (word !== 'all') {
      return actOn(lab, 'restart', [findServer(lab, word).id], 'is started again');
    }
    const isDown = (process: string): boolean => process !== 'up' && process !== 'paused';
    const down = Object.values(lab.ensemble.getState().servers)
      .filter(({ process }) => isDown(process))
      .map(({ id }) => id);
    if (down.length === 0) return failed('Every server is up.');
    return actOn(lab, 'restart', down, 'is started again');
  },
  complete: (lab, words) => (words.length === 0 ? [...serverNames(lab), 'all'] : []),
};

const resume: Command = {
  name: 'resume',
  group: 'servers',
  usage: 'resume server|client',
  summary: 'A paused server or client goes on.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const target = findParticipant(lab, args.next('a server or a client'));
    args.end();
    return actOn(lab, 'resume', [target], 'goes on');
  },
  complete: (lab, words) => (words.length === 0 ? participantNames(lab) : []),
};

export const SERVER_COMMANDS: readonly Command[] = [
  kill,
  restart,
  resume,
  serverCommand({
    name: 'powercut',
    type: 'powerCut',
    summary: 'The machine goes dark: nobody is told, and what was not flushed to disk is lost.',
    said: 'has lost its power',
  }),
  serverCommand({
    name: 'wipe',
    type: 'wipe',
    summary: 'Empties the disk of a server; a running one is killed first.',
    said: 'has an empty disk',
  }),
];
