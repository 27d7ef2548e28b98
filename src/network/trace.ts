/**
 * What the network and the processes on it tell the trace. Times are virtual, in whole
 * microseconds.
 */

import type { ParticipantId } from './address.ts';

/**
 * `client` links carry client frames; `election` and `quorum` are ZooKeeper's two server ports;
 * on `broker` clients talk to each other.
 */
export type Channel = 'election' | 'quorum' | 'client' | 'broker';

export type NetworkTrace =
  /**
   * A message leaves `who`. `id` is unique per sender. It arrives at `arriveUs` unless it is lost
   * on the way: a lost one is followed by `messageLost` and, the link being reliable, sent again
   * later under a new id.
   */
  | {
      readonly type: 'messageSent';
      readonly id: number;
      readonly to: ParticipantId;
      readonly channel: Channel;
      readonly kind: string;
      readonly text: string;
      readonly zxid: number;
      readonly bytes: number;
      readonly arriveUs: number;
    }
  | { readonly type: 'messageDelivered'; readonly id: number; readonly from: ParticipantId }
  /** Told by the sender, at the time of sending; `diesUs` is when and how far it got. */
  | {
      readonly type: 'messageLost';
      readonly id: number;
      readonly to: ParticipantId;
      readonly diesUs: number;
      readonly reason: 'cut' | 'loss' | 'down';
    }
  /** Told by the receiver's machine: it is lost on its way after all, and comes later. */
  | {
      readonly type: 'messageResent';
      readonly id: number;
      readonly from: ParticipantId;
      readonly arriveUs: number;
    }
  | { readonly type: 'connected'; readonly to: ParticipantId; readonly channel: Channel }
  | {
      readonly type: 'disconnected';
      readonly from: ParticipantId;
      readonly channel: Channel;
      readonly reason: string;
    }
  | { readonly type: 'timerSet'; readonly timer: string; readonly dueUs: number }
  | { readonly type: 'timerCancelled'; readonly timer: string }
  | { readonly type: 'timerFired'; readonly timer: string }
  | { readonly type: 'diskWrite'; readonly bytes: number; readonly doneUs: number };

/** What the conductor does to processes and links; `who` is the conductor. */
export type FaultTrace =
  | {
      readonly type: 'processStarted';
      readonly target: ParticipantId;
      readonly incarnation: number;
    }
  | {
      readonly type: 'processKilled';
      readonly target: ParticipantId;
      readonly cause: 'kill' | 'powerCut' | 'crash';
    }
  | { readonly type: 'processPaused'; readonly target: ParticipantId }
  | { readonly type: 'processResumed'; readonly target: ParticipantId }
  | { readonly type: 'diskWiped'; readonly target: ParticipantId }
  | { readonly type: 'unsyncedLost'; readonly target: ParticipantId; readonly bytes: number }
  /** Directed: state of everything that `from` sends to `to`. */
  | {
      readonly type: 'linkChanged';
      readonly from: ParticipantId;
      readonly to: ParticipantId;
      readonly cut: boolean;
      readonly held: boolean;
      readonly extraLatencyUs: number;
      readonly lossPercent: number;
    }
  | { readonly type: 'actionTaken'; readonly index: number; readonly action: string };
