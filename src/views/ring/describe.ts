/**
 * The ensemble in sentences: names of nodes for screen readers, and the line in the middle of the
 * ring.
 */

import type { ClientView, EnsembleState, LinkView, ServerView } from '../../lab/model.ts';
import type { ParticipantId } from '../../network/address.ts';
import { formatZxid, type Zxid } from '../../protocol/zxid.ts';

export const serverIds = ({ servers }: EnsembleState): readonly ParticipantId[] =>
  Object.values(servers)
    .sort((a, b) => a.sid - b.sid)
    .map(({ id }) => id);

export function describeServer(server: ServerView): string {
  const name = `Server ${server.id}${server.observer ? ', observer' : ''}`;
  switch (server.process) {
    case 'down':
      return `${name}, down; its disk stays`;
    case 'off':
      return `${name}, without power`;
    case 'crashed':
      return `${name}, crashed: ${server.fault}`;
    case 'paused':
      return `${name}, paused, ${roleOf(server)}`;
    case 'up':
      return `${name}, ${roleOf(server)}, epoch ${server.currentEpoch}, last committed ${hex(server.lastCommitted)}`;
  }
}

export function roleOf(server: ServerView): string {
  switch (server.state) {
    case 'LEADING':
      return server.established ? 'leading' : 'about to lead';
    case 'FOLLOWING':
      return server.phase === 'BROADCAST' ? `following S${server.leader}` : 'catching up';
    case 'OBSERVING':
      return server.phase === 'BROADCAST' ? `observing S${server.leader}` : 'catching up';
    case 'LOOKING':
      return 'looking for a leader';
  }
}

/** One word under the node. */
export function roleWord(server: ServerView): string {
  if (server.process === 'down') return 'down';
  if (server.process === 'off') return 'no power';
  if (server.process === 'crashed') return 'crashed';
  if (server.process === 'paused') return 'paused';
  switch (server.state) {
    case 'LEADING':
      return server.established ? 'leader' : 'leader to be';
    case 'FOLLOWING':
      return server.phase === 'BROADCAST' ? 'follower' : 'catching up';
    case 'OBSERVING':
      return server.phase === 'BROADCAST' ? 'observer' : 'catching up';
    case 'LOOKING':
      return 'looking';
  }
}

export function describeClient(client: ClientView): string {
  const where = client.server === null ? '' : ` to ${client.server}`;
  const held = client.beliefs.filter((belief) => belief.holds);
  const holds = held.length === 0 ? '' : `, holds ${held.map((one) => one.path).join(', ')}`;
  return `Client ${client.id}, ${client.process === 'paused' ? 'paused' : client.state}${where}${holds}`;
}

/** What is wrong with a link, in a few words. */
export function troubleOf({ cut, held, extraLatencyUs, lossPercent }: LinkView): string {
  if (cut) return 'cut';
  const parts: string[] = held ? ['held'] : [];
  if (extraLatencyUs > 0) parts.push(`+${extraLatencyUs / 1000} ms`);
  if (lossPercent > 0) parts.push(`${lossPercent} % lost`);
  return parts.join(', ');
}

export interface QuorumView {
  readonly members: readonly number[];
  readonly voters: readonly number[];
  readonly hasQuorum: boolean;
  readonly text: string;
}

/** Who stands behind the leader now, in the leader's view and the followers' own. */
export function quorumOf(state: EnsembleState): QuorumView {
  const voters = Object.values(state.servers).filter((server) => !server.observer);
  const needed = Math.floor(voters.length / 2) + 1;
  const leader = state.leader === null ? undefined : state.servers[state.leader];
  const sids = voters.map((server) => server.sid);
  if (leader === undefined) {
    const up = voters.filter((server) => server.process === 'up').length;
    const text =
      up < needed ? `No quorum: ${up} of ${voters.length} are up` : votesText(voters, needed);
    return { members: [], voters: sids, hasQuorum: false, text };
  }
  const members = voters.filter((server) => isBehind(server, leader)).map((server) => server.sid);
  const hasQuorum = members.length >= needed;
  const count = `${members.length} of ${voters.length}`;
  const text = hasQuorum ? `Quorum ${count}` : `No quorum ${count}`;
  return { members, voters: sids, hasQuorum, text };
}

function isBehind(server: ServerView, leader: ServerView): boolean {
  if (server.sid === leader.sid) return true;
  if (server.process !== 'up') return false;
  return server.leader === leader.sid && server.phase === 'BROADCAST';
}

function votesText(voters: readonly ServerView[], needed: number): string {
  const votes = new Map<number, number>();
  for (const voter of voters) {
    if (voter.process !== 'up' || voter.vote === null) continue;
    votes.set(voter.vote.leader, (votes.get(voter.vote.leader) ?? 0) + 1);
  }
  const best = [...votes].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0];
  if (best === undefined) return 'Starting…';
  return `Looking… ${best[1]} votes for S${best[0]}, ${needed} needed`;
}

const hex = (zxid: number): string => formatZxid(zxid as Zxid);
