/**
 * One znode. Only `DataTree` changes it; everybody else sees `Znode`.
 * Source: DataNode, StatPersisted.
 */

import type { Stat, StatPersisted } from '../../protocol/stat.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import { ephemeralType } from './EphemeralType.ts';

const NOTHING: ReadonlySet<string> = new Set();

export class DataNode implements StatPersisted {
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
  /** Of no data 0. */
  dataLength = 0;
  /** Not the view of it, which would take as much memory as 100 bytes of data. */
  private buffer: ArrayBufferLike | null = null;
  private dataOffset = 0;
  /** Kept signed: such an integer needs no memory of its own. */
  private contentCrc = 0;
  private crc = 0;
  /** The tree has these strings anyway; names would be strings of their own. */
  private paths: Set<string> | null = null;

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

  /** A new view each time. */
  get data(): Uint8Array | null {
    if (this.buffer === null) return null;
    return new Uint8Array(this.buffer, this.dataOffset, this.dataLength);
  }

  set data(data: Uint8Array | null) {
    this.buffer = data === null ? null : data.buffer;
    this.dataOffset = data === null ? 0 : data.byteOffset;
    this.dataLength = data === null ? 0 : data.length;
  }

  /** `digestOfContent`. */
  get contentDigest(): number {
    return this.contentCrc >>> 0;
  }

  set contentDigest(digest: number) {
    this.contentCrc = digest | 0;
  }

  /** What the znode adds to the digest of the tree. */
  get digest(): number {
    return this.crc >>> 0;
  }

  set digest(digest: number) {
    this.crc = digest | 0;
  }

  get childCount(): number {
    return this.paths === null ? 0 : this.paths.size;
  }

  /** Of the children, in the order in which they were created. */
  get childPaths(): ReadonlySet<string> {
    return this.paths ?? NOTHING;
  }

  /** Names, in the order in which they were created. */
  get children(): string[] {
    const names: string[] = [];
    let start = -1;
    for (const path of this.childPaths) {
      if (start < 0) start = path.lastIndexOf('/') + 1;
      names.push(path.slice(start));
    }
    return names;
  }

  /**
   * Names for a client.
   * Departs: sorted, so that every server answers alike; ZooKeeper's order is that of a hash table.
   */
  sortedChildren(): string[] {
    return this.children.sort();
  }

  addChild(path: string): void {
    this.paths ??= new Set();
    this.paths.add(path);
  }

  removeChild(path: string): void {
    this.paths?.delete(path);
    if (this.paths?.size === 0) this.paths = null;
  }

  /** As clients are told: containers and TTL znodes have no owner, cversion counts deletes. */
  stat(): Stat {
    const numChildren = this.childCount;
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
