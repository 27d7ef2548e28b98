/**
 * Who the members are, as the text that servers keep on disk, tell each other and serve as
 * /zookeeper/config.
 * Source: QuorumPeer.QuorumServer, QuorumMaj and QuorumHierarchical (toString),
 * QuorumPeerConfig.parseDynamicConfig; Administrator's Guide, "Dynamic Reconfiguration".
 *
 * A specification is `host:quorumPort:electionPort[:role];[clientHost:]clientPort`, its second
 * half optional.
 */

import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import { asZxid, ZERO_ZXID, type Zxid } from '../protocol/zxid.ts';
import type { PeerSpec, Sid } from './config.ts';

export interface DynamicConfig {
  /** In ascending order of sid. */
  readonly peers: readonly PeerSpec[];
  /** Zxid of the txn that brought it; 0 for one that was never established. */
  readonly version: Zxid;
}

/** `lines`: the text is no configuration. `participants`: it has observers and too few voters. */
export type ConfigProblem = 'lines' | 'participants';

const SID_MAX = 254;
const PORT_MAX = 65_535;
const ANY_HOST = '0.0.0.0';
/** Where a member lives that was given no address: each has a machine of its own. */
const LAB_HOST = '10.0.0.';
const LAB_PORTS = '2888:3888;0.0.0.0:2181';

/** Without a newline at its end. */
export function formatConfig({ peers, version }: DynamicConfig): string {
  const groups = new Map<number, Sid[]>();
  const weights: string[] = [];
  for (const { sid, role, group, weight = 1 } of peers) {
    if (role === 'observer' || group === undefined) continue;
    groups.set(group, [...(groups.get(group) ?? []), sid]);
    weights.push(`weight.${sid}=${weight}`);
  }
  return [
    ...peers.map(formatPeer),
    ...[...groups].map(([group, sids]) => `group.${group}=${sids.join(':')}`),
    ...weights,
    `version=${version.toString(16)}`,
  ].join('\n');
}

/** 'server.1=10.0.0.1:2888:3888:participant;0.0.0.0:2181' */
export function formatPeer(peer: PeerSpec): string {
  const [servers, client] = addressOf(peer).split(';');
  const address = `${servers}:${peer.role}`;
  return `server.${peer.sid}=${address}${client === undefined ? '' : `;${client}`}`;
}

/** 'host:quorumPort:electionPort', and ';clientHost:clientPort' if that is known. */
export function addressOf({ sid, address }: PeerSpec): string {
  return address ?? `${LAB_HOST}${sid}:${LAB_PORTS}`;
}

export function isVoterOf({ peers }: DynamicConfig, sid: Sid): boolean {
  return peers.some((peer) => peer.sid === sid && peer.role === 'participant');
}

/** Where learners would reach it as their leader; undefined if it is no voter. */
export function quorumAddressOf({ peers }: DynamicConfig, sid: Sid): string | undefined {
  const voter = peers.find((peer) => peer.sid === sid && peer.role === 'participant');
  return voter && addressOf(voter).split(':', 2).join(':');
}

export function portsOf(peer: PeerSpec): {
  readonly quorumPort: string;
  readonly electionPort: string;
  /** '' if it is not known. */
  readonly clientPort: string;
} {
  const [servers = '', client = ''] = addressOf(peer).split(';');
  const [, quorumPort = '', electionPort = ''] = servers.split(':');
  return { quorumPort, electionPort, clientPort: client.split(':').at(-1) ?? '' };
}

/**
 * 'host:port' of its three ports. Without those that say "any address" or "this machine", of which
 * many servers may have the same.
 */
export function addressesOf(peer: PeerSpec): readonly string[] {
  const [servers = '', client = ''] = addressOf(peer).split(';');
  const [host, quorumPort, electionPort] = servers.split(':');
  const all = [`${host}:${quorumPort}`, `${host}:${electionPort}`, client];
  return all.filter((address) => address !== '' && !/^(0\.0\.0\.0|127\.|localhost)/.test(address));
}

/** Lines end with a newline or a comma. Without a version line the version is 0. */
export function parseConfig(text: string): Result<DynamicConfig, ConfigProblem> {
  const peers = new Map<Sid, PeerSpec>();
  const groups = new Map<Sid, number>();
  const weights = new Map<Sid, number>();
  let version = ZERO_ZXID;
  for (const line of text.split(/[\n,]/)) {
    const parts = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line);
    const [, key = '', value = ''] = parts ?? [];
    if (line.trim() === '') continue;
    const id = Number(/^(?:server|group|weight)\.(\d{1,9})$/.exec(key)?.[1] ?? Number.NaN);
    if (key.startsWith('server.')) {
      const peer = parsePeer(id, value);
      if (peer === null) return err('lines');
      peers.set(id, peer);
    } else if (key.startsWith('group.') && /^\d+(:\d+)*$/.test(value)) {
      for (const sid of value.split(':')) groups.set(Number(sid), id);
    } else if (key.startsWith('weight.') && /^\d{1,9}$/.test(value)) {
      weights.set(id, Number(value));
    } else if (key === 'version' && /^[0-9a-f]{1,13}$/.test(value)) {
      version = asZxid(Number.parseInt(value, 16));
    } else {
      return err('lines');
    }
  }
  const all = [...peers.values()].sort((a, b) => a.sid - b.sid);
  return withGroups(all, groups, weights, version);
}

/** Of the text between `server.N=` and the end of the line; null if it is no specification. */
export function parsePeer(sid: number, text: string): PeerSpec | null {
  const match = /^([^:;|\s]+):(\d{1,5}):(\d{1,5})(?::(\w+))?(?:;(?:([^:;\s]+):)?(\d{1,5}))?$/.exec(
    text,
  );
  if (match === null || !(sid >= 0 && sid <= SID_MAX)) return null;
  const [, host, quorumPort, electionPort, role = 'participant', clientHost, clientPort] = match;
  const type = role.toLowerCase();
  if (type !== 'participant' && type !== 'observer') return null;
  const ports = [quorumPort, electionPort, clientPort ?? '0'];
  if (ports.some((port) => Number(port) > PORT_MAX)) return null;
  const servers = `${host}:${Number(quorumPort)}:${Number(electionPort)}`;
  if (clientPort === undefined) return { sid, role: type, address: servers };
  const client = `${clientHost ?? ANY_HOST}:${Number(clientPort)}`;
  return { sid, role: type, address: `${servers};${client}` };
}

/** Whether both have the same members, in the same roles at the same addresses. */
export function hasSamePeers(a: DynamicConfig, b: DynamicConfig): boolean {
  const bare = (config: DynamicConfig): string => formatConfig({ ...config, version: ZERO_ZXID });
  return bare(a) === bare(b);
}

/** Groups and weights are of voters; a hierarchical configuration has every voter in a group. */
function withGroups(
  peers: readonly PeerSpec[],
  groups: ReadonlyMap<Sid, number>,
  weights: ReadonlyMap<Sid, number>,
  version: Zxid,
): Result<DynamicConfig, ConfigProblem> {
  const voters = peers.filter(({ role }) => role === 'participant');
  if (voters.length < 2 && voters.length < peers.length) return err('participants');
  const isHierarchical = groups.size > 0 || weights.size > 0;
  if (!isHierarchical) return ok({ peers, version });
  if (voters.some(({ sid }) => !groups.has(sid))) return err('lines');
  const grouped = peers.map((peer): PeerSpec => {
    const group = groups.get(peer.sid);
    if (peer.role === 'observer' || group === undefined) return peer;
    return { ...peer, group, weight: weights.get(peer.sid) ?? 1 };
  });
  return ok({ peers: grouped, version });
}
