/**
 * What happens to a client's request before it takes its turn: refused without asking the leader,
 * answered here because its session is local, or preceded by a global session.
 * Source: ZooKeeper LeaderRequestProcessor, FollowerRequestProcessor, ReadOnlyRequestProcessor;
 * QuorumZooKeeperServer.checkUpgradeSession.
 */

import { isEphemeral } from '../../protocol/createMode.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import type { ClientRequest } from '../../protocol/requests.ts';
import { encodeRequestBody } from '../../protocol/requests.ts';
import { ZERO_ZXID } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import { authWriteRequest } from './eagerACLCheck.ts';
import { isWrite, makeRequest, type Request } from './Request.ts';
import type { Serving } from './roles.ts';
import type { ServerCnxn } from './ServerCnxn.ts';

export class FirstProcessor {
  private readonly context: ServerContext;
  private readonly database: Database;

  constructor(context: ServerContext, database: Database) {
    this.context = context;
    this.database = database;
  }

  processRequest(cnxn: ServerCnxn, request: Request, serving: Serving): void {
    const { role, commitProcessor } = serving;
    const isClose = request.opcode === OpCode.closeSession;
    if (isClose && role.local.remove(request.sessionId) !== undefined) {
      cnxn.state = 'closing';
      commitProcessor.processLocally(cnxn, request);
      return;
    }
    if (role.role === 'read-only' && (isWrite(request.opcode) || request.opcode === OpCode.sync)) {
      const zxid = this.database.lastProcessedZxid;
      commitProcessor.refuse(cnxn, request, zxid, KeeperErrorCode.NOTREADONLY);
      return;
    }
    if (role.role === 'leader' && !isWrite(request.opcode) && role.hasMoved(request)) {
      commitProcessor.hangUp(cnxn, request);
      return;
    }
    const { config } = this.context;
    if (config.eagerACLCheckEnabled) {
      const error = authWriteRequest(this.database.tree, request, config);
      if (error !== KeeperErrorCode.OK) {
        commitProcessor.refuse(cnxn, request, ZERO_ZXID, error);
        return;
      }
    }
    if (isClose) cnxn.state = 'closing';
    this.upgradeSession(request, serving);
    commitProcessor.processRequest(cnxn, request, (write) => role.submit(write));
  }

  /** The first ephemeral of a local session makes the session global. */
  private upgradeSession({ sessionId, record, owner }: Request, { role }: Serving): void {
    if (!this.context.config.localSessionsUpgradingEnabled) return;
    if (record === null || !createsEphemeral(record)) return;
    const timeOut = role.local.remove(sessionId);
    if (timeOut === undefined) return;
    const body = encodeRequestBody({ type: 'createSession', timeOut });
    const request = { sessionId, cxid: 0, opcode: OpCode.createSession, body, authinfo: [] };
    role.submit(makeRequest(request, { owner, receivedAtMs: this.context.nowMs }));
  }
}

function createsEphemeral(record: ClientRequest): boolean {
  if (record.type === 'create' || record.type === 'create2') return isEphemeral(record.flags);
  return record.type === 'multi' && record.ops.some(createsEphemeral);
}
