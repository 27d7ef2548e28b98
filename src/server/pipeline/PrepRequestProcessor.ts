/**
 * Leader: turns each write into a txn, in zxid order, checking it against the tree as it will be.
 * What fails becomes an error txn and consumes a zxid all the same.
 * Source: ZooKeeper PrepRequestProcessor; Zab (DSN 2011) §II.A, on idempotent state changes.
 */

import { assert, assertNever } from '../../base/assert.ts';
import { err, ok } from '../../base/result.ts';
import { utf8Encode } from '../../base/utf8.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { MAX_FIELD_BYTES } from '../../protocol/JuteReader.ts';
import type { MultiOp } from '../../protocol/multi.ts';
import type { ClientRequest, RequestOf } from '../../protocol/requests.ts';
import type { SubTxnBody, TxnBody, TxnHeader } from '../../protocol/txns.ts';
import { encodeTxn } from '../../protocol/txns.ts';
import { counterOf, makeZxid, nextZxid, type Zxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import { namespaceOf } from '../metrics/namespaceOf.ts';
import type { Proposal, Replication } from '../replication.ts';
import { bytesOfACL } from '../tree/acl.ts';
import { DIGEST_VERSION } from '../tree/digest.ts';
import { checkQuota, type QuotaRequest } from '../tree/quota.ts';
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
/**
 * Departs: a longer one is refused. ZooKeeper logs it, and then no learner and no later process can
 * read it. A request that fits a frame gets there by scheme `auth`, which stands for many
 * identities, and by malformed UTF-8, whose replacement is longer.
 */
const TXN_BYTES_MAX = MAX_FIELD_BYTES;
const TOO_LONG = { type: 'error', err: KeeperErrorCode.MARSHALLINGERROR } as const;
const CLOSE_SESSION_BYTES_MAX = TXN_BYTES_MAX / 2;
const LENGTH_BYTES = 4;

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
    this.changes = new OutstandingChanges(parts.database.tree, parts.context.metrics);
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
    const header = { clientId: request.sessionId, cxid: request.cxid, zxid, time };
    const mark = this.changes.mark();
    const body = this.bodyOf(request, this.stepOf(request, zxid, time));
    const proposal = this.proposalOf(header, body);
    if (proposal.bytes.length <= TXN_BYTES_MAX) {
      this.replication.propose(proposal);
    } else {
      this.changes.rollBack(mark);
      this.replication.propose(this.proposalOf(header, TOO_LONG));
    }
  }

  /** Nothing is proposed any more. */
  stop(): void {
    this.isStopped = true;
  }

  private proposalOf(header: TxnHeader, body: TxnBody): Proposal {
    const treeDigest = BigInt.asIntN(64, this.changes.digest);
    const hasDigest = body.type !== 'error' && this.context.config.digestEnabled;
    const digest = hasDigest ? { version: DIGEST_VERSION, treeDigest } : null;
    const txn = { header, body, digest };
    return { zxid: header.zxid, txn, bytes: encodeTxn(txn) };
  }

  private stepOf(request: Request, zxid: Zxid, timeMs: number): PrepStep {
    const { config } = this.context;
    return {
      zxid,
      timeMs,
      sessionId: request.sessionId,
      authinfo: request.authinfo,
      config,
      changes: this.changes,
      checkSession: (isEphemeral = false) => this.checkSession(request, isEphemeral),
      checkQuota: (growth) => (config.enforceQuota ? this.checkQuota(growth) : KeeperErrorCode.OK),
    };
  }

  private checkQuota(growth: QuotaRequest): KeeperErrorCode {
    const error = checkQuota(this.database.tree, growth);
    const namespace = namespaceOf(growth.path);
    if (error === KeeperErrorCode.QUOTAEXCEEDED && namespace !== null) {
      this.context.metrics.sets.quota_exceeded_error_per_namespace.add(namespace, 1);
    }
    return error;
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
    // Departs: with a zxid of its own, as in 3.8. 3.9 proposes the last one once more, and its
    // ensemble commits nothing any more.
    if (record === null) return { type: 'error', err: KeeperErrorCode.MARSHALLINGERROR };
    if (record.type === 'multi') return this.prepMulti(request, step, record);
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
  private prepMulti(request: Request, step: PrepStep, record: RequestOf<'multi'>): TxnBody {
    if (!record.ops.every((op) => !('flags' in op) || isReadableInMulti(op))) {
      return { type: 'error', err: KeeperErrorCode.MARSHALLINGERROR };
    }
    const mark = this.changes.mark();
    const txns: SubTxnBody[] = [];
    let hasFailed = false;
    let aclBytes = 0;
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
      const txn = prepared.ok ? prepared.value : this.errorInMulti(request, prepared.error);
      if ('acl' in txn) aclBytes += bytesOfACL(txn.acl);
      if (aclBytes > TXN_BYTES_MAX) {
        this.changes.rollBack(mark);
        return TOO_LONG;
      }
      txns.push(txn);
    }
    return { type: 'multi', txns };
  }

  /** Of a learner's client ZooKeeper only knows then that its session is not a global one. */
  private errorInMulti({ owner }: Request, error: KeeperErrorCode): SubTxnBody {
    const isLocal = error === KeeperErrorCode.EPHEMERALONLOCALSESSION;
    const isOwn = owner === this.context.config.sid;
    return { type: 'error', err: isLocal && !isOwn ? KeeperErrorCode.SESSIONEXPIRED : error };
  }

  private prepCreateSession(request: Request, record: RequestOf<'createSession'>): Prepared {
    assert(request.owner !== null, 'a session that nobody is attached to');
    this.sessions.trackSession(request.sessionId, record.timeOut);
    this.sessions.setOwner(request.sessionId, request.owner);
    return ok({ type: 'createSession', timeOut: record.timeOut });
  }

  /**
   * Departs: paths that make the txn too long are left out. Whoever applies it deletes all that the
   * session owns anyway.
   */
  private prepCloseSession(step: PrepStep): Prepared {
    const paths = this.changes.ephemeralsOf(step.sessionId);
    for (const path of paths) removeNode(step, path);
    this.sessions.setSessionClosing(step.sessionId);
    let left = CLOSE_SESSION_BYTES_MAX;
    const paths2Delete = paths.filter((path) => {
      left -= utf8Encode(path).length + LENGTH_BYTES;
      return left >= 0;
    });
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
