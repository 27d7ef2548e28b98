/**
 * The request pipeline of one server: what clients send goes in, committed txns go in, answers come
 * out.
 * A leader and a learner differ in `roles.ts` alone; everything else is one and the same code.
 * Source: ZooKeeper QuorumZooKeeperServer, ZooKeeperServer.processPacket, NIOServerCnxn.
 */

import { assert } from '../../base/assert.ts';
import { decode } from '../../protocol/codec.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { OpCode, opName } from '../../protocol/opcodes.ts';
import { REQUEST_HEADER_BYTES, RequestHeader } from '../../protocol/records.ts';
import { isClientOp } from '../../protocol/requests.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { NO_ZXID, ZERO_ZXID } from '../../protocol/zxid.ts';
import type { Sid } from '../config.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { ConnectionId } from '../events.ts';
import { msSinceTxn } from '../metrics/msSinceTxn.ts';
import type {
  Proposal,
  QuorumRequest,
  Replication,
  RequestPipeline,
  ServingRole,
  SessionTimeout,
} from '../replication.ts';
import { authenticate } from '../tree/authProviders.ts';
import { CommitProcessor } from './CommitProcessor.ts';
import { ConnectProcessor } from './ConnectProcessor.ts';
import { DigestLog } from './DigestLog.ts';
import { FinalRequestProcessor } from './FinalRequestProcessor.ts';
import { FirstProcessor } from './FirstProcessor.ts';
import { LocalSessionTracker } from './LocalSessionTracker.ts';
import { isOrdered, makeRequest, pathOf, type Request } from './Request.ts';
import { RequestThrottler, type Throttled } from './RequestThrottler.ts';
import {
  LeaderZooKeeperServer,
  LearnerZooKeeperServer,
  ReadOnlyZooKeeperServer,
  type Role,
  type RoleParts,
  type Serving,
} from './roles.ts';
import type { ServerCnxn } from './ServerCnxn.ts';
import { ServerCnxnFactory } from './ServerCnxnFactory.ts';
import { SaslProcessor } from './sasl/SaslProcessor.ts';
import type { SaslServerFactory } from './sasl/SaslServer.ts';

/** In front of each frame. */
const LENGTH_BYTES = 4;

export class QuorumZooKeeperServer implements RequestPipeline, Throttled {
  readonly cnxns: ServerCnxnFactory;
  readonly digestLog = new DigestLog();
  private readonly context: ServerContext;
  private readonly database: Database;
  private readonly connect: ConnectProcessor;
  private readonly first: FirstProcessor;
  private readonly final: FinalRequestProcessor;
  private readonly sasl: SaslProcessor;
  private replication: Replication | null = null;
  /** Null while the server looks for a leader or is not in sync. */
  private serving: Serving | null = null;

  /** `createSaslServer`: needed if SASL is set up. */
  constructor(
    context: ServerContext,
    database: Database,
    createSaslServer: SaslServerFactory | null = null,
  ) {
    this.context = context;
    this.database = database;
    this.cnxns = new ServerCnxnFactory(context, () => this.serving?.throttler.wake());
    this.first = new FirstProcessor(context, database);
    this.sasl = new SaslProcessor(context, this.cnxns, createSaslServer);
    const parts = { context, database, cnxns: this.cnxns };
    this.connect = new ConnectProcessor({
      ...parts,
      onConnected: (cnxn) => this.processHeld(cnxn),
    });
    this.final = new FinalRequestProcessor({
      ...parts,
      finishSessionInit: (cnxn) => this.connect.finishSessionInit(cnxn, true),
    });
  }

  /** Once, before anything is served: the two sides of a server need each other. */
  attach(replication: Replication): void {
    assert(this.replication === null, 'attached twice');
    this.replication = replication;
  }

  get role(): Role | null {
    return this.serving?.role ?? null;
  }

  // What the quorum side asks: see RequestPipeline.

  startServing(role: ServingRole, epoch: number): void {
    const { context, database, replication } = this;
    assert(replication !== null, 'serving without replication');
    assert(this.serving === null, 'serving already');
    const parts = { context, database, replication, local: new LocalSessionTracker(context) };
    const throttler = new RequestThrottler(context, this.cnxns, this);
    this.serving = {
      throttler,
      role: newRole(role, parts, epoch),
      commitProcessor: new CommitProcessor({
        context,
        final: this.final,
        replication,
        matchSyncs: role !== 'leader',
        onAnswered: () => throttler.wake(),
      }),
    };
    database.tree.watches = this.cnxns.watches;
  }

  stopServing(): void {
    const role = this.role;
    if (role?.role === 'leader') role.stop();
    this.serving?.throttler.stop();
    this.serving = null;
    this.context.cancelTimer('localSessionExpiry');
    this.database.tree.watches = null;
    this.cnxns.closeAll('not serving');
  }

  commit(proposal: Proposal): void {
    assert(this.serving !== null, 'commit while not serving');
    const { role, commitProcessor } = this.serving;
    const result = this.database.apply(proposal);
    const { counters, summaries } = this.context.metrics;
    counters.request_commit_queued++;
    summaries.propagation_latency.add(msSinceTxn(this.context, proposal.txn.header));
    const { digestEnabled } = this.context.config;
    this.digestLog.add(proposal.zxid, digestEnabled ? this.database.tree.digest() : 0n);
    role.onApplied(proposal);
    const cnxn = this.cnxns.ofSession(proposal.txn.header.clientId);
    if (cnxn === undefined) return;
    commitProcessor.committed(cnxn, result);
    // Nobody asked for it on this connection: its time was over.
    if (result.type === 'closeSession') this.cnxns.close(cnxn, 'session expired');
  }

  submit(request: QuorumRequest, origin: Sid): void {
    const role = this.leading();
    const source = { owner: origin, receivedAtMs: this.context.nowMs };
    role.submit(makeRequest(request, source));
  }

  revalidateFor(session: SessionTimeout, owner: Sid): boolean {
    const { sessions } = this.leading();
    const isAlive = sessions.touchSession(session.sessionId, session.timeoutMs);
    if (isAlive) sessions.setOwner(session.sessionId, owner);
    return isAlive;
  }

  touch(touched: readonly SessionTimeout[]): void {
    const { sessions } = this.leading();
    for (const { sessionId, timeoutMs } of touched) sessions.touchSession(sessionId, timeoutMs);
  }

  takeTouched(): readonly SessionTimeout[] {
    const role = this.role;
    return role instanceof LearnerZooKeeperServer ? role.sessions.takeTouched() : [];
  }

  // What the host tells.

  onFrame(connection: ConnectionId, payload: Uint8Array): void {
    const cnxn = this.cnxns.get(connection);
    if (cnxn === undefined) return;
    this.cnxns.touch(cnxn);
    if (payload.length > this.context.config.frameBytesMax) {
      this.cnxns.close(cnxn, 'frame too long');
      return;
    }
    if (cnxn.state !== 'closing') cnxn.countReceived(LENGTH_BYTES + payload.length);
    this.processFrame(cnxn, payload);
  }

  private processFrame(cnxn: ServerCnxn, payload: Uint8Array): void {
    switch (cnxn.state) {
      case 'fresh':
        this.connect.processConnectRequest(cnxn, payload, this.serving);
        return;
      case 'connecting':
        if (cnxn.held.length < this.context.config.outstandingRequestsMax) cnxn.held.push(payload);
        else this.cnxns.close(cnxn, 'too many outstanding requests');
        return;
      case 'connected':
        this.processPacket(cnxn, payload);
        return;
      case 'closing':
      case 'closed':
        return;
    }
  }

  onSessionExpiry(): void {
    this.leading().onSessionExpiry();
  }

  onLocalSessionExpiry(): void {
    for (const sessionId of this.role?.local.takeExpired() ?? []) {
      const cnxn = this.cnxns.ofSession(sessionId);
      if (cnxn !== undefined) this.cnxns.close(cnxn, 'session expired');
    }
  }

  onRequestThrottle(): void {
    this.serving?.throttler.onStallTime();
  }

  onContainerCheck(): void {
    this.leading().containers.checkContainers();
  }

  expireSession(sessionId: bigint): void {
    const role = this.role;
    if (role?.role === 'leader') role.expireSession(sessionId);
  }

  private leading(): LeaderZooKeeperServer {
    const role = this.role;
    assert(role?.role === 'leader', 'this server does not lead');
    return role;
  }

  private processHeld(cnxn: ServerCnxn): void {
    for (const payload of cnxn.held.splice(0)) this.processFrame(cnxn, payload);
  }

  private processPacket(cnxn: ServerCnxn, payload: Uint8Array): void {
    assert(this.serving !== null, 'a connection without a server');
    const header = decode(RequestHeader, payload);
    if (!header.ok) {
      this.cnxns.close(cnxn, 'malformed request');
      return;
    }
    const request = this.requestOf(cnxn, header.value, payload.subarray(REQUEST_HEADER_BYTES));
    if (request.opcode === OpCode.auth) {
      this.processAuth(cnxn, request);
    } else if (request.opcode === OpCode.sasl) {
      this.sasl.process(cnxn, request);
    } else if (!cnxn.hasAuthenticated()) {
      cnxn.replyAtOnce(request, ZERO_ZXID, KeeperErrorCode.SESSIONCLOSEDREQUIRESASLAUTH);
      this.cnxns.close(cnxn, 'not authenticated');
    } else if (!isClientOp(request.opcode)) {
      cnxn.replyAtOnce(request, NO_ZXID, KeeperErrorCode.UNIMPLEMENTED);
      this.cnxns.close(cnxn, 'unknown operation');
    } else if (cnxn.pending.length + cnxn.throttled >= this.context.config.outstandingRequestsMax) {
      this.cnxns.close(cnxn, 'too many outstanding requests');
    } else {
      this.serving.throttler.submitRequest(cnxn, request);
    }
  }

  submitRequestNow(cnxn: ServerCnxn, request: Request, isThrottled: boolean): void {
    const { serving } = this;
    assert(serving !== null, 'a request without a server');
    const { role, commitProcessor } = serving;
    if (request.opcode === OpCode.createSession) {
      commitProcessor.processRequest(cnxn, request, (it) => role.submit(it));
      return;
    }
    const { sessionId, timeoutMs } = cnxn;
    // It may have asked for its end meanwhile, or be gone.
    if (cnxn.state !== 'connected') return;
    if (!role.local.touchSession(sessionId, timeoutMs) && !role.touch(sessionId, timeoutMs)) return;
    if (isThrottled) commitProcessor.refuseThrottled(cnxn, request);
    else this.first.processRequest(cnxn, request, serving);
  }

  submitWithoutClient(request: Request): void {
    const { role } = this;
    if (role === null || role.role === 'read-only' || !isOrdered(request)) return;
    const isClose = request.opcode === OpCode.closeSession;
    const wasLocal = isClose && role.local.remove(request.sessionId) !== undefined;
    if (!wasLocal) role.submit(request);
  }

  private requestOf(
    cnxn: ServerCnxn,
    header: { readonly xid: number; readonly type: number },
    body: Uint8Array,
  ): Request {
    const { sessionId, authInfo: authinfo } = cnxn;
    const request = makeRequest(
      { sessionId, cxid: header.xid, opcode: header.type, body, authinfo },
      { owner: this.context.config.sid, receivedAtMs: this.context.nowMs },
    );
    if (this.context.isTracing && header.type !== OpCode.ping) {
      this.context.trace({
        type: 'requestReceived',
        sessionId: formatSessionId(sessionId),
        cxid: header.xid,
        op: opName(header.type) ?? String(header.type),
        path: pathOf(request.record),
      });
    }
    return request;
  }

  /** Answered at once: it is about the connection, not about the session. */
  private processAuth(cnxn: ServerCnxn, request: Request): void {
    const { record } = request;
    if (record?.type !== 'auth') {
      this.cnxns.close(cnxn, 'malformed request');
      return;
    }
    const ids = authenticate(record.scheme ?? '', record.auth, this.context.config);
    if (ids.ok && ids.value.every((id) => cnxn.addAuthInfo(id))) {
      cnxn.replyAtOnce(request, ZERO_ZXID, KeeperErrorCode.OK);
      return;
    }
    this.cnxns.stats.authFailed++;
    cnxn.replyAtOnce(request, ZERO_ZXID, KeeperErrorCode.AUTHFAILED);
    this.cnxns.close(cnxn, 'authentication failed');
  }
}

function newRole(role: ServingRole, parts: RoleParts, epoch: number): Role {
  if (role === 'leader') return new LeaderZooKeeperServer(parts, epoch);
  if (role === 'read-only') return new ReadOnlyZooKeeperServer(parts);
  return new LearnerZooKeeperServer(parts, role);
}
