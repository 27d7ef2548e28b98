/**
 * Who belongs to the ensemble, as this server knows it, and what it is itself.
 * Source: QuorumPeer (quorumVerifier, lastSeenQuorumVerifier, learnerType).
 */

import type { Zxid } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import { type DynamicConfig, formatConfig } from '../DynamicConfig.ts';
import type { QuorumConfigs } from '../database.ts';
import { JointVerifier } from './JointVerifier.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';
import { quorumVerifierFor } from './quorumVerifierFor.ts';

interface View {
  readonly committed: DynamicConfig;
  readonly lastSeen: DynamicConfig;
  readonly text: string;
  readonly inForce: QuorumVerifier;
  readonly verifier: QuorumVerifier;
}

export class Membership {
  private readonly sid: Sid;
  private readonly configs: QuorumConfigs;
  private view: View;

  constructor(sid: Sid, configs: QuorumConfigs) {
    this.sid = sid;
    this.configs = configs;
    this.view = viewOf(configs);
  }

  /** In force. */
  get committed(): DynamicConfig {
    return this.configs.committed;
  }

  get lastSeen(): DynamicConfig {
    return this.configs.lastSeen;
  }

  /** Of the configuration in force, as notifications carry it. */
  get text(): string {
    return this.current().text;
  }

  /** What decides now: also the next configuration, if one is pending. */
  get verifier(): QuorumVerifier {
    return this.current().verifier;
  }

  /** Of the configuration in force alone. */
  get inForce(): QuorumVerifier {
    return this.current().inForce;
  }

  /** A server that is no member follows as if it voted, and is not counted. */
  get isObserver(): boolean {
    return this.committed.peers.some(({ sid, role }) => sid === this.sid && role === 'observer');
  }

  setLastSeen(config: DynamicConfig): void {
    this.configs.setLastSeen(config);
  }

  /** The first configuration gets its version from the first leader that is established. */
  setFirstVersion(version: Zxid): void {
    const { committed, lastSeen } = this;
    if (committed.version === 0 && lastSeen.version === 0) {
      this.configs.setLastSeen({ ...committed, version });
    }
  }

  /** False if it is not later than the one in force. */
  commit(config: DynamicConfig): boolean {
    return this.configs.commit(config);
  }

  private current(): View {
    const { committed, lastSeen } = this.configs;
    if (committed !== this.view.committed || lastSeen !== this.view.lastSeen) {
      this.view = viewOf(this.configs);
    }
    return this.view;
  }
}

function viewOf({ committed, lastSeen }: QuorumConfigs): View {
  const inForce = quorumVerifierFor(committed.peers);
  const isPending = lastSeen.version > committed.version;
  const verifier = isPending
    ? new JointVerifier(inForce, quorumVerifierFor(lastSeen.peers))
    : inForce;
  return { committed, lastSeen, text: formatConfig(committed), inForce, verifier };
}
