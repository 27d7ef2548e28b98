/**
 * The client connections of one server, by number and by session.
 * Source: ZooKeeper ServerCnxnFactory.
 *
 * Invariants: 1. a session has at most one connection here. 2. A closed connection is in neither
 * table, has no watches and nothing pending, and nothing more is sent on it.
 * Departs: connections are limited in all and not per address; clients here share few addresses.
 */

import type { ACL } from '../../protocol/acl.ts';
import { Perms } from '../../protocol/acl.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { ServerContext } from '../context.ts';
import type { ConnectionId } from '../events.ts';
import { checkACL } from '../tree/acl.ts';
import { WatchManager } from '../tree/WatchManager.ts';
import { ServerCnxn } from './ServerCnxn.ts';
import { ServerStats } from './ServerStats.ts';

/** Paths that one connection may watch. */
const WATCHES_PER_CONNECTION_MAX = 10_000;

export class ServerCnxnFactory {
  readonly stats = new ServerStats();
  readonly watches: WatchManager;
  private readonly context: ServerContext;
  private readonly byId = new Map<ConnectionId, ServerCnxn>();
  private readonly bySession = new Map<bigint, ServerCnxn>();

  constructor(context: ServerContext) {
    this.context = context;
    this.watches = new WatchManager({
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
    return this.all.reduce((sum, { pending }) => sum + pending.length, 0);
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
    if (this.byId.size >= this.context.config.clientConnectionsMax) {
      this.context.emit({ type: 'closeClient', connection: id });
      return;
    }
    this.byId.set(id, new ServerCnxn(this.context, this.stats, { id, address }));
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
    if (cnxn !== undefined) this.forget(cnxn, 'closed by the client');
  }

  private forget(cnxn: ServerCnxn, reason: string): void {
    if (cnxn.state === 'connected' || cnxn.state === 'closing') {
      const sessionId = formatSessionId(cnxn.sessionId);
      this.context.trace({ type: 'connectionClosed', connection: cnxn.id, sessionId, reason });
    }
    cnxn.state = 'closed';
    cnxn.pending.length = 0;
    cnxn.held.length = 0;
    this.byId.delete(cnxn.id);
    if (this.bySession.get(cnxn.sessionId) === cnxn) this.bySession.delete(cnxn.sessionId);
    this.watches.removeConnection(cnxn.id);
  }

  private canRead(connection: ConnectionId, acl: readonly ACL[]): boolean {
    return checkACL(acl, Perms.READ, this.get(connection)?.authInfo ?? []);
  }
}
