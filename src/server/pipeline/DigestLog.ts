/**
 * The tree digest at every 128th zxid, so that servers can be compared by hand.
 * Source: ZooKeeper DataTree.logZxidDigest, HashCommand.
 */

import { RingBuffer } from '../../base/RingBuffer.ts';
import { counterOf, type Zxid } from '../../protocol/zxid.ts';

const INTERVAL = 128;
const ENTRIES_MAX = 1024;

export class DigestLog {
  private readonly entries = new RingBuffer<{ readonly zxid: Zxid; readonly digest: bigint }>(
    ENTRIES_MAX,
  );

  add(zxid: Zxid, digest: bigint): void {
    if (counterOf(zxid) % INTERVAL === 0) this.entries.push({ zxid, digest });
  }

  get all(): readonly { readonly zxid: Zxid; readonly digest: bigint }[] {
    return [...this.entries];
  }

  format(): string {
    return this.all.map(({ zxid, digest }) => `${zxid.toString(16)}: ${digest}\n`).join('');
  }
}
