/**
 * Folds the trace into what the screen shows. Batches come in global order; the store is updated
 * when the lab says so, once a frame, and what did not change keeps its identity.
 */

import type { StoreApi } from 'zustand/vanilla';
import { RingBuffer } from '../../base/RingBuffer.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import { serverId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { KafkaTable } from '../kafkaTable.ts';
import type { EnsembleState, NarrationLine, ServerView } from '../model.ts';
import { NARRATION_WINDOW, TRACE_WINDOW } from '../model.ts';
import { Draft, newServer } from './Draft.ts';
import { foldClient } from './foldClient.ts';
import { foldNetwork, foldProcess, foldServer } from './foldServer.ts';
import { MessageTable } from './MessageTable.ts';
import { narrate } from './narrate.ts';
import { type HistoryBase, TxnHistory } from './TxnHistory.ts';
import { WatchTable } from './WatchTable.ts';

/** What judges the run while it goes; `checks` has them. */
export interface LiveInvariant {
  readonly id: string;
  readonly title: string;
  observe(event: TraceEvent): void;
  /** First violation, or null while the invariant holds. */
  readonly violation: string | null;
}

export class Recorder {
  readonly store: StoreApi<EnsembleState>;
  readonly messages = new MessageTable();
  readonly history: TxnHistory;
  readonly kafka = new KafkaTable();
  readonly events = new RingBuffer<TraceEvent>(TRACE_WINDOW);
  readonly #watches = new WatchTable();
  #invariants: readonly LiveInvariant[] = [];
  #live: EnsembleState;
  #eventCount = 0;
  #narrationCount = 0;

  /** Begins a run: `store` is set back to an ensemble in which nothing has happened. */
  constructor(
    store: StoreApi<EnsembleState>,
    config: EnsembleConfig,
    base: HistoryBase | null = null,
  ) {
    this.store = store;
    this.history = new TxnHistory(base);
    this.#live = { ...initialState(config), committedZxid: base?.zxid ?? 0 };
    this.show();
  }

  /** What has been recorded; ahead of the store until `show`. */
  get live(): EnsembleState {
    return this.#live;
  }

  /** Puts what has been recorded into the store, which whoever draws it subscribes to. */
  show(): void {
    this.store.setState(this.#live, true);
  }

  /** Judges the run from its beginning, which must still be kept, and from now on. */
  judgeBy(invariants: readonly LiveInvariant[]): void {
    for (const event of this.events) for (const one of invariants) one.observe(event);
    this.#invariants = invariants;
    this.#live = { ...this.#live, invariants: viewOf(invariants) };
    this.show();
  }

  /** `nowUs`: virtual time up to which everything has been recorded. */
  record(events: readonly TraceEvent[], nowUs: number): void {
    const before = this.#live;
    const draft = new Draft(before);
    const sentences: NarrationLine[] = [];
    for (const event of events) this.#fold(event, draft, sentences);
    this.messages.prune(nowUs);
    this.#live = this.#nextState(before, draft, sentences, nowUs);
  }

  #fold(event: TraceEvent, draft: Draft, sentences: NarrationLine[]): void {
    this.#eventCount += 1;
    this.events.push(event);
    for (const invariant of this.#invariants) invariant.observe(event);
    foldServer(draft, event);
    foldNetwork(draft, event);
    foldProcess(draft, event);
    foldClient(draft, event);
    this.messages.fold(event);
    this.kafka.fold(event);
    this.#watches.fold(event);
    this.history.fold(event);
    const sentence = narrate(event, draft);
    if (sentence === null) return;
    this.#narrationCount += 1;
    const { atUs, who } = event;
    sentences.push({ index: this.#narrationCount, atUs, who, ...sentence });
  }

  #nextState(
    before: EnsembleState,
    draft: Draft,
    sentences: readonly NarrationLine[],
    nowUs: number,
  ): EnsembleState {
    const servers = draft.servers.all;
    return {
      nowUs,
      servers,
      clients: draft.clients.all,
      sessions: draft.sessions.all,
      txns: draft.txns,
      links: draft.links.all,
      watches: this.#watches.list(),
      narration:
        sentences.length === 0
          ? before.narration
          : [...before.narration, ...sentences].slice(-NARRATION_WINDOW),
      invariants: this.#judge(before),
      leader: leaderOf(servers),
      committedZxid: draft.committedZxid,
      eventCount: this.#eventCount,
    };
  }

  #judge(before: EnsembleState): EnsembleState['invariants'] {
    const isSame = this.#invariants.every(
      (one, index) => (one.violation ?? '') === before.invariants[index]?.witness,
    );
    return isSame ? before.invariants : viewOf(this.#invariants);
  }
}

export function initialState(config: EnsembleConfig): EnsembleState {
  const servers: Record<string, ServerView> = {};
  for (let sid = 1; sid <= config.participants + config.observers; sid++) {
    servers[serverId(sid)] = newServer(serverId(sid), sid > config.participants);
  }
  return {
    nowUs: 0,
    servers,
    clients: {},
    sessions: {},
    txns: new Map(),
    links: {},
    watches: [],
    narration: [],
    invariants: [],
    leader: null,
    committedZxid: 0,
    eventCount: 0,
  };
}

function viewOf(invariants: readonly LiveInvariant[]): EnsembleState['invariants'] {
  return invariants.map(({ id, title, violation }) => ({
    id,
    title,
    state: violation === null ? 'holds' : 'broken',
    witness: violation ?? '',
  }));
}

/** The established leader of the newest epoch that is up, or null. */
function leaderOf(servers: EnsembleState['servers']): string | null {
  let newest: ServerView | null = null;
  for (const server of Object.values(servers)) {
    if (!server.established || server.state !== 'LEADING' || server.process === 'down') continue;
    if (newest === null || server.currentEpoch > newest.currentEpoch) newest = server;
  }
  return newest?.id ?? null;
}
