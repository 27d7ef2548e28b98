/**
 * Where the other servers live: by the configuration in force, and those who are in none by what
 * they said themselves when they dialled.
 * Source: QuorumCnxManager.connectOne, handleConnection.
 */

import type { InitialMessage } from '../../../protocol/initialMessage.ts';
import type { PeerSpec } from '../../../server/config.ts';
import { addressOf, parseConfig } from '../../../server/DynamicConfig.ts';
import type { LinkKind } from '../../../server/events.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export class PeerAddresses {
  private members: ReadonlyMap<number, PeerSpec>;
  /** One of each sid, of which there are few. */
  private readonly heard = new Map<number, HostPort>();

  constructor(peers: readonly PeerSpec[]) {
    this.members = bySid(peers);
  }

  /** A configuration has come into force. `text`: as the trace tells it. */
  adopt(text: string): void {
    const config = parseConfig(text);
    if (config.ok) this.members = bySid(config.value.peers);
  }

  learn({ sid, addresses }: InitialMessage): void {
    const [, host, port] = /^(.+):(\d+)$/.exec(addresses[0] ?? '') ?? [];
    if (host === undefined || /^(0\.0\.0\.0|\[::\])$/.test(host)) return;
    this.heard.set(sid, { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) });
  }

  /** Null if nobody knows. */
  of(sid: number, link: LinkKind): HostPort | null {
    const member = this.members.get(sid);
    if (member !== undefined) return hostPortOf(member, link);
    return link === 'election' ? (this.heard.get(sid) ?? null) : null;
  }
}

/** Of a member's own ports to the others. */
export function hostPortOf(peer: PeerSpec, link: LinkKind): HostPort {
  const [servers = ''] = addressOf(peer).split(';');
  const [host = '', quorumPort, electionPort] = servers.split(':');
  return { host, port: Number(link === 'election' ? electionPort : quorumPort) };
}

function bySid(peers: readonly PeerSpec[]): ReadonlyMap<number, PeerSpec> {
  return new Map(peers.map((peer) => [peer.sid, peer]));
}
