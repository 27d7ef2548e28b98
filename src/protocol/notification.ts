/**
 * The one message of leader election. Old servers send shorter forms, told by their length.
 * Source: FastLeaderElection.buildMsg and its WorkerReceiver.
 */

import type { Result } from '../base/result.ts';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import { attemptDecode, writeBytes } from './codec.ts';
import type { DecodeError } from './DecodeError.ts';
import { DecodeFault } from './DecodeError.ts';
import { JuteReader } from './JuteReader.ts';
import type { Zxid } from './zxid.ts';
import { asZxid, epochOf } from './zxid.ts';

const PEER_STATES = ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'] as const;
export type PeerState = (typeof PEER_STATES)[number];

export const NOTIFICATION_VERSION = 2;
/** Before the frame length: what a receiver accepts. */
export const NOTIFICATION_BYTES_MAX = 524_288;

const BYTES_WITHOUT_PEER_EPOCH = 28;
const BYTES_WITHOUT_VERSION = 40;

/** `leader`, `zxid` and `peerEpoch` are the proposed ones: MIN_LONG each from a non-voter. */
export interface Notification {
  readonly state: PeerState;
  readonly leader: number;
  readonly zxid: Zxid;
  /** The sender's logical clock. */
  readonly electionEpoch: number;
  readonly peerEpoch: number;
  /** 0 in the oldest forms. */
  readonly version: number;
  /** Dynamic configuration text; null in forms that have none. */
  readonly config: string | null;
}

/** Writes the current form: 44 bytes and the configuration. `version` is not taken from `n`. */
export function encodeNotification(n: Omit<Notification, 'version'>): Uint8Array {
  return writeBytes((w) => {
    w.int(PEER_STATES.indexOf(n.state));
    w.exactLong(n.leader);
    w.exactLong(n.zxid);
    w.exactLong(n.electionEpoch);
    w.exactLong(n.peerEpoch);
    w.int(NOTIFICATION_VERSION);
    w.buffer(utf8Encode(n.config ?? ''));
  });
}

export function decodeNotification(bytes: Uint8Array): Result<Notification, DecodeError> {
  return attemptDecode(() => {
    const r = new JuteReader(bytes);
    const state = PEER_STATES[r.int()];
    if (state === undefined) throw new DecodeFault('badValue', 0, 'no such peer state');
    const leader = r.exactLong();
    const zxid = asZxid(r.exactLong());
    const electionEpoch = r.exactLong();
    if (bytes.length === BYTES_WITHOUT_PEER_EPOCH) {
      const peerEpoch = epochOf(zxid);
      return { state, leader, zxid, electionEpoch, peerEpoch, version: 0, config: null };
    }
    const peerEpoch = r.exactLong();
    const version = bytes.length === BYTES_WITHOUT_VERSION ? 0 : r.int();
    const config = version >= NOTIFICATION_VERSION ? utf8Decode(r.buffer() ?? noConfig(r)) : null;
    return { state, leader, zxid, electionEpoch, peerEpoch, version, config };
  });
}

function noConfig(r: JuteReader): never {
  throw new DecodeFault('unreasonableLength', r.offset, 'negative configuration length');
}
