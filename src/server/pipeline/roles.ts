/**
 * What the pipeline does differently on a leader, on a learner, and without a leader.
 * Source: ZooKeeper LeaderZooKeeperServer, LearnerZooKeeperServer, ReadOnlyZooKeeperServer.
 */

import { assert } from '../../base/assert.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import { encodeRequestBody } from '../../protocol/requests.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { Proposal, Replication, SessionTimeout } from '../replication.ts';
import type { CommitProcessor } from './CommitProcessor.ts';
import { ContainerManager } from './ContainerManager.ts';
import { dumpBuckets } from './dumpBuckets.ts';
import { LearnerSessionTracker } from './LearnerSessionTracker.ts';
import type { LocalSessionTracker } from './LocalSessionTracker.ts';
import { PrepRequestProcessor } from './PrepRequestProcessor.ts';
import { makeRequest, type Request } from './Request.ts';
import type { RequestThrottler } from './RequestThrottler.ts';
import { SessionTrackerImpl } from './SessionTrackerImpl.ts';

export interface RoleParts {
  readonly context: ServerContext;
  readonly database: Database;
  readonly replication: Replication;
  readonly local: LocalSessionTracker;
}

export class LeaderZooKeeperServer {
  readonly role = 'leader';
  readonly local: LocalSessionTracker;
  readonly sessions: SessionTrackerImpl;
  readonly containers: ContainerManager;
  /** Virtual ms. */
  readonly sinceMs: number;
  private readonly context: ServerContext;
  private readonly prep: PrepRequestProcessor;

  constructor(parts: RoleParts, epoch: number) {
    this.context = parts.context;
    this.local = parts.local;
    this.sinceMs = parts.context.nowMs;
    this.sessions = new SessionTrackerImpl(parts.context, parts.database.sessions);
    this.prep = new PrepRequestProcessor({ ...parts, sessions: this.sessions }, epoch);
    this.containers = new ContainerManager(parts.context, parts.database, (path) =>
      this.submitOwn(
        OpCode.deleteContainer,
        0n,
        encodeRequestBody({ type: 'deleteContainer', path }),
      ),
    );
  }

  stop(): void {
    this.prep.stop();
    this.context.cancelTimer('sessionExpiry');
    this.context.cancelTimer('containerCheck');
  }

  /** False if the session is gone: what its client asks is dropped. */
  touch(sessionId: bigint, timeoutMs: number): boolean {
    return this.sessions.touchSession(sessionId, timeoutMs);
  }

  /** The leader knows owners, and asks for them whatever is requested of it. */
  hasMoved({ sessionId, owner }: Request): boolean {
    return this.sessions.checkSession(sessionId, owner) === KeeperErrorCode.SESSIONMOVED;
  }

  submit(request: Request): void {
    this.prep.processRequest(request);
  }

  reopenSession(session: SessionTimeout, done: (valid: boolean) => void): void {
    const valid = this.sessions.touchSession(session.sessionId, session.timeoutMs);
    if (valid) this.sessions.setOwner(session.sessionId, this.context.config.sid);
    done(valid);
  }

  onApplied({ zxid, txn }: Proposal): void {
    this.prep.changes.forget(zxid);
    if (txn.body.type === 'closeSession') this.sessions.removeSession(txn.header.clientId);
  }

  onSessionExpiry(): void {
    for (const sessionId of this.sessions.takeExpired()) this.closeSession(sessionId);
  }

  expireSession(sessionId: bigint): void {
    if (!this.sessions.isAlive(sessionId)) return;
    this.sessions.expire(sessionId);
    this.closeSession(sessionId);
  }

  /** Lines of the `dump` word. */
  dumpSessions(): readonly string[] {
    return dumpBuckets('Session', this.sessions.dump(), formatSessionId, this.context);
  }

  private closeSession(sessionId: bigint): void {
    this.submitOwn(OpCode.closeSession, sessionId, new Uint8Array(0));
  }

  private submitOwn(opcode: number, sessionId: bigint, body: Uint8Array): void {
    const request = { sessionId, cxid: 0, opcode, body, authinfo: [] };
    const source = { owner: null, receivedAtMs: this.context.nowMs };
    this.submit(makeRequest(request, source));
  }
}

export class LearnerZooKeeperServer {
  readonly role: 'follower' | 'observer';
  readonly local: LocalSessionTracker;
  readonly sessions = new LearnerSessionTracker();
  private readonly database: Database;
  private readonly replication: Replication;

  constructor(parts: RoleParts, role: 'follower' | 'observer') {
    this.role = role;
    this.local = parts.local;
    this.database = parts.database;
    this.replication = parts.replication;
  }

  touch(sessionId: bigint, timeoutMs: number): boolean {
    this.sessions.touchSession(sessionId, timeoutMs);
    return true;
  }

  submit(request: Request): void {
    this.replication.forward(request);
  }

  reopenSession(session: SessionTimeout, done: (valid: boolean) => void): void {
    this.replication.revalidate(session, done);
  }

  onApplied({ txn }: Proposal): void {
    if (txn.body.type === 'closeSession') this.sessions.removeSession(txn.header.clientId);
  }

  dumpSessions(): readonly string[] {
    return dumpGlobalSessions(this.database);
  }
}

/** Serves what it has while there is no leader. Source: ReadOnlyZooKeeperServer. */
export class ReadOnlyZooKeeperServer {
  readonly role = 'read-only';
  readonly local: LocalSessionTracker;
  private readonly database: Database;

  constructor({ database, local }: RoleParts) {
    this.local = local;
    this.database = database;
  }

  /** Only local sessions come here. */
  touch(_sessionId: bigint, _timeoutMs: number): boolean {
    return false;
  }

  submit({ opcode }: Request): void {
    assert(false, `${opcode} in read-only mode`);
  }

  reopenSession(_session: SessionTimeout, done: (valid: boolean) => void): void {
    done(false);
  }

  onApplied(_proposal: Proposal): void {
    assert(false, 'a commit in read-only mode');
  }

  dumpSessions(): readonly string[] {
    return dumpGlobalSessions(this.database);
  }
}

function dumpGlobalSessions(database: Database): readonly string[] {
  const sessions = [...database.sessions].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `Global Sessions(${sessions.length}):`,
    ...sessions.map(([id, timeoutMs]) => `${formatSessionId(id)}\t${timeoutMs}ms`),
  ];
}

/** What a server has while it serves clients. */
export interface Serving {
  readonly role: Role;
  readonly commitProcessor: CommitProcessor;
  readonly throttler: RequestThrottler;
}

export type Role = LeaderZooKeeperServer | LearnerZooKeeperServer | ReadOnlyZooKeeperServer;
