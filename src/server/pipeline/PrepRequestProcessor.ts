/**
 * Leader: turns each write into a txn, in zxid order, checking it against the tree as it will be.
 * What fails becomes an error txn and consumes a zxid all the same.
 * Source: ZooKeeper PrepRequestProcessor; Zab (DSN 2011) §II.A, on idempotent state changes.
 */

import { assert, assertNever } from '../../base/assert.ts';
import { err, ok } from '../../base/result.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { MultiOp } from '../../protocol/multi.ts';
import type { ClientRequest, RequestOf } from '../../protocol/requests.ts';
import type { SubTxnBody, TxnBody } from '../../protocol/txns.ts';
import { encodeTxn } from '../../protocol/txns.ts';
import { counterOf, makeZxid, nextZxid, type Zxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { Replication } from '../replication.ts';
import { DIGEST_VERSION } from '../tree/digest.ts';
import { exceedsQuota } from '../tree/quota.ts';
import type { LocalSessionTracker } from './LocalSessionTracker.ts';
import { OutstandingChanges } from './OutstandingChanges.ts';
import type { Prepared, PrepStep } from './PrepStep.ts';
import { isReadableInMulti, prepCreate, prepCreateInMulti } from './prepCreate.ts';
import {
  prepCheck,
  prepDelete,
  prepDeleteContainer,
  prepSetACL,
  prepSetData,
  removeNode,
} from './prepNode.ts';
import { type Ensemble, prepReconfig } from './prepReconfig.ts';
import type { Request } from './Request.ts';
import { sidOf } from './SessionIdGenerator.ts';
import type { SessionTrackerImpl } from './SessionTrackerImpl.ts';

const COUNTER_MAX = 0xffff_ffff;

export class PrepRequestProcessor {
  readonly changes: OutstandingChanges;
  private readonly context: ServerContext;
  private readonly database: Database;
  private readonly replication: Replication;
  private readonly sessions: SessionTrackerImpl;
  private readonly local: LocalSessionTracker;
  private readonly ensemble: Ensemble;
  private lastZxid: Zxid;
  private isStopped = false;

  constructor(
    parts: {
      readonly context: ServerContext;
      readonly database: Database;
      readonly replication: Replication;
      readonly sessions: SessionTrackerImpl;
      readonly local: LocalSessionTracker;
    },
    epoch: number,
  ) {
    this.context = parts.context;
    this.database = parts.database;
    this.replication = parts.replication;
    this.sessions = parts.sessions;
    this.local = parts.local;
    const { database, replication } = parts;
    this.ensemble = {
      configs: database.configs,
      isQuorumSynced: (peers) => replication.isQuorumSynced(peers),
    };
    this.changes = new OutstandingChanges(parts.database.tree);
    this.lastZxid = makeZxid(epoch, 0);
  }

  /** Proposes the request's txn. A used-up zxid counter ends this leader instead. */
  processRequest(request: Request): void {
    if (this.isStopped) return;
    if (counterOf(this.lastZxid) === COUNTER_MAX) {
      this.isStopped = true;
      this.replication.rollOver();
      return;
    }
    const zxid = nextZxid(this.lastZxid);
    this.lastZxid = zxid;
    const time = this.context.nowMs + this.context.config.timeOriginMs;
    const body = this.bodyOf(request, this.stepOf(request, zxid, time));
    const header = { clientId: request.sessionId, cxid: request.cxid, zxid, time };
    const treeDigest = BigInt.asIntN(64, this.changes.digest);
    const digest = body.type === 'error' ? null : { version: DIGEST_VERSION, treeDigest };
    const txn = { header, body, digest };
    this.replication.propose({ zxid, txn, bytes: encodeTxn(txn) });
  }

  /** Nothing is proposed any more. */
  stop(): void {
    this.isStopped = true;
  }

  private stepOf(request: Request, zxid: Zxid, timeMs: number): PrepStep {
    const { config } = this.context;
    const { tree } = this.database;
    return {
      zxid,
      timeMs,
      sessionId: request.sessionId,
      authinfo: request.authinfo,
      config,
      changes: this.changes,
      checkSession: (isEphemeral = false) => this.checkSession(request, isEphemeral),
      exceedsQuota: (growth) => config.enforceQuota && exceedsQuota(tree, growth),
    };
  }

  /** Local sessions are known to their own servers alone, which vouch for them. */
  private checkSession({ sessionId, owner }: Request, isEphemeral: boolean): KeeperErrorCode {
    const { localSessionsEnabled, sid } = this.context.config;
    const mayBeLocal = this.local.has(sessionId) || sidOf(sessionId) !== sid;
    if (this.sessions.isKnown(sessionId) || !localSessionsEnabled || !mayBeLocal) {
      return this.sessions.checkSession(sessionId, owner);
    }
    return isEphemeral ? KeeperErrorCode.EPHEMERALONLOCALSESSION : KeeperErrorCode.OK;
  }

  private bodyOf(request: Request, step: PrepStep): TxnBody {
    const { record } = request;
    if (record === null) return { type: 'error', err: KeeperErrorCode.MARSHALLINGERROR };
    if (record.type === 'multi') return this.prepMulti(step, record);
    const prepared = this.prepSingle(request, step, record);
    return prepared.ok ? prepared.value : { type: 'error', err: prepared.error };
  }

  private prepSingle(request: Request, step: PrepStep, record: ClientRequest): Prepared {
    switch (record.type) {
      case 'create':
      case 'create2':
      case 'createContainer':
      case 'createTTL':
        return prepCreate(step, record);
      case 'delete':
        return prepDelete(step, record);
      case 'deleteContainer':
        return prepDeleteContainer(step, record);
      case 'setData':
        return prepSetData(step, record);
      case 'setACL':
        return prepSetACL(step, record);
      case 'reconfig':
        return prepReconfig(step, record, this.ensemble);
      case 'createSession':
        return this.prepCreateSession(request, record);
      case 'closeSession':
        return this.prepCloseSession(step);
      default:
        return err(KeeperErrorCode.UNIMPLEMENTED);
    }
  }

  /** All or nothing: after a failure the ops before it are undone and those after it skipped. */
  private prepMulti(step: PrepStep, record: RequestOf<'multi'>): TxnBody {
    if (!record.ops.every((op) => !('flags' in op) || isReadableInMulti(op))) {
      return { type: 'error', err: KeeperErrorCode.MARSHALLINGERROR };
    }
    const mark = this.changes.mark();
    const txns: SubTxnBody[] = [];
    let hasFailed = false;
    for (const op of record.ops) {
      if (hasFailed) {
        txns.push({ type: 'error', err: KeeperErrorCode.RUNTIMEINCONSISTENCY });
        continue;
      }
      const prepared = prepMultiOp(step, op);
      if (!prepared.ok) {
        hasFailed = true;
        this.changes.rollBack(mark);
        // What cannot be read spoils the whole request.
        if (prepared.error === KeeperErrorCode.MARSHALLINGERROR) {
          return { type: 'error', err: prepared.error };
        }
      }
      txns.push(prepared.ok ? prepared.value : { type: 'error', err: prepared.error });
    }
    return { type: 'multi', txns };
  }

  private prepCreateSession(request: Request, record: RequestOf<'createSession'>): Prepared {
    assert(request.owner !== null, 'a session that nobody is attached to');
    this.sessions.trackSession(request.sessionId, record.timeOut);
    this.sessions.setOwner(request.sessionId, request.owner);
    return ok({ type: 'createSession', timeOut: record.timeOut });
  }

  private prepCloseSession(step: PrepStep): Prepared {
    const paths2Delete = this.changes.ephemeralsOf(step.sessionId);
    for (const path of paths2Delete) removeNode(step, path);
    this.sessions.setSessionClosing(step.sessionId);
    return ok({ type: 'closeSession', paths2Delete });
  }
}

function prepMultiOp(step: PrepStep, op: MultiOp): Prepared {
  switch (op.type) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return prepCreateInMulti(step, op);
    case 'delete':
      return prepDelete(step, op);
    case 'setData':
      return prepSetData(step, op);
    case 'check':
      return prepCheck(step, op);
    default:
      return assertNever(op);
  }
}
