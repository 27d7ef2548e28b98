/** Clients come, go, and lose their sessions. */

import type { ParticipantId } from '../../network/address.ts';
import { pathProblem } from '../../protocol/paths.ts';
import type { Lab } from '../Lab.ts';
import { CLIENTS_MAX } from '../Lab.ts';
import type { ClientView } from '../model.ts';
import { DEFAULT_CLIENT } from '../settings.ts';
import { Arguments } from './Arguments.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { clientNames, findClient, findServer, serverNames } from './targets.ts';

const TIMEOUT_MS = { min: 100, max: 3_600_000 };

async function add(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words, { valued: ['--server', '--timeout', '--chroot'] });
  const servers = (args.option('--server') ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => findServer(lab, name).id);
  const sessionTimeoutMs =
    args.integerOption('--timeout', TIMEOUT_MS) ?? DEFAULT_CLIENT.sessionTimeoutMs;
  const chroot = toChroot(args.option('--chroot') ?? '');
  args.end();
  const client = lab.nextClientId();
  if (client === null) return failed(`There are ${CLIENTS_MAX} clients already; kill one first.`);
  const taken = await lab.act({
    type: 'addClient',
    client,
    servers,
    sessionTimeoutMs,
    chroot,
    meetsClients: true,
  });
  return taken.ok ? done(`${client} added`, { client }) : failed(taken.error);
}

function toChroot(path: string): string {
  if (path === '' || path === '/') return '';
  const problem = pathProblem(path);
  if (problem !== null) throw new Mistake(`Expected a path after --chroot (${problem}).`);
  return path;
}

async function kill(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const args = new Arguments(words);
  const { id } = findClient(lab, args.next('a client such as C1'));
  args.end();
  return endClient(lab, id);
}

/** The program ends without closing its session. */
export async function endClient(lab: Lab, id: ParticipantId): Promise<ExecResult> {
  const taken = await lab.act({ type: 'removeClient', client: id });
  return taken.ok ? done(`${id} ended without closing its session`, id) : failed(taken.error);
}

function list(lab: Lab, words: readonly string[]): ExecResult {
  new Arguments(words).end();
  const clients = Object.values(lab.ensemble.getState().clients);
  if (clients.length === 0) return done('There are no clients; add one with "client add".', []);
  const data = clients.map(({ id, state, server, sessionId }) => ({
    id,
    state,
    server,
    sessionId,
  }));
  return done(clients.map(describe).join('\n'), data);
}

function describe({ id, process, state, server, sessionId, pending }: ClientView): string {
  const doing = process === 'paused' ? 'paused' : state;
  const parts = [
    id,
    server === null ? doing : `${doing} to ${server}`,
    sessionId === '' ? '' : `session ${sessionId}`,
    pending.length === 0 ? '' : `${pending.length} unanswered`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

const SUBCOMMANDS: ReadonlyMap<string, Command['run']> = new Map<string, Command['run']>([
  ['add', add],
  ['kill', kill],
  ['list', list],
]);

const client: Command = {
  name: 'client',
  group: 'clients',
  usage: 'client add [--server 2] [--timeout ms] [--chroot path] | client kill C2 | client list',
  summary: 'Adds a client, ends one without closing its session, or lists them.',
  run: (lab, words) => {
    const [word, ...rest] = words;
    const subcommand = SUBCOMMANDS.get(word ?? '');
    if (subcommand !== undefined) return subcommand(lab, rest);
    throw new Mistake(`Expected add, kill or list${word === undefined ? '' : `, got "${word}"`}.`);
  },
  complete: (lab, words) => {
    if (words.length === 0) return [...SUBCOMMANDS.keys()];
    if (words[0] === 'kill') return clientNames(lab);
    return words.at(-1) === '--server' ? serverNames(lab) : [];
  },
};

const use: Command = {
  name: 'use',
  group: 'clients',
  usage: 'use client',
  summary: 'The console speaks for this client from now on.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const { id } = findClient(lab, args.next('a client such as C1'));
    args.end();
    lab.setPlayback({ client: id });
    return done(`The console speaks for ${id}.`, id);
  },
  complete: (lab, words) => (words.length === 0 ? clientNames(lab) : []),
};

const expire: Command = {
  name: 'expire',
  group: 'clients',
  usage: 'expire client',
  summary: 'The leader gives up the session of this client at once.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const { id, sessionId } = findClient(lab, args.next('a client such as C1'));
    args.end();
    if (sessionId === '') return failed(`${id} has no session.`);
    const taken = await lab.act({ type: 'expireSession', sessionId });
    return taken.ok ? done(`Session ${sessionId} of ${id} is given up`) : failed(taken.error);
  },
  complete: (lab, words) => (words.length === 0 ? clientNames(lab) : []),
};

export const CLIENT_COMMANDS: readonly Command[] = [client, use, expire];
