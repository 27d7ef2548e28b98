/** The quorum rule that a configuration asks for. Source: QuorumPeerConfig.parseDynamicConfig. */

import { assert } from '../../base/assert.ts';
import type { PeerSpec } from '../config.ts';
import { QuorumHierarchical } from './QuorumHierarchical.ts';
import { QuorumMaj } from './QuorumMaj.ts';
import type { QuorumVerifier } from './QuorumVerifier.ts';

export function quorumVerifierFor(peers: readonly PeerSpec[]): QuorumVerifier {
  const voters = peers.filter((peer) => peer.role === 'participant');
  assert(voters.length > 0, 'an ensemble needs a participant');
  const hasGroups = voters.some((peer) => peer.group !== undefined);
  return hasGroups ? new QuorumHierarchical(voters) : new QuorumMaj(voters.map((p) => p.sid));
}
