/**
 * Folds the trace into what the screen shows. Batches come in global order, and what did not
 * change keeps its identity.
 */

import { RingBuffer } from '../../base/RingBuffer.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import { serverId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { KafkaTable } from '../kafkaTable.ts';
import type { EnsembleState, NarrationLine, ServerView } from '../model.ts';
import { NARRATION_WINDOW, TRACE_WINDOW } from '../model.ts';
import { Chronicle } from './Chronicle.ts';
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
  readonly messages = new MessageTable();
  readonly history: TxnHistory;
  readonly kafka = new KafkaTable();
  readonly chronicle = new Chronicle();
  readonly events = new RingBuffer<TraceEvent>(TRACE_WINDOW);
  readonly #watches = new WatchTable();
  #invariants: readonly LiveInvariant[] = [];
  #live: EnsembleState;
  #eventCount = 0;
  #narrationCount = 0;

  /** Begins a run: an ensemble in which nothing has happened. */
  constructor(config: EnsembleConfig, base: HistoryBase | null = null) {
    this.history = new TxnHistory(base);
    this.#live = { ...initialState(config), committedZxid: base?.zxid ?? 0 };
  }

  /** What has been recorded; the lab shows it when it says so. */
  get live(): EnsembleState {
    return this.#live;
  }

  /** Judges the run from its beginning, which must still be kept, and from now on. */
  judgeBy(invariants: readonly LiveInvariant[]): void {
    for (const event of this.events) for (const one of invariants) one.observe(event);
    this.#invariants = invariants;
    this.#live = { ...this.#live, invariants: viewOf(invariants) };
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
    this.chronicle.fold(event, draft, sentence);
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
      invariants: this.#judge(before, nowUs),
      leader: leaderOf(servers),
      committedZxid: draft.committedZxid,
      eventCount: this.#eventCount,
    };
  }

  #judge(before: EnsembleState, nowUs: number): EnsembleState['invariants'] {
    const changed = this.#invariants.filter(
      ({ violation }, index) => (violation ?? '') !== before.invariants[index]?.witness,
    );
    for (const { title, violation } of changed) {
      const text = `Broken: ${title}. ${violation ?? ''}`;
      this.chronicle.note({ atUs: nowUs, kind: 'broken', text });
    }
    return changed.length === 0 ? before.invariants : viewOf(this.#invariants);
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
