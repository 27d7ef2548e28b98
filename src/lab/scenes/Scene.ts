/**
 * A scene as data: an ensemble to start from and steps, each with a caption, console lines that it
 * runs, and what it waits for. A caption never runs ahead of the trace: a step ends when something
 * is true of what the ensemble did, or after some virtual time.
 */

import type { ParticipantId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { EnsembleState } from '../model.ts';
import type { LockQueue } from '../queues.ts';
import type { LabSettings } from '../settings.ts';

/** What a step may look at. */
export interface Facts {
  readonly state: EnsembleState;
  /** Leader when the step began. */
  readonly leaderBefore: ParticipantId | null;
  /** Virtual time since the step began. */
  readonly elapsedMs: number;
  /** Committed data of a znode as text; null if there is no such znode, or no data. */
  data(path: string): string | null;
  /** Names of a znode's committed children, sorted. */
  children(path: string): readonly string[];
  /** What one server has applied. */
  dataAt(server: ParticipantId, path: string): string | null;
  queue(path: string): LockQueue | undefined;
}

export interface Step {
  readonly caption: string | ((facts: Facts) => string);
  /** Run one after another when the step begins. */
  readonly lines?: readonly string[] | ((facts: Facts) => readonly string[]);
  /** The step is over when this is true. */
  readonly until?: (facts: Facts) => boolean;
  /** Or when this event has come. Without either it is over at once. */
  readonly untilEvent?: (event: TraceEvent) => boolean;
  /** What the person is asked to do: the server that carries the hint. */
  readonly hint?: (facts: Facts) => ParticipantId | null;
  /** What a click on a server means in this step, as a console line; null for nothing special. */
  readonly click?: (facts: Facts, id: ParticipantId) => string | null;
}

export interface Scene {
  readonly id: string;
  readonly title: string;
  /** One sentence for the gallery. */
  readonly about: string;
  /** What is left out is the default. */
  readonly settings: Partial<LabSettings>;
  /** Where it is seen, besides the ring; left out: among the recipes. */
  readonly tab?: 'kafka';
  readonly steps: readonly Step[];
  /** The end state, checked by playing the scene in the simulator. */
  readonly promise: { readonly text: string; readonly holds: (facts: Facts) => boolean };
}

/** A condition that holds when this much virtual time has passed in the step. */
export const after =
  (ms: number) =>
  ({ elapsedMs }: Facts): boolean =>
    elapsedMs >= ms;

export const both =
  (first: (facts: Facts) => boolean, second: (facts: Facts) => boolean) =>
  (facts: Facts): boolean =>
    first(facts) && second(facts);

export const upVoters = ({ state }: Facts) =>
  Object.values(state.servers).filter((server) => !server.observer && server.process === 'up');

export const voterCount = ({ state }: Facts): number =>
  Object.values(state.servers).filter((server) => !server.observer).length;

export const hasQuorum = (facts: Facts): boolean => upVoters(facts).length * 2 > voterCount(facts);

export const hasLeader = (facts: Facts): boolean => facts.state.leader !== null && hasQuorum(facts);

export const isConnected =
  (...clients: readonly ParticipantId[]) =>
  ({ state }: Facts): boolean =>
    clients.every((id) => state.clients[id]?.state === 'connected');

/** A leader leads, and these clients can write. */
export const isReady = (...clients: readonly ParticipantId[]) =>
  both(hasLeader, isConnected(...clients));

export const leaderName = ({ state }: Facts): string => state.leader ?? 'The leader';

/** The client's own belief, right or wrong. */
export const believes =
  (client: ParticipantId, path: string) =>
  ({ state }: Facts): boolean =>
    state.clients[client]?.beliefs.some((one) => one.path === path && one.holds) === true;
