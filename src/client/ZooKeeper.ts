/**
 * The handle that programs use: one method per operation, each a promise that rejects with
 * KeeperError. Requests are carried out in the order in which they were made, and no reply shows a
 * state older than an earlier one. Reads may lag behind other clients' writes: `sync` first.
 * Source: org.apache.zookeeper.ZooKeeper; Programmer's Guide, "Consistency Guarantees".
 */

import { utf8Encode } from '../base/utf8.ts';
import type { ACL } from '../protocol/acl.ts';
import { KeeperErrorCode } from '../protocol/errors.ts';
import type { AddWatchModeName, WatcherTypeName } from '../protocol/events.ts';
import { AddWatchMode, WatcherType } from '../protocol/events.ts';
import type { MultiReadOp, MultiResult } from '../protocol/multi.ts';
import type { ClientInfo } from '../protocol/records.ts';
import type { RequestOf, ResponseName, ResponseOf } from '../protocol/requests.ts';
import type { SessionId } from '../protocol/sessionId.ts';
import type { Stat } from '../protocol/stat.ts';
import { asZxid } from '../protocol/zxid.ts';
import { type ClientSession, isConnected, type StateListener } from './ClientSession.ts';
import { multiError, pathOf } from './describeRequest.ts';
import { KeeperError, MultiError } from './KeeperError.ts';
import type { CreateOptions, Op, ZnodeData } from './ops.ts';
import { createOp, toBytes } from './ops.ts';
import type { Registration } from './SessionWatches.ts';
import type { ClientState } from './trace.ts';
import { requirePath } from './validatePath.ts';
import type { Watcher } from './watch.ts';

/** Matches any version. */
export const ANY_VERSION = -1;

/** Either in full (`members`) or by parts; texts as in ZooKeeper's reconfig. */
export interface MemberChange {
  /** 'server.4=host:quorumPort:electionPort:role;clientPort,...' */
  readonly joining?: string;
  /** '2,3' */
  readonly leaving?: string;
  /** Specifications of all servers, separated by commas or newlines. */
  readonly members?: string;
}

export class ZooKeeper {
  private readonly session: ClientSession;

  constructor(session: ClientSession) {
    this.session = session;
  }

  get state(): ClientState {
    return this.session.state;
  }

  get isAlive(): boolean {
    return this.session.isAlive;
  }

  get sessionId(): SessionId {
    return this.session.sessionId;
  }

  get sessionTimeoutMs(): number {
    return this.session.timeoutMs;
  }

  /** Called at every change from now on; returns what ends that. Must not throw. */
  onState(listener: StateListener): () => void {
    return this.session.onState(listener);
  }

  /** Resolves when there is a connection; rejects with the session's end. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (state: ClientState): boolean => {
        if (isConnected(state)) resolve();
        else if (!this.session.isAlive) reject(new KeeperError(deathCode(state), ''));
        else return false;
        return true;
      };
      if (settle(this.state)) return;
      const stop = this.onState((state) => {
        if (settle(state)) stop();
      });
    });
  }

  /** Returns the path, which a sequential mode completes. `data` null is not the same as empty. */
  async create(path: string, data: ZnodeData, options: CreateOptions = {}): Promise<string> {
    const op = createOp(path, data, options);
    return (await this.sendCreate(op)).path;
  }

  /** As `create`, with the Stat of the new znode. */
  async create2(
    path: string,
    data: ZnodeData,
    options: CreateOptions = {},
  ): Promise<ResponseOf<'create2'>> {
    const op = createOp(path, data, options);
    return this.sendCreate(op.type === 'create' ? { ...op, type: 'create2' } : op);
  }

  async delete(path: string, version = ANY_VERSION): Promise<void> {
    await this.call<'delete'>({ type: 'delete', path: requirePath(path), version });
  }

  /** Null when there is no such znode; the watch then waits for its creation. */
  async exists(path: string, watcher?: Watcher): Promise<Stat | null> {
    const request = { type: 'exists', path: requirePath(path), watch: !!watcher } as const;
    const watch = watcher && ({ kind: 'data', kindIfAbsent: 'exist', watcher } as const);
    try {
      return (await this.call<'exists'>(request, watch)).stat;
    } catch (error) {
      if (error instanceof KeeperError && error.code === KeeperErrorCode.NONODE) return null;
      throw error;
    }
  }

  /** NONODE sets no watch. */
  async getData(path: string, watcher?: Watcher): Promise<ResponseOf<'getData'>> {
    const request = { type: 'getData', path: requirePath(path), watch: !!watcher } as const;
    return this.call<'getData'>(request, watcher && { kind: 'data', watcher });
  }

  async setData(path: string, data: ZnodeData, version = ANY_VERSION): Promise<Stat> {
    requirePath(path);
    const request = { type: 'setData', path, data: toBytes(data), version } as const;
    return (await this.call<'setData'>(request)).stat;
  }

  /** Names without path, in no order to rely on. NONODE sets no watch. */
  async getChildren(path: string, watcher?: Watcher): Promise<ResponseOf<'getChildren2'>> {
    const request = { type: 'getChildren2', path: requirePath(path), watch: !!watcher } as const;
    return this.call<'getChildren2'>(request, watcher && { kind: 'child', watcher });
  }

  async getACL(path: string): Promise<ResponseOf<'getACL'>> {
    return this.call<'getACL'>({ type: 'getACL', path: requirePath(path) });
  }

  /** `aversion`: that of the ACL, not of the data. */
  async setACL(path: string, acl: readonly ACL[], aversion = ANY_VERSION): Promise<Stat> {
    requirePath(path);
    const request = { type: 'setACL', path, acl, version: aversion } as const;
    return (await this.call<'setACL'>(request)).stat;
  }

  /** Reads after it see everything that was committed before it reached the leader. */
  async sync(path: string): Promise<void> {
    await this.call<'sync'>({ type: 'sync', path: requirePath(path) });
  }

  /**
   * Changes the members of the ensemble; returns the new configuration. `fromVersion`: only if that
   * is the version in force.
   */
  async reconfig(change: MemberChange, fromVersion = ANY_VERSION): Promise<ResponseOf<'reconfig'>> {
    const { joining = null, leaving = null, members = null } = change;
    return this.call<'reconfig'>({
      type: 'reconfig',
      joiningServers: joining,
      leavingServers: leaving,
      newMembers: members,
      curConfigId: asZxid(fromVersion),
    });
  }

  /** All or nothing; rejects with MultiError. Results are in the order of `ops`. */
  async multi(ops: readonly Op[]): Promise<readonly MultiResult[]> {
    const request: RequestOf<'multi'> = {
      type: 'multi',
      ops: ops.map((op) => ({ ...op, path: this.session.chroot.toServer(op.path ?? '') })),
    };
    const { results: answers } = await this.call<'multi'>(request);
    const results = answers.map((answer) =>
      'path' in answer ? { ...answer, path: this.session.chroot.toClient(answer.path) } : answer,
    );
    const code = multiError(results);
    if (code === 0) return results;
    const cause = results.findIndex((result) => result.type === 'error' && result.err === code);
    throw new MultiError(code, ops[cause]?.path ?? '', results);
  }

  /** Each read succeeds or fails by itself; all see the same state. */
  async multiRead(ops: readonly MultiReadOp[]): Promise<readonly MultiResult[]> {
    const request: RequestOf<'multiRead'> = {
      type: 'multiRead',
      ops: ops.map((op) => ({ ...op, path: this.session.chroot.toServer(requirePath(op.path)) })),
    };
    return (await this.call<'multiRead'>(request)).results;
  }

  /** A watch that stays. The znode need not exist. */
  async addWatch(path: string, mode: AddWatchModeName, watcher: Watcher): Promise<void> {
    const kind = mode === 'PERSISTENT' ? 'persistent' : 'persistentRecursive';
    const request = {
      type: 'addWatch',
      path: requirePath(path),
      mode: AddWatchMode[mode],
    } as const;
    await this.call<'addWatch'>(request, { kind, watcher });
  }

  /**
   * Ends the watches of this session on a path; each is told. NOWATCHER if it has none.
   * `isLocal`: forget them even if the server cannot be told.
   */
  async removeWatches(path: string, type: WatcherTypeName, isLocal = false): Promise<void> {
    const serverPath = this.session.chroot.toServer(requirePath(path));
    if (!this.session.watches.manager.has(type, serverPath)) {
      throw new KeeperError(KeeperErrorCode.NOWATCHER, path);
    }
    const request = { type: 'removeWatches', path, watcherType: WatcherType[type] } as const;
    try {
      await this.call<'removeWatches'>(request);
    } catch (error) {
      if (isLocal) this.session.watches.forget(type, serverPath);
      throw error;
    }
    this.session.watches.forget(type, serverPath);
  }

  /** AUTHFAILED ends the session. For `digest`, `auth` is `user:password`. */
  addAuth(scheme: string, auth: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.session.addAuth(scheme, utf8Encode(auth), (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  async whoAmI(): Promise<readonly ClientInfo[]> {
    return (await this.call<'whoAmI'>({ type: 'whoAmI' })).clientInfo;
  }

  /** Ephemerals of this session whose path begins with `prefix`, a plain string. */
  async getEphemerals(prefix = '/'): Promise<readonly string[]> {
    const prefixPath = this.session.chroot.toServer(prefix);
    const { ephemerals } = await this.call<'getEphemerals'>({ type: 'getEphemerals', prefixPath });
    return ephemerals.map((path) => this.session.chroot.toClient(path));
  }

  /** How many znodes are below. */
  async getAllChildrenNumber(path: string): Promise<number> {
    const request = { type: 'getAllChildrenNumber', path: requirePath(path) } as const;
    return (await this.call<'getAllChildrenNumber'>(request)).totalNumber;
  }

  /** Ends the session and with it its ephemerals. Never rejects. */
  close(): Promise<void> {
    return new Promise((resolve) => this.session.close(resolve));
  }

  private async sendCreate(
    op: RequestOf<'create' | 'create2' | 'createContainer' | 'createTTL'>,
  ): Promise<ResponseOf<'create2'>> {
    const answer = await this.call<'create2'>(op as RequestOf<'create2'>);
    return { ...answer, path: this.session.chroot.toClient(answer.path) };
  }

  /** `request` has client paths; a path at its top is translated here. */
  private call<K extends ResponseName>(
    request: RequestOf<K>,
    watch?: Registration,
  ): Promise<ResponseOf<K>> {
    const path = pathOf(request);
    const sent = path === '' ? request : { ...request, path: this.session.chroot.toServer(path) };
    return new Promise((resolve, reject) => {
      this.session.submit<K>(
        sent,
        (result) => {
          if (result.ok) resolve(result.value);
          else reject(result.error);
        },
        watch,
      );
    });
  }
}

function deathCode(state: ClientState): number {
  return state === 'authFailed' ? KeeperErrorCode.AUTHFAILED : KeeperErrorCode.SESSIONEXPIRED;
}
