import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PeerSpec, Sid } from '../config.ts';
import { quorumVerifierFor } from './quorumVerifierFor.ts';

function subsetsOf(sids: readonly Sid[]): Set<Sid>[] {
  return Array.from(
    { length: 2 ** sids.length },
    (_, bits) => new Set(sids.filter((_sid, i) => (bits >> i) & 1)),
  );
}

/** Slow and literal: the definition of flexible.QuorumHierarchical, one group after the other. */
function isHierarchicalQuorum(peers: readonly PeerSpec[], sids: ReadonlySet<Sid>): boolean {
  const groups = [...new Set(peers.map((peer) => peer.group))];
  const weight = (of: readonly PeerSpec[]) => of.reduce((sum, peer) => sum + (peer.weight ?? 1), 0);
  const members = groups.map((group) => peers.filter((peer) => peer.group === group));
  const heavy = members.filter((group) => weight(group) > 0);
  const satisfied = heavy.filter(
    (group) => weight(group.filter((peer) => sids.has(peer.sid))) > Math.floor(weight(group) / 2),
  );
  return satisfied.length > Math.floor(heavy.length / 2);
}

const weighted = fc
  .array(
    fc.record({ group: fc.integer({ min: 1, max: 3 }), weight: fc.integer({ min: 0, max: 3 }) }),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((seats) => seats.map((seat, i): PeerSpec => ({ sid: i + 1, role: 'participant', ...seat })));

const plain = fc
  .integer({ min: 1, max: 7 })
  .map((count) =>
    Array.from({ length: count }, (_, i): PeerSpec => ({ sid: i + 1, role: 'participant' })),
  );

describe('QuorumVerifier', () => {
  it('agrees with the definition for groups and weights', () => {
    fc.assert(
      fc.property(weighted, (peers) => {
        const verifier = quorumVerifierFor(peers);
        for (const sids of subsetsOf(verifier.voters)) {
          expect(verifier.containsQuorum(sids)).toBe(isHierarchicalQuorum(peers, sids));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lets any two quorums intersect, and more servers never spoil a quorum', () => {
    fc.assert(
      fc.property(fc.oneof(weighted, plain), (peers) => {
        const verifier = quorumVerifierFor(peers);
        const quorums = subsetsOf(verifier.voters).filter((sids) => verifier.containsQuorum(sids));
        for (const a of quorums) {
          for (const b of quorums) expect([...a].some((sid) => b.has(sid))).toBe(true);
          for (const sid of verifier.voters) {
            expect(verifier.containsQuorum(new Set([...a, sid]))).toBe(true);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('needs more than half of the voters where there are no groups', () => {
    fc.assert(
      fc.property(plain, (peers) => {
        const verifier = quorumVerifierFor(peers);
        for (const sids of subsetsOf(verifier.voters)) {
          expect(verifier.containsQuorum(sids)).toBe(sids.size >= Math.floor(peers.length / 2) + 1);
        }
      }),
      { numRuns: 14 },
    );
  });

  it('counts neither observers nor strangers', () => {
    const verifier = quorumVerifierFor([
      { sid: 1, role: 'participant' },
      { sid: 2, role: 'participant' },
      { sid: 3, role: 'participant' },
      { sid: 4, role: 'observer' },
    ]);
    expect(verifier.containsQuorum(new Set([1, 4, 9]))).toBe(false);
    expect(verifier.containsQuorum(new Set([1, 2]))).toBe(true);
    expect([verifier.isVoter(4), verifier.weightOf(4)]).toEqual([false, 0]);
  });
});
