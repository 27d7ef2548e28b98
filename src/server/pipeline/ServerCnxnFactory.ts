/**
 * The client connections of one server, by number and by session.
 * Source: ZooKeeper ServerCnxnFactory.
 *
 * Invariants: 1. a session has at most one connection here. 2. A closed connection is in none of
 * the tables, has no watches and nothing pending, and nothing more is sent on it.
 * Departs: connections are limited in all as well, not only per address.
 */

import type { ACL } from '../../protocol/acl.ts';
import { Perms } from '../../protocol/acl.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { ServerContext } from '../context.ts';
import type { ConnectionId } from '../events.ts';
import { checkACL } from '../tree/acl.ts';
import { WatchManager } from '../tree/WatchManager.ts';
import { ExpiryQueue } from './ExpiryQueue.ts';
import { ServerCnxn } from './ServerCnxn.ts';
import { ServerStats } from './ServerStats.ts';

/** Paths that one connection may watch. */
const WATCHES_PER_CONNECTION_MAX = 10_000;

/**
 * zookeeper.nio.sessionlessCnxnTimeout: how long a connection may say nothing before it has a
 * session. Also how often the silent ones are looked for.
 */
const SESSIONLESS_TIMEOUT_MS = 10_000;

export class ServerCnxnFactory {
  readonly stats = new ServerStats();
  readonly watches: WatchManager;
  private readonly context: ServerContext;
  private readonly onClosed: () => void;
  private readonly byId = new Map<ConnectionId, ServerCnxn>();
  private readonly bySession = new Map<bigint, ServerCnxn>();
  private readonly countByHost = new Map<string, number>();
  private readonly expiry: ExpiryQueue<ServerCnxn>;

  /** `onClosed`: what a connection asked for is given up. */
  constructor(context: ServerContext, onClosed: () => void) {
    this.context = context;
    this.onClosed = onClosed;
    this.expiry = new ExpiryQueue(SESSIONLESS_TIMEOUT_MS, context.nowMs);
    this.watches = new WatchManager({
      metrics: context.metrics,
      watchesPerConnectionMax: WATCHES_PER_CONNECTION_MAX,
      deliver: (connection, event, zxid) => this.get(connection)?.sendWatchEvent(event, zxid),
      canRead: (connection, acl) => this.canRead(connection, acl),
    });
  }

  get size(): number {
    return this.byId.size;
  }

  /** Requests that are not answered yet. */
  get outstanding(): number {
    return this.stats.outstanding;
  }

  get all(): readonly ServerCnxn[] {
    return [...this.byId.values()];
  }

  get(connection: ConnectionId): ServerCnxn | undefined {
    return this.byId.get(connection);
  }

  ofSession(sessionId: bigint): ServerCnxn | undefined {
    return this.bySession.get(sessionId);
  }

  open(id: ConnectionId, address: string): void {
    const { clientConnectionsMax, maxClientCnxns } = this.context.config;
    const cnxn = new ServerCnxn(this.context, this.stats, { id, address });
    const count = this.countByHost.get(cnxn.host) ?? 0;
    const isOneTooMany = maxClientCnxns > 0 && count >= maxClientCnxns;
    if (isOneTooMany || this.byId.size >= clientConnectionsMax) {
      this.context.metrics.counters.connection_rejected++;
      this.context.emit({ type: 'closeClient', connection: id });
      return;
    }
    if (this.byId.size === 0) this.armTimer();
    this.byId.set(id, cnxn);
    this.countByHost.set(cnxn.host, count + 1);
    this.touch(cnxn);
  }

  /** Something came: it may be silent for its session's timeout again. */
  touch(cnxn: ServerCnxn): void {
    this.expiry.update(cnxn, cnxn.timeoutMs || SESSIONLESS_TIMEOUT_MS, this.context.nowMs);
  }

  /** When `connectionExpiry` fires. */
  closeExpired(): void {
    for (const cnxn of this.expiry.poll(this.context.nowMs)) {
      this.context.metrics.counters.sessionless_connections_expired++;
      this.close(cnxn, 'silent for too long');
    }
    if (this.byId.size > 0) this.armTimer();
  }

  /** Connections by the time at which they expire. */
  dump(): ReturnType<ExpiryQueue<ServerCnxn>['dump']> {
    return this.expiry.dump();
  }

  /** The connection speaks for this session from now on; another one that did is closed. */
  bind(cnxn: ServerCnxn, sessionId: bigint): void {
    const before = this.bySession.get(sessionId);
    if (before !== undefined) this.close(before, 'session attached again');
    cnxn.sessionId = sessionId;
    this.bySession.set(sessionId, cnxn);
  }

  /** After what was sent has left. */
  close(cnxn: ServerCnxn, reason: string): void {
    if (cnxn.isClosed) return;
    this.forget(cnxn, reason);
    this.context.emit({ type: 'closeClient', connection: cnxn.id });
  }

  closeAll(reason: string): void {
    for (const cnxn of this.all) this.close(cnxn, reason);
  }

  /** The client, or the network, closed it. */
  onDisconnected(connection: ConnectionId): void {
    const cnxn = this.byId.get(connection);
    if (cnxn === undefined) return;
    this.context.metrics.counters.connection_drop_count++;
    this.forget(cnxn, 'closed by the client');
  }

  private forget(cnxn: ServerCnxn, reason: string): void {
    if (cnxn.state === 'connected' || cnxn.state === 'closing') {
      const sessionId = formatSessionId(cnxn.sessionId);
      this.context.trace({ type: 'connectionClosed', connection: cnxn.id, sessionId, reason });
    }
    cnxn.state = 'closed';
    this.context.metrics.counters.stale_replies += cnxn.forgetPending();
    cnxn.held.length = 0;
    this.byId.delete(cnxn.id);
    this.expiry.remove(cnxn);
    const count = (this.countByHost.get(cnxn.host) ?? 0) - 1;
    if (count > 0) this.countByHost.set(cnxn.host, count);
    else this.countByHost.delete(cnxn.host);
    if (this.bySession.get(cnxn.sessionId) === cnxn) this.bySession.delete(cnxn.sessionId);
    this.watches.removeConnection(cnxn.id);
    this.onClosed();
  }

  private armTimer(): void {
    this.context.setTimer('connectionExpiry', this.expiry.waitMs(this.context.nowMs));
  }

  private canRead(connection: ConnectionId, acl: readonly ACL[]): boolean {
    return checkACL(acl, Perms.READ, this.get(connection)?.authInfo ?? []);
  }
}
