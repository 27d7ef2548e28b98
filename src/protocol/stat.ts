/** What the outside sees of a znode. Source: zookeeper.jute data.Stat, data.StatPersisted. */

import type { CodecType } from './codec.ts';
import { int, int53, long, record, zxid } from './codec.ts';

/** 68 bytes; times in ms. `cversion` counts creates and deletes of children. */
export const Stat = record({
  czxid: zxid,
  mzxid: zxid,
  ctime: int53,
  mtime: int53,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  dataLength: int,
  numChildren: int,
  pzxid: zxid,
});
export type Stat = CodecType<typeof Stat>;

/** 60 bytes, in snapshots. Here `cversion` counts creates only. */
export const StatPersisted = record({
  czxid: zxid,
  mzxid: zxid,
  ctime: int53,
  mtime: int53,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  pzxid: zxid,
});
export type StatPersisted = CodecType<typeof StatPersisted>;
