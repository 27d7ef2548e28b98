/** The lab itself: help, a new ensemble, an overview. */

import { formatZxid, type Zxid } from '../../protocol/zxid.ts';
import type { EnsembleState, ServerView } from '../model.ts';
import {
  addFirstClients,
  configOf,
  DEFAULT_SETTINGS,
  type LabSettings,
  SETTING_RANGES,
} from '../settings.ts';
import { Arguments, toInteger } from './Arguments.ts';
import { type Command, done, type ExecResult } from './command.ts';

const ensemble: Command = {
  name: 'ensemble',
  group: 'lab',
  usage: 'ensemble servers [--observers count] [--seed number] [--clients count]',
  summary: 'Ends this run and starts another: ensemble 5 --observers 1 --seed 42.',
  run: async (lab, words) => {
    const args = new Arguments(words, { valued: ['--observers', '--seed', '--clients'] });
    const { servers, observers, seed, clients } = SETTING_RANGES;
    const settings: LabSettings = {
      servers: toInteger(args.next('a number of servers'), 'a number of servers', servers),
      observers: args.integerOption('--observers', observers) ?? 0,
      seed: args.integerOption('--seed', seed) ?? lab.config.seed,
      clients: args.integerOption('--clients', clients) ?? DEFAULT_SETTINGS.clients,
    };
    args.end();
    lab.restart(configOf(settings));
    await addFirstClients(lab, settings.clients);
    return done(describeStart(settings), { ...settings });
  },
};

function describeStart({ servers, observers, seed }: LabSettings): string {
  const more = observers === 0 ? '' : ` and ${observers} observer${observers === 1 ? '' : 's'}`;
  return `${servers} servers${more} start, seed ${seed}.`;
}

const status: Command = {
  name: 'status',
  group: 'lab',
  usage: 'status',
  summary: 'Every server in one line.',
  run: (lab, words) => {
    new Arguments(words).end();
    const state = lab.ensemble.getState();
    const servers = Object.values(state.servers);
    return done(
      [...servers.map((server) => describeServer(state, server)), quorumLine(state)].join('\n'),
      servers.map(({ id, process, state: role, leader }) => ({ id, process, state: role, leader })),
    );
  },
};

const PROCESS_WORDS = {
  up: '',
  paused: 'paused, ',
  down: 'down',
  off: 'without power',
  crashed: 'crashed',
} as const;

function describeServer(state: EnsembleState, server: ServerView): string {
  const { id, process, fault, currentEpoch, lastApplied, connections } = server;
  const mark = id === state.leader ? '*' : ' ';
  if (process !== 'up' && process !== 'paused') {
    return `${mark} ${id}  ${PROCESS_WORDS[process]}${fault === '' ? '' : `: ${fault}`}`;
  }
  const role = server.state.toLowerCase() + (server.observer ? ' (observer)' : '');
  const zxid = formatZxid(lastApplied as Zxid);
  const clients = `${connections} connection${connections === 1 ? '' : 's'}`;
  const doing = `${PROCESS_WORDS[process]}${role}`;
  return `${mark} ${id}  ${doing}  epoch ${currentEpoch}  zxid ${zxid}  ${clients}`;
}

function quorumLine(state: EnsembleState): string {
  const leader = state.leader === null ? undefined : state.servers[state.leader];
  if (leader === undefined) return 'No leader.';
  const voters = Object.values(state.servers).filter(({ observer }) => !observer).length;
  return `${leader.id} leads with ${leader.synced.length} of ${voters} servers in touch.`;
}

const history: Command = {
  name: 'history',
  group: 'lab',
  usage: 'history',
  summary: 'The last eleven lines.',
  run: (lab, words) => {
    new Arguments(words).end();
    const lines = lab.lines.newest(11);
    return done(lines.map(({ number, line }) => `${number} - ${line}`).join('\n'));
  },
};

const version: Command = {
  name: 'version',
  group: 'lab',
  usage: 'version',
  summary: 'Whose protocol and words these are.',
  run: (_, words) => {
    new Arguments(words).end();
    return done('Ensemble; protocol, formats and commands of ZooKeeper 3.8');
  },
};

/** What is shown belongs to the transcript, which clears itself after this line. */
const clear: Command = {
  name: 'clear',
  group: 'lab',
  usage: 'clear',
  summary: 'Empties the console.',
  run: (_, words): ExecResult => {
    new Arguments(words).end();
    return done('');
  },
};

export const LAB_COMMANDS: readonly Command[] = [ensemble, status, history, version, clear];
