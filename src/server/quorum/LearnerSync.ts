/**
 * Synchronisation, the learner's side: from the first packet after discovery to UPTODATE.
 * Source: Learner.syncWithLeader of 3.9.5, which has the fixes ZOOKEEPER-3911, 4394, 4643, 4646 and
 * 4785: what the leader committed is in the log, then currentEpoch, and only then NEWLEADER is
 * acknowledged. Zab (DSN 2011) §IV.B.
 *
 * Departs: a snapshot is saved as soon as it is received, and after it proposals are logged as
 * after DIFF; ZooKeeper applies them in memory and saves a snapshot at NEWLEADER. After TRUNC the
 * shortened log is enough, no snapshot is taken.
 */

import { assert } from '../../base/assert.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import { packetName, type QuorumPacket } from '../../protocol/quorumPackets.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { epochOf, formatZxid, makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import { type DynamicConfig, parseConfig } from '../DynamicConfig.ts';
import type { Proposal } from '../replication.ts';
import type { Commit, OutgoingPacket } from './packets.ts';
import { commitOf, packet, proposalOf, SNAP_SIGNATURE } from './packets.ts';
import type { QuorumHost } from './QuorumRole.ts';

/** A learner that is sent more than this before UPTODATE gives up. */
const PACKETS_NOT_LOGGED_MAX = 100_000;

/** What came between NEWLEADER and UPTODATE. */
export interface LeftOver {
  readonly proposals: readonly Proposal[];
  /** The first of them, in order. */
  readonly committed: readonly Commit[];
  /** What the leader brings into force. */
  readonly config: DynamicConfig | null;
}

export interface LearnerSyncOptions {
  readonly host: QuorumHost;
  readonly epoch: number;
  readonly send: (outgoing: OutgoingPacket) => void;
  /** Runs disk work; no packet is handled before it is durable and `then` has run. */
  readonly hold: (work: (onDurable: () => void) => void, then: () => void) => void;
  readonly onUpToDate: (leftOver: LeftOver) => void;
}

export class LearnerSync {
  private readonly options: LearnerSyncOptions;
  private hasOrders = false;
  private isNewLeaderAcked = false;
  /**
   * What a snapshot has already. A leader that takes it while it goes on committing (ZooKeeper
   * does) may send some of that once more.
   */
  private snapshotZxid: Zxid = ZERO_ZXID;
  private readonly packetsNotLogged: Proposal[] = [];
  private readonly packetsCommitted: Commit[] = [];
  private newLeaderConfig: DynamicConfig | null = null;

  constructor(options: LearnerSyncOptions) {
    this.options = options;
  }

  /** `stream`: what follows a SNAP packet. Returns why the packet cannot be, or null. */
  onPacket(p: QuorumPacket, stream: Uint8Array): string | null {
    const name = packetName(p.type);
    if (!this.hasOrders) return this.onOrders(p, stream);
    switch (name) {
      case 'PROPOSAL':
        return this.onProposal(p);
      case 'COMMIT':
      case 'COMMITANDACTIVATE':
        return this.onCommit(p);
      case 'INFORM':
      case 'INFORMANDACTIVATE':
        return this.onProposal(p) ?? this.onCommit(p);
      case 'NEWLEADER':
        return this.onNewLeader(p);
      case 'UPTODATE':
        return this.onUpToDate();
      case 'PING':
        // An established leader of ZooKeeper's may not wait until UPTODATE.
        return null;
      default:
        return `${name ?? p.type} during synchronisation`;
    }
  }

  private onOrders(p: QuorumPacket, stream: Uint8Array): string | null {
    this.hasOrders = true;
    const { hold, host } = this.options;
    switch (packetName(p.type)) {
      case 'DIFF':
        return null;
      case 'TRUNC':
        hold(
          (done) => host.history.truncate(p.zxid, done),
          () => {},
        );
        return null;
      case 'SNAP': {
        const body = snapshotIn(stream);
        if (body === undefined) return 'the snapshot has no signature';
        if (!host.history.restore(body, p.zxid)) return 'the snapshot cannot be read';
        this.snapshotZxid = p.zxid;
        hold(
          (done) => host.history.saveRestored(done),
          () => {},
        );
        return null;
      }
      default:
        return `${packetName(p.type) ?? p.type} instead of DIFF, TRUNC or SNAP`;
    }
  }

  private onProposal(p: QuorumPacket): string | null {
    if (p.zxid <= this.snapshotZxid) return null;
    const proposal = proposalOf(p);
    if (proposal === undefined) return 'a proposal that is no txn';
    if (this.packetsNotLogged.length === PACKETS_NOT_LOGGED_MAX) return 'too many proposals';
    this.packetsNotLogged.push(proposal);
    return null;
  }

  private onCommit(p: QuorumPacket): string | null {
    if (p.zxid <= this.snapshotZxid) return null;
    this.packetsCommitted.push(commitOf(p));
    const last = this.packetsCommitted.length - 1;
    const isNext = this.packetsNotLogged[last]?.zxid === p.zxid;
    return isNext ? null : `COMMIT ${formatZxid(p.zxid)} is not next`;
  }

  private onNewLeader(p: QuorumPacket): string | null {
    const { epoch, host, hold } = this.options;
    if (this.isNewLeaderAcked) return 'a second NEWLEADER';
    if (epochOf(p.zxid) !== epoch) return `NEWLEADER of epoch ${epochOf(p.zxid)}, not ${epoch}`;
    const config = parseConfig(utf8Decode(p.data ?? new Uint8Array(0)));
    if (config.ok && config.value.peers.length > 0) {
      this.newLeaderConfig = config.value;
      host.membership.setLastSeen(config.value);
    }
    const committed = this.packetsNotLogged.splice(0, this.packetsCommitted.length);
    this.packetsCommitted.length = 0;
    if (committed.length === 0) {
      this.becomeCurrent(epoch);
      return null;
    }
    hold(
      (done) => appendAll(host, committed, done),
      () => {
        for (const proposal of committed) {
          host.history.apply(proposal, (next) => host.database.apply(next));
        }
        this.becomeCurrent(epoch);
      },
    );
    return null;
  }

  /** All of the leader's history is safe here: say so, but not before the epoch is safe as well. */
  private becomeCurrent(epoch: number): void {
    const { hold, host, send } = this.options;
    hold(
      (done) => host.history.run((durable) => host.database.setCurrentEpoch(epoch, durable), done),
      () => {
        this.isNewLeaderAcked = true;
        send(packet('ACK', { zxid: makeZxid(epoch, 0), text: 'NEWLEADER acknowledged' }));
      },
    );
  }

  private onUpToDate(): string | null {
    if (!this.isNewLeaderAcked) return 'UPTODATE before NEWLEADER';
    const { epoch, send, onUpToDate } = this.options;
    send(packet('ACK', { zxid: makeZxid(epoch, 0), text: 'UPTODATE acknowledged' }));
    onUpToDate({
      proposals: this.packetsNotLogged,
      committed: this.packetsCommitted,
      config: this.newLeaderConfig,
    });
    return null;
  }
}

function appendAll(host: QuorumHost, proposals: readonly Proposal[], onDurable: () => void): void {
  let missing = proposals.length;
  assert(missing > 0, 'nothing to append');
  for (const proposal of proposals) {
    host.history.append(proposal, () => {
      missing--;
      if (missing === 0) onDurable();
    });
  }
}

/** The stream without its signature; undefined if it has none. */
function snapshotIn(stream: Uint8Array): Uint8Array | undefined {
  const signature = utf8Encode(SNAP_SIGNATURE);
  const end = stream.length - signature.length;
  const bodyEnd = end - 4;
  if (bodyEnd < 0 || !signature.every((byte, i) => stream[end + i] === byte)) return undefined;
  return stream.subarray(0, bodyEnd);
}
