/**
 * What the znodes were after each committed txn, worked out from the txns alone: a second, far
 * simpler tree to judge the servers' trees by. Shared like Histories.
 */

import { KeeperErrorCode } from '../protocol/errors.ts';
import { parentOf } from '../protocol/paths.ts';
import type { SubTxnBody, Txn } from '../protocol/txns.ts';
import { isFailedTxn } from '../protocol/txns.ts';
import type { Zxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BoundedMap } from './BoundedMap.ts';
import type { CommittedTxns } from './CommittedTxns.ts';

export interface Znode {
  readonly czxid: Zxid;
  readonly mzxid: Zxid;
  readonly pzxid: Zxid;
  readonly version: number;
  /** Session of an ephemeral, else 0. */
  readonly owner: bigint;
}

interface State {
  /** From this txn on. */
  readonly since: Zxid;
  /** Null: there is none. */
  readonly znode: Znode | null;
  /** The session whose end removed it. */
  readonly closed: bigint | null;
}

const PATHS_MAX = 50_000;
/** Per path. */
const STATES_MAX = 32;
const NO_STATES: readonly State[] = [];

export class Znodes {
  private readonly committed: CommittedTxns;
  private readonly states = new BoundedMap<string, readonly State[]>(PATHS_MAX);
  /** Live sessions, with the paths of their ephemerals. */
  private readonly ephemerals = new Map<bigint, Set<string>>();
  private last: TraceEvent | null = null;

  constructor(committed: CommittedTxns) {
    this.committed = committed;
  }

  observe(event: TraceEvent): void {
    if (event === this.last) return;
    this.last = event;
    this.committed.observe(event);
    for (const txn of this.committed.fresh) this.apply(txn);
  }

  isLive(session: bigint): boolean {
    return this.ephemerals.has(session);
  }

  /** As it was after `zxid`; undefined if that is not known (any more). */
  at(path: string, zxid: Zxid): State | undefined {
    if (zxid > this.committed.end) return undefined;
    const states = this.states.get(path) ?? NO_STATES;
    for (let i = states.length - 1; i >= 0; i--) {
      const state = states[i];
      if (state !== undefined && state.since <= zxid) return state;
    }
    return undefined;
  }

  /** Every path that there is, sorted. */
  paths(): readonly string[] {
    const paths: string[] = [];
    for (const [path, states] of this.states.entries()) {
      if (states.at(-1)?.znode) paths.push(path);
    }
    return paths.sort();
  }

  private apply({ header, body }: Txn): void {
    if (isFailedTxn(body)) return;
    if (body.type !== 'multi') this.change(body, header.zxid, header.clientId);
    else for (const part of body.txns) this.change(part, header.zxid, header.clientId);
  }

  private change(body: SubTxnBody, zxid: Zxid, session: bigint): void {
    switch (body.type) {
      case 'createSession':
        this.ephemerals.set(session, new Set());
        return;
      case 'closeSession':
        for (const path of this.ephemerals.get(session) ?? []) this.remove(path, zxid, session);
        this.ephemerals.delete(session);
        return;
      case 'create':
      case 'create2':
        return this.create(body.path, zxid, body.ephemeral ? session : 0n);
      case 'createContainer':
      case 'createTTL':
        return this.create(body.path, zxid, 0n);
      case 'delete':
      case 'deleteContainer':
        return this.remove(body.path, zxid, null);
      case 'setData': {
        const znode = this.states.get(body.path)?.at(-1)?.znode;
        if (znode) this.put(body.path, zxid, { ...znode, mzxid: zxid, version: body.version });
        return;
      }
    }
  }

  private create(path: string, zxid: Zxid, owner: bigint): void {
    this.put(path, zxid, { czxid: zxid, mzxid: zxid, pzxid: zxid, version: 0, owner });
    if (owner !== 0n) this.ephemerals.get(owner)?.add(path);
    this.touchParent(path, zxid);
  }

  private remove(path: string, zxid: Zxid, closed: bigint | null): void {
    const owner = this.states.get(path)?.at(-1)?.znode?.owner ?? 0n;
    if (closed === null && owner !== 0n) this.ephemerals.get(owner)?.delete(path);
    this.put(path, zxid, null, closed);
    this.touchParent(path, zxid);
  }

  private touchParent(path: string, zxid: Zxid): void {
    const parent = parentOf(path);
    const znode = this.states.get(parent)?.at(-1)?.znode;
    if (znode) this.put(parent, zxid, { ...znode, pzxid: zxid });
  }

  private put(path: string, since: Zxid, znode: Znode | null, closed: bigint | null = null): void {
    const states = (this.states.get(path) ?? NO_STATES).filter((state) => state.since < since);
    this.states.set(path, [...states.slice(1 - STATES_MAX), { since, znode, closed }]);
  }
}

/** What an operation's error says of the path: that it is there, that it is not, or nothing. */
export function toldByError(op: string, error: number): 'there' | 'absent' | null {
  if (error === KeeperErrorCode.NODEEXISTS) return 'there';
  const isAboutPath = op !== 'multi' && !op.startsWith('create');
  return error === KeeperErrorCode.NONODE && isAboutPath ? 'absent' : null;
}
