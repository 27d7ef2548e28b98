/**
 * Replays all that can be replayed and compares the trees with the digests that the server wrote
 * into its log, and with its later snapshots.
 */

import { hexZxid } from '../format.ts';
import type { Damage } from './Damage.ts';
import { type FileHistory, isExact, type Moment, type Segment } from './FileHistory.ts';
import type { FoundFile } from './FoundFile.ts';

export interface DigestCheck {
  /** Digests in this file with which the replayed tree was compared. */
  compared: number;
  /** At most the first that differs of each segment: all later ones do as well. */
  readonly damage: Damage[];
}

/** Txns between two reports. */
const REPORTED_EVERY = 5_000;
const DIGEST_VERSION = 2;

/** `onProgress`: how much is done, from 0 to 1. */
export function checkDigests(
  history: FileHistory,
  onProgress: (share: number) => void,
): ReadonlyMap<FoundFile, DigestCheck> {
  const checks = new Map<FoundFile, DigestCheck>();
  let done = 0;
  const onMoment = (): void => {
    done += 1;
    if (done % REPORTED_EVERY === 0) onProgress(done / history.moments.length);
  };
  for (const segment of history.segments) checkSegment(history, segment, checks, onMoment);
  return checks;
}

function checkSegment(
  history: FileHistory,
  segment: Segment,
  checks: Map<FoundFile, DigestCheck>,
  onMoment: () => void,
): void {
  const first = history.moments[segment.from];
  // A fuzzy snapshot is right from the zxid of its digest on.
  const rightFrom = Math.max(first?.zxid ?? 0, first?.snapshot?.digestZxid ?? 0);
  let hasDiffered = false;
  for (const [moment, { tree }] of history.replay(segment)) {
    onMoment();
    if (moment === first || moment.zxid < rightFrom) continue;
    for (const { file, digest, damage } of claimsOf(moment)) {
      const check = checkOf(checks, file);
      check.compared += 1;
      if (hasDiffered || digest === tree.digest()) continue;
      hasDiffered = true;
      check.damage.push(damage);
    }
  }
}

function checkOf(checks: Map<FoundFile, DigestCheck>, file: FoundFile): DigestCheck {
  const check = checks.get(file) ?? { compared: 0, damage: [] };
  checks.set(file, check);
  return check;
}

interface Claim {
  readonly file: FoundFile;
  readonly digest: bigint;
  /** If it turns out to be wrong. */
  readonly damage: Damage;
}

/** What the files say that the tree's digest is. */
function claimsOf({ zxid, record, log, snapshot }: Moment): readonly Claim[] {
  const claims: Claim[] = [];
  const digest = record?.proposal.txn.digest ?? null;
  if (record !== null && log !== null && digest?.version === DIGEST_VERSION) {
    const reason = `after ${hexZxid(zxid)} the tree is another one than its server had`;
    const { offset, end } = record;
    const damage: Damage = { type: 'differs', offset, end, reason };
    claims.push({ file: log, digest: digest.treeDigest, damage });
  }
  if (isExact(snapshot)) {
    const reason = `another tree than the logs lead to at ${hexZxid(zxid)}`;
    const damage: Damage = { type: 'differs', offset: 0, end: snapshot.bytes.length, reason };
    claims.push({ file: snapshot, digest: snapshot.digest, damage });
  }
  return claims;
}
