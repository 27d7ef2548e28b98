/**
 * What must hold in every run of a TestEnsemble, checked as it goes:
 *
 * 1. An epoch has at most one established leader.
 * 2. Whatever two servers have applied up to the same zxid is the same (by tree digest).
 * 3. What one server commits is in the history of every later leader, and stays there.
 * 4. Every server commits in zxid order, each txn once.
 * 5. Nothing is promised before it is on the disk: acknowledgements and epochs.
 */

import { assert } from '../../../base/assert.ts';
import { utf8Decode } from '../../../base/utf8.ts';
import type { Zxid } from '../../../protocol/zxid.ts';
import { counterOf, epochOf, formatZxid } from '../../../protocol/zxid.ts';
import type { Sid } from '../../config.ts';
import type { MessageSummary } from '../../effects.ts';
import type { ServerTrace } from '../../trace.ts';
import { type TestServer, znodeOf } from './TestServer.ts';

export class SafetyChecks {
  readonly committed = new Set<Zxid>();
  /** Zxids of those that changed the members: they leave no znode. */
  readonly reconfigs = new Set<Zxid>();
  private readonly leaderOf = new Map<number, Sid>();
  private readonly digestAt = new Map<Zxid, string>();
  private readonly lastCommittedBy = new Map<TestServer, Zxid>();
  /** End of the log on the disk. */
  private readonly durable = new Map<Sid, Zxid>();

  onTrace(from: TestServer, event: ServerTrace): void {
    switch (event.type) {
      case 'leaderEstablished': {
        const other = this.leaderOf.get(event.epoch) ?? from.sid;
        assert(other === from.sid, `S${other} and S${from.sid} both lead epoch ${event.epoch}`);
        this.leaderOf.set(event.epoch, from.sid);
        this.checkHasCommitted(from);
        break;
      }
      case 'applied': {
        const digest = this.digestAt.get(event.zxid) ?? event.digest;
        assert(digest === event.digest, `histories differ at ${formatZxid(event.zxid)}`);
        this.digestAt.set(event.zxid, digest);
        break;
      }
      case 'logged':
      case 'truncated':
      case 'snapshotTaken':
        // A snapshot says nothing of a log that is longer already.
        if (event.type !== 'snapshotTaken' || event.zxid > (this.durable.get(from.sid) ?? 0)) {
          this.durable.set(from.sid, event.zxid);
        }
        break;
      case 'recovered':
        this.durable.set(from.sid, event.lastZxid);
        break;
      case 'committed': {
        const last = this.lastCommittedBy.get(from) ?? -1;
        assert(event.zxid > last, `S${from.sid} commits ${formatZxid(event.zxid)} out of order`);
        this.lastCommittedBy.set(from, event.zxid);
        this.committed.add(event.zxid);
        break;
      }
      default:
    }
  }

  /** Asserts that a server has every txn that was ever committed. */
  checkHasCommitted(server: TestServer): void {
    const { configs, tree } = server.database;
    for (const zxid of this.committed) {
      const has = this.reconfigs.has(zxid)
        ? configs.lastSeen.version >= zxid
        : tree.getNode(znodeOf(zxid)) !== undefined;
      assert(has, `S${server.sid} lacks the committed ${formatZxid(zxid)}`);
    }
  }

  onSend(from: TestServer, { kind, zxid }: MessageSummary): void {
    if (zxid === undefined) return;
    const what = `S${from.sid} sends ${kind} ${formatZxid(zxid)} before it is safe`;
    const durable = this.durable.get(from.sid) ?? 0;
    if (kind === 'ACK' && counterOf(zxid) !== 0) assert(zxid <= durable, what);
    const epoch = epochOf(zxid);
    if (kind === 'ACK' && counterOf(zxid) === 0) {
      assert(from.database.lastProcessedZxid <= durable, what);
      assert(epochOnDisk(from, 'currentEpoch') === epoch, what);
    }
    if (kind === 'LEADERINFO') assert(epochOnDisk(from, 'acceptedEpoch') === epoch, what);
    if (kind === 'ACKEPOCH') assert(zxid <= durable, what);
  }
}

function epochOnDisk(server: TestServer, file: string): number {
  const bytes = server.disk.files.get(file);
  return bytes === undefined ? 0 : Number(utf8Decode(bytes));
}
