/**
 * The handshake: from a ConnectRequest to an open session, or to a closed connection.
 * Source: ZooKeeperServer.processConnectRequest, reopenSession, finishSessionInit.
 */

import { equalBytes } from '../../base/bytes.ts';
import { decode } from '../../protocol/codec.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import { ConnectRequest } from '../../protocol/records.ts';
import { encodeRequestBody } from '../../protocol/requests.ts';
import {
  formatSessionId,
  NO_SESSION,
  PASSWORD_BYTES,
  sessionPassword,
} from '../../protocol/sessionId.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import { BlueThrottle } from './BlueThrottle.ts';
import { makeRequest } from './Request.ts';
import type { Role, Serving } from './roles.ts';
import type { ServerCnxn } from './ServerCnxn.ts';
import type { ServerCnxnFactory } from './ServerCnxnFactory.ts';
import { SessionIdGenerator } from './SessionIdGenerator.ts';

/** Sessions outlive connections, so that the limit of connections does not bound them. */
const SESSIONS_MAX = 100_000;

export class ConnectProcessor {
  private readonly context: ServerContext;
  private readonly database: Database;
  private readonly cnxns: ServerCnxnFactory;
  private readonly sessionIds: SessionIdGenerator;
  private readonly onConnected: (cnxn: ServerCnxn) => void;
  private readonly throttle: BlueThrottle;

  constructor(parts: {
    readonly context: ServerContext;
    readonly database: Database;
    readonly cnxns: ServerCnxnFactory;
    readonly onConnected: (cnxn: ServerCnxn) => void;
  }) {
    this.context = parts.context;
    this.database = parts.database;
    this.cnxns = parts.cnxns;
    this.onConnected = parts.onConnected;
    const { sid, timeOriginMs, connectionThrottleTokens } = parts.context.config;
    this.throttle = new BlueThrottle(connectionThrottleTokens, parts.context.nowMs);
    this.sessionIds = new SessionIdGenerator(sid, parts.context.nowMs + timeOriginMs);
  }

  /** A client whose request is refused outright is told nothing: it tries another server. */
  processConnectRequest(cnxn: ServerCnxn, payload: Uint8Array, serving: Serving | null): void {
    const { counters, summaries } = this.context.metrics;
    const decoded = decode(ConnectRequest, payload);
    if (serving === null) {
      counters.cnxn_closed_without_zk_server_running++;
      return this.cnxns.close(cnxn, 'not serving');
    }
    if (!decoded.ok) return this.cnxns.close(cnxn, 'malformed ConnectRequest');
    if (!this.throttle.checkLimit(this.context.nowMs)) {
      counters.connection_rejected++;
      return this.cnxns.close(cnxn, 'too many sessions at once');
    }
    summaries.connection_token_deficit.add(this.throttle.deficit);
    counters.connection_request_count++;
    const request = decoded.value;
    const isReadOnly = serving.role.role === 'read-only';
    if (isReadOnly && request.readOnly !== true) {
      return this.cnxns.close(cnxn, 'client wants to write');
    }
    if (request.lastZxidSeen > this.database.lastProcessedZxid) {
      return this.cnxns.close(cnxn, 'client has seen a later zxid');
    }
    cnxn.state = 'connecting';
    cnxn.readOnlyByte = request.readOnly === null ? null : isReadOnly;
    cnxn.timeoutMs = this.clampTimeout(request.timeOut);
    this.cnxns.touch(cnxn);
    if (request.sessionId === NO_SESSION) this.createSession(cnxn, serving);
    else this.reopenSession(cnxn, request, serving.role);
  }

  finishSessionInit(cnxn: ServerCnxn, isValid: boolean): void {
    if (cnxn.state !== 'connecting') return;
    const { sessionId } = cnxn;
    cnxn.sendConnectResponse({
      protocolVersion: 0,
      timeOut: isValid ? cnxn.timeoutMs : 0,
      sessionId: isValid ? sessionId : NO_SESSION,
      passwd: isValid ? sessionPassword(sessionId) : new Uint8Array(PASSWORD_BYTES),
      readOnly: cnxn.readOnlyByte,
    });
    if (!isValid) {
      this.cnxns.close(cnxn, 'session expired');
      return;
    }
    cnxn.state = 'connected';
    this.context.trace({
      type: 'connectionOpened',
      connection: cnxn.id,
      sessionId: formatSessionId(sessionId),
      address: cnxn.address,
      timeoutMs: cnxn.timeoutMs,
    });
    this.onConnected(cnxn);
  }

  private createSession(cnxn: ServerCnxn, { role, throttler }: Serving): void {
    if (this.database.sessions.size + role.local.count >= SESSIONS_MAX) {
      this.cnxns.close(cnxn, 'too many sessions');
      return;
    }
    const sessionId = this.sessionIds.next(this.database.sessions);
    this.cnxns.bind(cnxn, sessionId);
    const { config, nowMs } = this.context;
    if (config.localSessionsEnabled) {
      role.local.add(sessionId, cnxn.timeoutMs);
      this.finishSessionInit(cnxn, true);
      return;
    }
    const body = encodeRequestBody({ type: 'createSession', timeOut: cnxn.timeoutMs });
    const content = { sessionId, cxid: 0, opcode: OpCode.createSession, body, authinfo: [] };
    const request = makeRequest(content, { owner: config.sid, receivedAtMs: nowMs });
    if (role.role !== 'read-only') {
      throttler.submitRequest(cnxn, request);
      return;
    }
    // A global session cannot be opened; this is no ConnectResponse, as from ZooKeeper.
    cnxn.reply(request, this.database.lastProcessedZxid, KeeperErrorCode.NOTREADONLY);
  }

  /** The session's other connection here dies first, even if the password turns out to be wrong. */
  private reopenSession(cnxn: ServerCnxn, request: ConnectRequest, role: Role): void {
    const { sessionId } = request;
    if (role.role === 'read-only' && this.database.sessions.has(sessionId)) {
      return this.cnxns.close(cnxn, 'a global session in read-only mode');
    }
    this.context.metrics.counters.connection_revalidate_count++;
    this.cnxns.bind(cnxn, sessionId);
    if (!equalBytes(request.passwd ?? new Uint8Array(0), sessionPassword(sessionId))) {
      this.finishSessionInit(cnxn, false);
      return;
    }
    const session = { sessionId, timeoutMs: cnxn.timeoutMs };
    if (role.local.touchSession(sessionId, cnxn.timeoutMs)) this.finishSessionInit(cnxn, true);
    else role.reopenSession(session, (isValid) => this.finishSessionInit(cnxn, isValid));
  }

  private clampTimeout(askedMs: number): number {
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.context.config;
    return Math.min(Math.max(askedMs, minSessionTimeoutMs), maxSessionTimeoutMs);
  }
}
