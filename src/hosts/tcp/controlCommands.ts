/** What the control API can do: a name and a JSON body become an action of the conductor. */

import type { Action, LinkChange } from '../../conductor/actions.ts';
import { type ParticipantId, serverId } from '../../network/address.ts';
import { HttpError } from './http.ts';

export type Body = Readonly<Record<string, unknown>>;

/** `count`: servers are 1 to it. Errors: HttpError 400 with one sentence. */
export type Command = (body: Body, count: number) => Action;

const onServer =
  (type: 'kill' | 'powerCut' | 'restart' | 'pause' | 'resume' | 'wipe'): Command =>
  (body, count) => ({ type, target: serverIn(body, 'server', count) });

/** Between `from` and `to`; without `to`, between `from` and every other server. */
const onLinks =
  (isOneWay: boolean, changeOf: (body: Body) => Omit<LinkChange, 'from' | 'to'>): Command =>
  (body, count) => {
    const change = changeOf(body);
    const changes: LinkChange[] = [];
    for (const [from, to] of pairsIn(body, count)) {
      changes.push({ from, to, ...change });
      if (!isOneWay) changes.push({ from: to, to: from, ...change });
    }
    return { type: 'setLinks', changes };
  };

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['kill', onServer('kill')],
  ['powercut', onServer('powerCut')],
  ['restart', onServer('restart')],
  ['pause', onServer('pause')],
  ['resume', onServer('resume')],
  ['wipe', onServer('wipe')],
  ['cut', onLinks(false, () => ({ cut: true }))],
  ['oneway', onLinks(true, () => ({ cut: true }))],
  ['slow', onLinks(false, (body) => ({ extraLatencyUs: wholeIn(body, 'ms', 60_000) * 1000 }))],
  ['lose', onLinks(false, (body) => ({ lossPercent: wholeIn(body, 'percent', 100) }))],
  ['heal', heal],
  ['expire', (body) => ({ type: 'expireSession', sessionId: sessionIn(body) })],
]);

/** All links as they were in the beginning, or those that `from` and `to` name. */
function heal(body: Body, count: number): Action {
  if (body.from === undefined && body.to === undefined) return { type: 'heal' };
  return onLinks(false, () => ({ cut: false, extraLatencyUs: 0, lossPercent: 0 }))(body, count);
}

export function serverIn(body: Body, name: string, count: number): ParticipantId {
  const value = body[name];
  const server = typeof value === 'string' ? Number(value) : value;
  if (typeof server === 'number' && Number.isInteger(server) && server >= 1 && server <= count) {
    return serverId(server);
  }
  throw new HttpError(400, `"${name}" must be a server from 1 to ${count}.`);
}

function pairsIn(body: Body, count: number): readonly (readonly [ParticipantId, ParticipantId])[] {
  const from = serverIn(body, 'from', count);
  if (body.to !== undefined) return [[from, serverIn(body, 'to', count)]];
  const others = Array.from({ length: count }, (_, index) => serverId(index + 1));
  return others.filter((other) => other !== from).map((to) => [from, to]);
}

function wholeIn(body: Body, name: string, max: number): number {
  const value = body[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
    return value;
  }
  throw new HttpError(400, `"${name}" must be a whole number from 0 to ${max}.`);
}

function sessionIn({ session }: Body): string {
  if (typeof session === 'string' && /^0x[0-9a-f]{1,16}$/.test(session)) return session;
  throw new HttpError(400, '"session" must be a session id such as "0x1000000a1b20000".');
}
