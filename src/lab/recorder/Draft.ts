/**
 * The next state while a batch of events is folded into it. An entry is copied when the batch
 * first touches it, so that what did not change keeps its identity.
 */

import { numberOf, type ParticipantId } from '../../network/address.ts';
import { isHealthy } from '../../network/LinkModel.ts';
import type {
  ClientView,
  EnsembleState,
  LinkView,
  ServerView,
  SessionView,
  TxnView,
} from '../model.ts';
import { TXN_WINDOW } from '../model.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Sessions kept, those that have ended included. */
const SESSIONS_MAX = 4_000;

export class Draft {
  readonly servers: Table<ServerView>;
  readonly clients: Table<ClientView>;
  readonly sessions: Table<SessionView>;
  readonly links: Table<LinkView>;
  committedZxid: number;
  #txns: Map<number, TxnView> | null = null;
  readonly #txnsBefore: ReadonlyMap<number, TxnView>;

  constructor(before: EnsembleState) {
    this.servers = new Table(before.servers);
    this.clients = new Table(before.clients);
    this.sessions = new Table(before.sessions);
    this.links = new Table(before.links);
    this.#txnsBefore = before.txns;
    this.committedZxid = before.committedZxid;
  }

  get txns(): ReadonlyMap<number, TxnView> {
    return this.#txns ?? this.#txnsBefore;
  }

  /** Null for who is no server of this ensemble. */
  server(id: ParticipantId): Mutable<ServerView> | null {
    return this.servers.edit(id);
  }

  /** A client that nobody has heard of yet is added. */
  client(id: ParticipantId): Mutable<ClientView> {
    return this.clients.edit(id) ?? this.clients.add(id, newClient(id));
  }

  /** A session that nobody has heard of yet is added. */
  session(sessionId: string): Mutable<SessionView> {
    const session = this.sessions.edit(sessionId);
    if (session !== null) return session;
    this.#forgetSession();
    return this.sessions.add(sessionId, newSession(sessionId));
  }

  setTxn(txn: TxnView): void {
    this.#txns ??= new Map(this.#txnsBefore);
    this.#txns.set(txn.zxid, txn);
    for (const oldest of this.#txns.keys()) {
      if (this.#txns.size <= TXN_WINDOW) break;
      this.#txns.delete(oldest);
    }
  }

  setLink(link: LinkView): void {
    const key = `${link.from} ${link.to}`;
    if (isHealthy(link)) this.links.remove(key);
    else this.links.add(key, link);
  }

  /** Makes room for one more: the oldest that has ended goes, or else the oldest. */
  #forgetSession(): void {
    const ids = Object.keys(this.sessions.all);
    if (ids.length < SESSIONS_MAX) return;
    const ended = ids.find((id) => this.sessions.all[id]?.state !== 'live');
    this.sessions.remove(ended ?? ids[0] ?? '');
  }
}

/** A record of entries, copied at the first change; so is each entry. */
class Table<T extends object> {
  #all: Readonly<Record<string, T>>;
  #own: Record<string, T> | null = null;
  readonly #copies = new Set<T>();

  constructor(before: Readonly<Record<string, T>>) {
    this.#all = before;
  }

  get all(): Readonly<Record<string, T>> {
    return this.#all;
  }

  edit(key: string): Mutable<T> | null {
    const entry = this.#all[key];
    if (entry === undefined || this.#copies.has(entry)) return entry ?? null;
    return this.add(key, { ...entry });
  }

  /** `entry` is kept and may be changed by this batch. */
  add(key: string, entry: T): Mutable<T> {
    this.#copies.add(entry);
    this.#writable()[key] = entry;
    return entry;
  }

  remove(key: string): void {
    if (this.#all[key] !== undefined) delete this.#writable()[key];
  }

  #writable(): Record<string, T> {
    if (this.#own === null) {
      this.#own = { ...this.#all };
      this.#all = this.#own;
    }
    return this.#own;
  }
}

export function newServer(id: ParticipantId, observer: boolean): ServerView {
  return {
    sid: numberOf(id),
    id,
    observer,
    process: 'down',
    fault: '',
    state: 'LOOKING',
    phase: 'ELECTION',
    leader: null,
    acceptedEpoch: 0,
    currentEpoch: 0,
    lastLogged: 0,
    lastCommitted: 0,
    lastApplied: 0,
    digest: '',
    vote: null,
    ballots: {},
    timers: {},
    synced: [],
    established: false,
    log: [],
    connections: 0,
    diskBytes: 0,
  };
}

function newClient(id: ParticipantId): ClientView {
  return {
    id,
    process: 'up',
    state: 'connecting',
    server: null,
    sessionId: '',
    timeoutMs: 0,
    pending: [],
    lastZxid: 0,
    beliefs: [],
    steps: {},
    lastResult: '',
  };
}

function newSession(sessionId: string): SessionView {
  return {
    sessionId,
    timeoutMs: 0,
    server: null,
    client: null,
    state: 'live',
    expiresAtMs: 0,
  };
}
