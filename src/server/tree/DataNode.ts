/**
 * One znode. Only `DataTree` changes it; everybody else sees `Znode`.
 * Source: DataNode, StatPersisted.
 */

import type { Stat, StatPersisted } from '../../protocol/stat.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { ephemeralType } from './EphemeralType.ts';

const NO_CHILDREN: ReadonlySet<string> = new Set();

export class DataNode implements StatPersisted {
  data: Uint8Array | null;
  aclId: number;
  readonly czxid: Zxid;
  readonly ctime: number;
  readonly ephemeralOwner: bigint;
  mzxid: Zxid;
  mtime: number;
  version: number;
  /** Children ever created; clients are told creates and deletes together. */
  cversion: number;
  aversion: number;
  pzxid: Zxid;
  /** `digestOfContent`, and what the znode adds to the digest of the tree. */
  contentDigest = 0;
  digest = 0;
  private names: Set<string> | null = null;

  constructor(data: Uint8Array | null, aclId: number, stat: StatPersisted) {
    this.data = data;
    this.aclId = aclId;
    this.czxid = stat.czxid;
    this.ctime = stat.ctime;
    this.ephemeralOwner = stat.ephemeralOwner;
    this.mzxid = stat.mzxid;
    this.mtime = stat.mtime;
    this.version = stat.version;
    this.cversion = stat.cversion;
    this.aversion = stat.aversion;
    this.pzxid = stat.pzxid;
  }

  get dataLength(): number {
    return this.data === null ? 0 : this.data.length;
  }

  /** Names, in the order in which they were created. */
  get children(): ReadonlySet<string> {
    return this.names ?? NO_CHILDREN;
  }

  /**
   * Names for a client.
   * Departs: sorted, so that every server answers alike; ZooKeeper's order is that of a hash table.
   */
  sortedChildren(): string[] {
    return [...this.children].sort();
  }

  addChild(name: string): void {
    this.names ??= new Set();
    this.names.add(name);
  }

  removeChild(name: string): void {
    this.names?.delete(name);
    if (this.names?.size === 0) this.names = null;
  }

  /** As clients are told: containers and TTL znodes have no owner, cversion counts deletes. */
  stat(): Stat {
    const numChildren = this.children.size;
    return {
      czxid: this.czxid,
      mzxid: this.mzxid,
      ctime: this.ctime,
      mtime: this.mtime,
      version: this.version,
      cversion: (2 * this.cversion - numChildren) | 0,
      aversion: this.aversion,
      ephemeralOwner: ephemeralType(this.ephemeralOwner) === 'session' ? this.ephemeralOwner : 0n,
      dataLength: this.dataLength,
      numChildren,
      pzxid: this.pzxid,
    };
  }
}

/** A znode as readers see it. Its data must not be written to. */
export type Znode = Omit<Readonly<DataNode>, 'addChild' | 'removeChild'>;
