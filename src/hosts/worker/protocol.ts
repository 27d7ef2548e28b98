/**
 * What the page and its workers say to each other. Between two workers only packed messages
 * travel.
 */

import type { Grant, Launch, WindowReport } from '../../conductor/ParticipantHost.ts';
import type { ParticipantId } from '../../network/address.ts';

/** Number of one worker, never used again for another. */
export type WorkerNumber = number;

/** What a worker runs: one server (its id), or every client. */
export type WorkerRole = ParticipantId | 'clients';

export const CLIENTS: WorkerRole = 'clients';

/** Packs that crossed from or to `worker` since it began. */
export interface PackCount {
  readonly worker: WorkerNumber;
  readonly count: number;
}

export type ToWorker =
  /** `port` leads to another worker, which runs `role` from now on. */
  | {
      readonly type: 'connect';
      readonly worker: WorkerNumber;
      readonly role: WorkerRole;
      readonly port: MessagePort;
    }
  | { readonly type: 'disconnect'; readonly worker: WorkerNumber }
  | { readonly type: 'start'; readonly launch: Launch }
  | { readonly type: 'stop'; readonly who: ParticipantId }
  /** Answered by `reports`, when the `expected` packs have come and the window has been run. */
  | {
      readonly type: 'run';
      readonly grants: readonly Grant[];
      readonly expected: readonly PackCount[];
    }
  /** Answered by `arrived`. */
  | { readonly type: 'await'; readonly expected: readonly PackCount[] };

export type FromWorker =
  | {
      readonly type: 'reports';
      readonly reports: readonly WindowReport[];
      readonly posted: readonly PackCount[];
    }
  | { readonly type: 'arrived' }
  | { readonly type: 'failed'; readonly message: string };
