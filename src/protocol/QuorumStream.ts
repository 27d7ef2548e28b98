/**
 * Cuts what a peer sends on a quorum connection into packets. They have no length in front of them,
 * and a SNAP is followed by a snapshot that has none either: its end is where its fields end.
 * Source: QuorumPacket, LearnerHandler.run (SNAP), SerializeUtils.serializeSnapshot.
 */

import type { DecodeError } from './DecodeError.ts';
import { DecodeFault } from './DecodeError.ts';
import { MAX_FIELD_BYTES } from './JuteReader.ts';
import { QuorumPacketType } from './quorumPackets.ts';

export type QuorumStreamEvent =
  /** A SNAP comes with its snapshot and the signature after it. */
  | { readonly type: 'packet'; readonly bytes: Uint8Array }
  /** Nothing more comes of it; the connection must be closed. */
  | { readonly type: 'bad'; readonly error: DecodeError };

/** Two fields of the greatest length, and some. */
const PACKET_BYTES_MAX = 2 * MAX_FIELD_BYTES + 0x10000;
const INITIAL_BYTES = 0x10000;

const ZXID_BYTES = 8;
const SESSION_BYTES = 12;
const ACL_ID_BYTES = 8;
const PERMS_BYTES = 4;
/** The ACL's id and StatPersisted. */
const AFTER_DATA_BYTES = 8 + 60;
/** The path '/', which ends the znodes. */
const SLASH = 0x2f;

/** Stops wherever the bytes that have come do not suffice. */
type Scan<T = void> = Generator<undefined, T, void>;

/** Memory: twice what has come of the packet that is under way, and once more when it is whole. */
export class QuorumStream {
  /** Longest SNAP with all that follows it; 0: the peer is a learner, from whom none may come. */
  private readonly snapshotBytesMax: number;
  private bytes = new Uint8Array(INITIAL_BYTES);
  private view = new DataView(this.bytes.buffer);
  private filled = 0;
  /** Of the packet that is under way, and how far it has been looked at. */
  private start = 0;
  private at = 0;
  private bytesMax = PACKET_BYTES_MAX;
  private whole: QuorumStreamEvent[] = [];
  private isBad = false;
  private readonly scan: Scan = this.packets();

  constructor(snapshotBytesMax: number) {
    this.snapshotBytesMax = snapshotBytesMax;
  }

  /** What became complete with `chunk`; the bytes of packets are copies. */
  push(chunk: Uint8Array): readonly QuorumStreamEvent[] {
    if (this.isBad) return [];
    this.append(chunk);
    try {
      this.scan.next();
    } catch (fault) {
      if (!(fault instanceof DecodeFault)) throw fault;
      this.isBad = true;
      this.whole.push({ type: 'bad', error: fault.error });
    }
    const { whole } = this;
    this.whole = [];
    return whole;
  }

  private append(chunk: Uint8Array): void {
    const kept = this.filled - this.start;
    const needed = kept + chunk.length;
    const isTooLarge = this.bytes.length > INITIAL_BYTES && needed <= INITIAL_BYTES;
    if (needed > this.bytes.length || isTooLarge) {
      const size = isTooLarge ? INITIAL_BYTES : Math.max(needed, 2 * this.bytes.length);
      const grown = new Uint8Array(size);
      grown.set(this.bytes.subarray(this.start, this.filled));
      this.bytes = grown;
      this.view = new DataView(grown.buffer);
    } else if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.filled);
    }
    this.bytes.set(chunk, kept);
    this.at -= this.start;
    this.start = 0;
    this.filled = needed;
  }

  private *packets(): Scan {
    for (;;) {
      const type = yield* this.int();
      yield* this.take(ZXID_BYTES);
      yield* this.field();
      const idCount = yield* this.count();
      for (let i = 0; i < idCount; i++) {
        yield* this.field();
        yield* this.field();
      }
      if (type === QuorumPacketType.SNAP && this.snapshotBytesMax > 0) yield* this.snapshot();
      this.whole.push({ type: 'packet', bytes: this.bytes.slice(this.start, this.at) });
      this.start = this.at;
      this.bytesMax = PACKET_BYTES_MAX;
    }
  }

  private *snapshot(): Scan {
    this.bytesMax = this.snapshotBytesMax;
    const sessionCount = yield* this.count();
    for (let i = 0; i < sessionCount; i++) yield* this.take(SESSION_BYTES);
    const aclCount = yield* this.count();
    for (let i = 0; i < aclCount; i++) {
      yield* this.take(ACL_ID_BYTES);
      const idCount = yield* this.count();
      for (let j = 0; j < idCount; j++) {
        yield* this.take(PERMS_BYTES);
        yield* this.field();
        yield* this.field();
      }
    }
    for (;;) {
      const length = yield* this.count();
      const path = yield* this.take(Math.max(0, length));
      if (length === 1 && this.bytes[path] === SLASH) break;
      yield* this.field();
      yield* this.take(AFTER_DATA_BYTES);
    }
    yield* this.field();
  }

  /** A string or a buffer. */
  private *field(): Scan {
    const length = yield* this.count();
    if (length > MAX_FIELD_BYTES) throw this.fault(`a field of ${length} bytes`);
    if (length > 0) yield* this.take(length);
  }

  /** -1 for null. */
  private *count(): Scan<number> {
    const count = yield* this.int();
    if (count < -1) throw this.fault(`length ${count}`);
    return count;
  }

  private *int(): Scan<number> {
    const at = yield* this.take(4);
    return this.view.getInt32(at);
  }

  /** Returns where they begin, which holds until the next `yield`. */
  private *take(length: number): Scan<number> {
    if (this.at - this.start + length > this.bytesMax) {
      throw this.fault(`a packet of more than ${this.bytesMax} bytes`);
    }
    while (this.filled - this.at < length) yield;
    const from = this.at;
    this.at += length;
    return from;
  }

  private fault(message: string): DecodeFault {
    return new DecodeFault('unreasonableLength', this.at - this.start, message);
  }
}
