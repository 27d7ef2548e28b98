/**
 * What a server tells the trace. Plain data only: numbers, strings, booleans, arrays, bytes.
 * Session ids are hex strings (`0x1000000a1b20000`), zxids numbers.
 */

import type { Zxid } from '../protocol/zxid.ts';
import type { Sid } from './config.ts';

export type ServerState = 'LOOKING' | 'FOLLOWING' | 'LEADING' | 'OBSERVING';
export type ZabPhase = 'ELECTION' | 'DISCOVERY' | 'SYNCHRONIZATION' | 'BROADCAST';

export type ServerTrace =
  /** After recovery from disk. `lastZxid` is the end of the log. */
  | {
      readonly type: 'recovered';
      readonly lastZxid: Zxid;
      readonly acceptedEpoch: number;
      readonly currentEpoch: number;
      readonly snapshotZxid: Zxid;
      readonly cutBytes: number;
    }
  /** The disk holds something that recovery refuses; the server stays down. */
  | {
      readonly type: 'recoveryRefused';
      readonly file: string;
      readonly offset: number;
      readonly reason: string;
    }
  | {
      readonly type: 'stateChanged';
      readonly state: ServerState;
      readonly phase: ZabPhase;
      readonly leader: Sid | null;
    }
  /** This server's own proposal for leader, at the start of a round and whenever it changes. */
  | {
      readonly type: 'voteCast';
      readonly leader: Sid;
      readonly zxid: Zxid;
      readonly peerEpoch: number;
      readonly electionEpoch: number;
    }
  | {
      readonly type: 'voteReceived';
      readonly from: Sid;
      readonly state: ServerState;
      readonly leader: Sid;
      readonly zxid: Zxid;
      readonly peerEpoch: number;
      readonly electionEpoch: number;
    }
  | {
      readonly type: 'electionDecided';
      readonly leader: Sid;
      readonly electionEpoch: number;
      readonly voters: readonly Sid[];
    }
  | { readonly type: 'acceptedEpoch'; readonly epoch: number }
  | { readonly type: 'currentEpoch'; readonly epoch: number }
  /** Leader: a quorum acknowledged NEWLEADER; it may broadcast now. */
  | { readonly type: 'leaderEstablished'; readonly epoch: number; readonly quorum: readonly Sid[] }
  | {
      readonly type: 'learnerSyncing';
      readonly learner: Sid;
      readonly mode: 'DIFF' | 'TRUNC' | 'SNAP';
      readonly zxid: Zxid;
      readonly learnerZxid: Zxid;
    }
  | { readonly type: 'learnerSynced'; readonly learner: Sid; readonly observer: boolean }
  | { readonly type: 'learnerLost'; readonly learner: Sid; readonly reason: string }
  /** Leader, each tick: who has been heard of within syncLimit (itself included). */
  | { readonly type: 'quorumChecked'; readonly synced: readonly Sid[]; readonly hasQuorum: boolean }
  | { readonly type: 'roleEnded'; readonly state: ServerState; readonly reason: string }
  /** A message that the protocol's rules made this server refuse. */
  | { readonly type: 'refused'; readonly from: Sid; readonly what: string; readonly reason: string }
  /** Leader: txn in the bytes of a PROPOSAL's data (TxnHeader, body, digest). */
  | { readonly type: 'proposed'; readonly zxid: Zxid; readonly txn: Uint8Array }
  /** The ensemble has these members from now on, as this server knows it. `config`: its text. */
  | { readonly type: 'configActivated'; readonly config: string }
  /** On this server's stable storage. */
  | { readonly type: 'logged'; readonly zxid: Zxid }
  /** Leader: `from` acknowledged; `acks` so far, out of `needed`. */
  | { readonly type: 'acked'; readonly zxid: Zxid; readonly from: Sid; readonly acks: number }
  | { readonly type: 'committed'; readonly zxid: Zxid }
  /**
   * The database has moved to this zxid. `digest` is the tree digest (decimal of 64 bits), `error`
   * the code of an error txn or 0. The txn itself was told once, by `proposed`.
   */
  | {
      readonly type: 'applied';
      readonly zxid: Zxid;
      readonly digest: string;
      readonly error: number;
    }
  /** The log, and the database, lost everything after this zxid. */
  | { readonly type: 'truncated'; readonly zxid: Zxid }
  /** The database was replaced by the leader's. */
  | { readonly type: 'snapshotLoaded'; readonly zxid: Zxid; readonly digest: string }
  | { readonly type: 'snapshotTaken'; readonly zxid: Zxid; readonly bytes: number }
  | {
      readonly type: 'connectionOpened';
      readonly connection: number;
      readonly sessionId: string;
      readonly address: string;
      readonly timeoutMs: number;
    }
  | {
      readonly type: 'connectionClosed';
      readonly connection: number;
      readonly sessionId: string;
      readonly reason: string;
    }
  /** Leader: nothing was heard of the session for its timeout. closeSession follows. */
  | { readonly type: 'sessionExpired'; readonly sessionId: string }
  | { readonly type: 'sessionMoved'; readonly sessionId: string; readonly to: Sid }
  /**
   * Leader: the session was heard of and lives until then (virtual ms). At most one per session and
   * tick.
   */
  | { readonly type: 'sessionTouched'; readonly sessionId: string; readonly expiresAtMs: number }
  | {
      readonly type: 'requestReceived';
      readonly sessionId: string;
      readonly cxid: number;
      readonly op: string;
      readonly path: string;
    }
  | {
      readonly type: 'requestAnswered';
      readonly sessionId: string;
      readonly cxid: number;
      readonly op: string;
      readonly zxid: Zxid;
      readonly error: number;
    }
  | {
      readonly type: 'watchSet';
      readonly sessionId: string;
      readonly path: string;
      readonly kind: WatchKind;
    }
  | {
      readonly type: 'watchRemoved';
      readonly sessionId: string;
      readonly path: string;
      readonly kind: WatchKind;
    }
  | {
      readonly type: 'watchFired';
      readonly sessionId: string;
      readonly path: string;
      readonly event: string;
      readonly zxid: Zxid;
    }
  /** A broken invariant ends this server alone. */
  | { readonly type: 'assertionFailed'; readonly message: string };

export type WatchKind = 'data' | 'exist' | 'child' | 'persistent' | 'persistentRecursive';
