/** Servers and clients as people name them: `3`, `S3`, `leader`, `C1`. */

import { clientId, type ParticipantId, serverId } from '../../network/address.ts';
import type { Lab } from '../Lab.ts';
import type { ClientView, ServerView } from '../model.ts';
import { Mistake } from './command.ts';

export function findServer(lab: Lab, word: string): ServerView {
  const { servers, leader } = lab.ensemble.getState();
  const number = /^s?(\d{1,3})$/i.exec(word)?.[1];
  const isLeader = word.toLowerCase() === 'leader';
  if (isLeader && leader === null) throw new Mistake('There is no leader now.');
  const id = isLeader ? leader : number === undefined ? null : serverId(Number(number));
  const server = id === null ? undefined : servers[id];
  if (server !== undefined) return server;
  const names = Object.keys(servers).join(', ');
  throw new Mistake(`Expected a server (${names} or leader), got "${word}".`);
}

export function findClient(lab: Lab, word: string): ClientView {
  const { clients } = lab.ensemble.getState();
  const number = /^c(\d{1,6})$/i.exec(word)?.[1];
  const client = number === undefined ? undefined : clients[clientId(Number(number))];
  if (client !== undefined) return client;
  const names = Object.keys(clients);
  if (names.length === 0) throw new Mistake('There are no clients; add one with "client add".');
  throw new Mistake(`Expected a client (${names.join(', ')}), got "${word}".`);
}

export const isClientName = (word: string): boolean => /^c\d+$/i.test(word);

export function findParticipant(lab: Lab, word: string): ParticipantId {
  return isClientName(word) ? findClient(lab, word).id : findServer(lab, word).id;
}

/** The client whose prompt the console shows. */
export function currentClient(lab: Lab): ClientView {
  const { client } = lab.playback.getState();
  const names = clientNames(lab);
  if (names.length === 0 || names.includes(client)) return findClient(lab, client);
  throw new Mistake(`${client} is gone; speak for another with "use ${names[0]}".`);
}

export const serverNames = (lab: Lab): string[] => [
  ...Object.keys(lab.ensemble.getState().servers),
  'leader',
];

export const clientNames = (lab: Lab): string[] => Object.keys(lab.ensemble.getState().clients);

export const participantNames = (lab: Lab): string[] => [...serverNames(lab), ...clientNames(lab)];
