/** All that a server can be told. One event, one `step`. */

import type { Sid } from './config.ts';
import type { DiskFiles } from './disk.ts';
import type { TimerName } from './timers.ts';

/**
 * Two links per pair of servers, as ZooKeeper's two ports: election, and quorum (learner to
 * leader).
 */
export type LinkKind = 'election' | 'quorum';

/**
 * A connection's number, unique in the life of one server process. Links are FIFO and reliable
 * while open.
 */
export type ConnectionId = number;

export type ServerEvent =
  /** First event of a process: what its disk holds. */
  | { readonly type: 'boot'; readonly files: DiskFiles }
  | { readonly type: 'timerFired'; readonly timer: TimerName }
  /** `dialled`: this server asked for it by `connectPeer`; otherwise the peer did. */
  | {
      readonly type: 'peerConnected';
      readonly link: LinkKind;
      readonly peer: Sid;
      readonly connection: ConnectionId;
      readonly dialled: boolean;
    }
  /** A `connectPeer` that came to nothing (refused, or no answer in time). */
  | { readonly type: 'peerRefused'; readonly link: LinkKind; readonly peer: Sid }
  /** One whole notification or quorum packet. */
  | {
      readonly type: 'peerPacket';
      readonly link: LinkKind;
      readonly peer: Sid;
      readonly connection: ConnectionId;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'peerDisconnected';
      readonly link: LinkKind;
      readonly peer: Sid;
      readonly connection: ConnectionId;
    }
  | {
      readonly type: 'clientConnected';
      readonly connection: ConnectionId;
      /** `ip:port` as four-letter words print it; the ip is the connection's `ip` identity. */
      readonly address: string;
    }
  /** The payload of one frame, without its length. */
  | {
      readonly type: 'clientFrame';
      readonly connection: ConnectionId;
      readonly payload: Uint8Array;
    }
  | {
      readonly type: 'fourLetterWord';
      readonly connection: ConnectionId;
      readonly word: string;
    }
  /** A command of the admin endpoint: answered by JSON text in a `sendClient`, then closed. */
  | {
      readonly type: 'adminCommand';
      readonly connection: ConnectionId;
      readonly command: string;
    }
  | { readonly type: 'clientDisconnected'; readonly connection: ConnectionId }
  /** The operations of the `persist` effect with this token are on stable storage. */
  | { readonly type: 'persisted'; readonly token: number }
  /** Answer to `readDisk`. */
  | { readonly type: 'diskRead'; readonly files: DiskFiles }
  /** An operator wants a snapshot now. */
  | { readonly type: 'takeSnapshot' }
  /** An operator ends a session, as if its time had run out (leader only; ignored elsewhere). */
  | { readonly type: 'expireSession'; readonly sessionId: bigint };
