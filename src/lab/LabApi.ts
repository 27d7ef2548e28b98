/**
 * `window.lab`: the lab for teachers, embedders and tests. All answers are plain JSON values, so
 * that they can be kept, compared and sent; zxids are hex strings as ZooKeeper prints them.
 */

import { utf8Decode } from '../base/utf8.ts';
import type { JsonValue } from '../client/trace.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import { formatZxid, type Zxid } from '../protocol/zxid.ts';
import type { TraceEvent, TraceType } from '../trace/TraceEvent.ts';
import type { ExecResult } from './console/command.ts';
import type { Transcript } from './console/Transcript.ts';
import type { Lab } from './Lab.ts';
import { lockQueues } from './queues.ts';

export interface TraceFilter {
  readonly type?: TraceType | readonly TraceType[];
  readonly who?: string;
  /** Virtual microseconds, inclusive. */
  readonly fromUs?: number;
  readonly untilUs?: number;
  /** Newest events only; 1,000 unless told. */
  readonly limit?: number;
}

export interface LabApi {
  /** Runs a line exactly as the console does, and shows it there. Never rejects. */
  exec(line: string): Promise<ExecResult>;
  /** What the page knows now: servers, quorum, sessions, lock queues, invariants, hash, ... */
  state(): { readonly [key: string]: JsonValue };
  /** The znodes a server has applied (`S2` or 2); without an argument, all that is committed. */
  tree(server?: string | number): JsonValue;
  /** Recorded events, oldest first. */
  trace(filter?: TraceFilter): TraceEvent[];
  /** Calls back with each batch of events; returns what ends it. */
  subscribe(callback: (events: readonly TraceEvent[]) => void): () => void;
}

export function createLabApi(lab: Lab, transcript: Transcript): LabApi {
  return {
    exec: (line) => transcript.run(String(line)),
    state: () => describeLab(lab),
    tree: (server) => describeTree(lab, server),
    trace: (filter = {}) => findEvents(lab, filter),
    subscribe: (callback) => lab.subscribe(callback),
  };
}

const hex = (zxid: number): string => formatZxid(zxid as Zxid);

function describeLab(lab: Lab): { [key: string]: JsonValue } {
  const state = lab.ensemble.getState();
  const playback = lab.playback.getState();
  const leader = state.leader === null ? null : (state.servers[state.leader] ?? null);
  return {
    nowUs: state.nowUs,
    seed: lab.config.seed,
    playing: playback.isPlaying,
    speed: playback.speed,
    servers: Object.values(state.servers).map((server) => ({
      id: server.id,
      role: server.observer ? 'observer' : 'participant',
      alive: server.process === 'up' || server.process === 'paused',
      process: server.process,
      state: server.state,
      phase: server.phase,
      leader: server.leader,
      acceptedEpoch: server.acceptedEpoch,
      currentEpoch: server.currentEpoch,
      lastZxid: hex(server.lastLogged),
      lastCommitted: hex(server.lastCommitted),
      lastApplied: hex(server.lastApplied),
      digest: server.digest,
    })),
    leader: state.leader,
    quorum: leader === null ? [] : [...leader.synced],
    committedZxid: hex(state.committedZxid),
    clients: Object.values(state.clients).map((client) => ({
      id: client.id,
      state: client.state,
      server: client.server,
      sessionId: client.sessionId,
      pending: client.pending.length,
      beliefs: client.beliefs.map((belief) => ({ ...belief })),
    })),
    sessions: Object.values(state.sessions).map((session) => ({ ...session })),
    lockQueues: lockQueues(lab).map(({ path, tickets }) => ({
      path,
      tickets: tickets.map(({ znode, client, holds, fence }) => ({ znode, client, holds, fence })),
    })),
    links: Object.values(state.links).map((link) => ({ ...link })),
    messages: messagesOnTheWay(lab),
    invariants: state.invariants.map((invariant) => ({ ...invariant })),
    eventCount: state.eventCount,
    actions: lab.actions.length,
    traceHash: lab.traceHash,
  };
}

/** Sent, and neither delivered nor lost. */
function messagesOnTheWay(lab: Lab): JsonValue {
  return [...lab.recorder.messages.values()]
    .filter(({ diesUs }) => diesUs === null)
    .map(({ diesUs: _, lossReason: __, zxid, ...message }) => ({ ...message, zxid: hex(zxid) }));
}

function describeTree(lab: Lab, server: string | number | undefined): JsonValue {
  const state = lab.ensemble.getState();
  const id = typeof server === 'number' ? `S${server}` : server;
  const zxid = id === undefined ? state.committedZxid : state.servers[id]?.lastApplied;
  if (zxid === undefined) throw new RangeError(`expected a server such as 2 or 'S2', got ${id}`);
  const tree = lab.recorder.history.treeAt(zxid);
  return Array.from(tree.walk(), ([path, node]) => ({
    path,
    data: node.data === null ? null : utf8Decode(node.data),
    version: node.version,
    ephemeralOwner: formatSessionId(node.stat().ephemeralOwner),
  }));
}

function findEvents(lab: Lab, filter: TraceFilter): TraceEvent[] {
  const types = filter.type === undefined ? null : new Set<string>([filter.type].flat());
  const found: TraceEvent[] = [];
  const limit = filter.limit ?? 1_000;
  const { events } = lab.recorder;
  for (let index = events.size - 1; index >= 0 && found.length < limit; index--) {
    const event = events.at(index);
    if (event === undefined || (types !== null && !types.has(event.type))) continue;
    if (filter.who !== undefined && event.who !== filter.who) continue;
    if (event.atUs < (filter.fromUs ?? 0)) break;
    if (event.atUs > (filter.untilUs ?? Number.POSITIVE_INFINITY)) continue;
    found.push(event);
  }
  return found.reverse();
}
