/** All that a server can ask of its host, in the order in which it must happen. */

import type { Zxid } from '../protocol/zxid.ts';
import type { Sid } from './config.ts';
import type { DiskOp } from './disk.ts';
import type { ConnectionId, LinkKind } from './events.ts';
import type { TimerName } from './timers.ts';
import type { ServerTrace } from './trace.ts';

/** What a message is, for the trace; the bytes are the message. */
export interface MessageSummary {
  readonly kind: MessageKind;
  /** The zxid that the message is about, if it has one. */
  readonly zxid?: Zxid;
  /** Short and plain: `create /a`, `vote for S3`, `NoNode`. */
  readonly text: string;
}

export type MessageKind =
  | 'NOTIFICATION'
  | 'FOLLOWERINFO'
  | 'OBSERVERINFO'
  | 'LEADERINFO'
  | 'ACKEPOCH'
  | 'DIFF'
  | 'TRUNC'
  | 'SNAP'
  | 'NEWLEADER'
  | 'UPTODATE'
  | 'REQUEST'
  | 'PROPOSAL'
  | 'ACK'
  | 'COMMIT'
  | 'COMMITANDACTIVATE'
  | 'INFORM'
  | 'INFORMANDACTIVATE'
  | 'PING'
  | 'REVALIDATE'
  | 'SYNC'
  /** Client traffic. */
  | 'connectRequest'
  | 'connectResponse'
  | 'request'
  | 'reply'
  | 'errorReply'
  | 'watchEvent'
  | 'clientPing'
  | 'clientPong'
  | 'fourLetterWord'
  /** The link itself. */
  | 'SYN'
  | 'ACCEPT'
  | 'FIN'
  | 'RST';

export type ServerEffect =
  /**
   * Dial; answered by `peerConnected` with `dialled`, or `peerRefused`. One dial per link and peer
   * at a time.
   */
  | { readonly type: 'connectPeer'; readonly link: LinkKind; readonly peer: Sid }
  | {
      readonly type: 'sendPeer';
      readonly connection: ConnectionId;
      readonly bytes: Uint8Array;
      readonly summary: MessageSummary;
    }
  /** Closes at once on this side; the peer is told, this server gets no event. */
  | { readonly type: 'disconnectPeer'; readonly connection: ConnectionId }
  /** `payload` is one frame without its length. */
  | {
      readonly type: 'sendClient';
      readonly connection: ConnectionId;
      readonly payload: Uint8Array;
      readonly summary: MessageSummary;
    }
  /** Closes after what was sent before has been delivered; this server gets no event. */
  | { readonly type: 'closeClient'; readonly connection: ConnectionId }
  | { readonly type: 'setTimer'; readonly timer: TimerName; readonly afterMs: number }
  | { readonly type: 'cancelTimer'; readonly timer: TimerName }
  /** Carry out in order, flush to stable storage, then answer `persisted` with the token. */
  | { readonly type: 'persist'; readonly token: number; readonly ops: readonly DiskOp[] }
  /** Read everything, after all operations so far; answered by `diskRead`. */
  | { readonly type: 'readDisk' }
  | { readonly type: 'trace'; readonly event: ServerTrace };
