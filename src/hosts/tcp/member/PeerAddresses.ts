/**
 * Where the other servers live: by the configurations, and those who are in none by what they said
 * themselves when they dialled. Sids are below 255, so there are few.
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
  /** Also those who were members before, for they may still be asked. */
  private readonly members = new Map<number, PeerSpec>();
  private readonly heard = new Map<number, HostPort>();

  constructor(peers: readonly PeerSpec[]) {
    this.add(peers);
  }

  /** `text`: a configuration, which says more than those before. */
  adopt(text: string): void {
    const config = parseConfig(text);
    if (config.ok) this.add(config.value.peers);
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

  private add(peers: readonly PeerSpec[]): void {
    for (const peer of peers) this.members.set(peer.sid, peer);
  }
}

/** Of a member's own ports to the others. */
export function hostPortOf(peer: PeerSpec, link: LinkKind): HostPort {
  const [servers = ''] = addressOf(peer).split(';');
  const [host = '', quorumPort, electionPort] = servers.split(':');
  return { host, port: Number(link === 'election' ? electionPort : quorumPort) };
}
