/**
 * How the conductor reaches participants: a small interface with two implementations, in the same
 * thread (`SameThreadHost`) and in Web Workers (`hosts/worker/WorkerHost`). All of it is plain
 * data that can cross threads.
 */

import type { ClientConfig } from '../client/events.ts';
import type { JsonValue } from '../client/trace.ts';
import type { ParticipantId } from '../network/address.ts';
import type { LatencyRange, LinkState } from '../network/LinkModel.ts';
import type { PeerStatus } from '../network/Peer.ts';
import type { ServerConfig } from '../server/config.ts';
import type { DiskFiles } from '../server/disk.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { DiskWrite } from './Disk.ts';
import type { OutsideEvent } from './Outside.ts';

/** One process to start, and the world as it is then. */
export interface Launch {
  readonly who: ParticipantId;
  readonly incarnation: number;
  readonly atUs: number;
  readonly seed: number;
  readonly latencyUs: LatencyRange;
  readonly diskLatencyUs: number;
  readonly firstMessageId: number;
  readonly peers: readonly PeerStatus[];
  /** Links from or to it that are not as in the beginning. */
  readonly links: readonly DirectedLink[];
  readonly program: Program;
}

export type Program =
  | { readonly type: 'server'; readonly config: ServerConfig; readonly files: DiskFiles }
  | { readonly type: 'client'; readonly config: ClientConfig; readonly files: DiskFiles };

export interface DirectedLink {
  readonly from: ParticipantId;
  readonly to: ParticipantId;
  readonly state: LinkState;
}

/** What the conductor tells a participant. Happens before everything else at its time. */
export type InputBody =
  | { readonly type: 'peer'; readonly status: PeerStatus }
  | { readonly type: 'link'; readonly link: DirectedLink }
  /** A message on its way to it. */
  | { readonly type: 'lose'; readonly from: ParticipantId; readonly id: number }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** The process ends here; its machine tells the peers unless the power is off. */
  | { readonly type: 'die'; readonly cause: 'kill' | 'powerCut' }
  | { readonly type: 'expireSession'; readonly sessionId: bigint }
  | {
      readonly type: 'command';
      readonly command: number;
      readonly name: string;
      readonly args: JsonValue;
    }
  | { readonly type: 'outside'; readonly events: readonly OutsideEvent[] };

export type Input = { readonly atUs: number } & InputBody;

/**
 * Leave to run everything up to and including `untilUs`, or `eventsMax` events if that comes
 * first.
 */
export interface Grant {
  readonly who: ParticipantId;
  readonly untilUs: number;
  readonly eventsMax: number;
  /** In order of time. */
  readonly inputs: readonly Input[];
}

export interface WindowReport {
  readonly who: ParticipantId;
  /** Events that ran; what only changes the network does not count. */
  readonly handled: number;
  /** Next event as far as this participant knows; Infinity for none. */
  readonly nextUs: number;
  readonly nextMessageId: number;
  readonly sent: readonly Arrival[];
  readonly trace: readonly TraceEvent[];
  readonly writes: readonly DiskWrite[];
  /** The process is over: it was told to die, or it crashed. */
  readonly ended: ProcessEnd | null;
}

/** The first of the messages that were sent to `to` in this window. */
export interface Arrival {
  readonly to: ParticipantId;
  readonly earliestUs: number;
}

export interface ProcessEnd {
  readonly atUs: number;
  readonly cause: 'kill' | 'powerCut' | 'crash';
}

export interface ParticipantHost {
  start(launch: Launch): void;
  /** One window. Reports come in the order of the grants. */
  run(grants: readonly Grant[]): readonly WindowReport[] | Promise<readonly WindowReport[]>;
  /** The process has ended: what it sent still arrives, nothing more comes from it. */
  stop(who: ParticipantId): void;
  dispose(): void;
}
