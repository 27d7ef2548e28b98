/**
 * The end of the pipeline: answers, from the txn that a write became or from the tree as it is.
 * Watch events left while the txn was applied, and so before every answer, its writer's included.
 * Source: ZooKeeper FinalRequestProcessor.
 */

import { assert, assertNever } from '../../base/assert.ts';
import type { Result } from '../../base/result.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { MultiResult } from '../../protocol/multi.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import type { ClientRequest, ResponseName, ResponseOf } from '../../protocol/requests.ts';
import { decodeRequest, responseCodecs } from '../../protocol/requests.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { ApplyResult } from '../tree/applyTxn.ts';
import { CONFIG_NODE } from '../tree/systemPaths.ts';
import type { Request } from './Request.ts';
import type { Reader } from './reads.ts';
import * as reads from './reads.ts';
import type { ServerCnxn } from './ServerCnxn.ts';
import type { ServerCnxnFactory } from './ServerCnxnFactory.ts';
import { WatchRequests } from './WatchRequests.ts';

/** What is left to do when a createSession is committed: the other half of the handshake. */
export type FinishSessionInit = (cnxn: ServerCnxn) => void;

export class FinalRequestProcessor {
  private readonly context: ServerContext;
  private readonly database: Database;
  private readonly cnxns: ServerCnxnFactory;
  private readonly watchRequests: WatchRequests;
  private readonly finishSessionInit: FinishSessionInit;

  constructor(parts: {
    readonly context: ServerContext;
    readonly database: Database;
    readonly cnxns: ServerCnxnFactory;
    readonly finishSessionInit: FinishSessionInit;
  }) {
    this.context = parts.context;
    this.database = parts.database;
    this.cnxns = parts.cnxns;
    this.watchRequests = new WatchRequests(parts.context, parts.cnxns.watches);
    this.finishSessionInit = parts.finishSessionInit;
  }

  /** No error is sent: client and leader may disagree on where the session is attached. */
  hangUp(cnxn: ServerCnxn): void {
    this.cnxns.close(cnxn, 'session moved');
  }

  /** Answers the request that became this txn. `request.cxid` is the txn's. */
  processWrite(cnxn: ServerCnxn, request: Request, result: ApplyResult): void {
    const { zxid } = result.header;
    if (hasMoved(result)) {
      this.hangUp(cnxn);
      return;
    }
    if (result.type === 'multi') {
      const results = (result.multi ?? []).map(multiResult);
      this.answer(cnxn, request, zxid, 'multi', { results });
      return;
    }
    if (result.error !== KeeperErrorCode.OK) {
      cnxn.reply(request, zxid, result.error);
      return;
    }
    this.answerSingle(cnxn, request, result);
  }

  /** Answers from the tree as it is. */
  processRead(cnxn: ServerCnxn, request: Request): void {
    const zxid = this.database.lastProcessedZxid;
    const { record } = request;
    if (record === null) {
      this.answerUnreadable(cnxn, request, zxid);
      return;
    }
    if (this.processWatchRequest(cnxn, request, record, zxid)) return;
    const reader = this.readerFor(cnxn);
    switch (record.type) {
      case 'ping':
        return this.answer(cnxn, request, zxid, 'ping', {});
      case 'sync':
        return this.answer(cnxn, request, zxid, 'sync', { path: record.path });
      case 'exists':
        return this.answerRead(cnxn, request, 'exists', reads.exists(reader, record));
      case 'getData':
        return this.answerRead(cnxn, request, 'getData', reads.getData(reader, record));
      case 'getACL':
        return this.answerRead(cnxn, request, 'getACL', reads.getACL(reader, record));
      case 'getChildren':
      case 'getChildren2':
        return this.answerRead(cnxn, request, record.type, reads.getChildren(reader, record));
      case 'getAllChildrenNumber': {
        const read = reads.getAllChildrenNumber(reader, record);
        return this.answerRead(cnxn, request, 'getAllChildrenNumber', read);
      }
      case 'getEphemerals':
        return this.answer(cnxn, request, zxid, record.type, reads.getEphemerals(reader, record));
      case 'multiRead':
        return this.answerRead(cnxn, request, record.type, reads.multiRead(reader, record.ops));
      case 'whoAmI':
        return this.answer(cnxn, request, zxid, record.type, reads.whoAmI(reader));
      default:
        assert(false, `${record.type} is no read`);
    }
  }

  processThrottled(cnxn: ServerCnxn, request: Request): void {
    cnxn.reply(request, this.database.lastProcessedZxid, KeeperErrorCode.THROTTLEDOP);
  }

  processLocalClose(cnxn: ServerCnxn, request: Request): void {
    this.answer(cnxn, request, this.database.lastProcessedZxid, 'closeSession', {});
    this.cnxns.close(cnxn, 'session closed');
  }

  /** False if it is none. */
  private processWatchRequest(
    cnxn: ServerCnxn,
    request: Request,
    record: ClientRequest,
    zxid: Zxid,
  ): boolean {
    const { tree } = this.database;
    switch (record.type) {
      case 'setWatches': {
        const all = { ...record, persistentWatches: [], persistentRecursiveWatches: [] };
        cnxn.reply(request, zxid, this.watchRequests.setWatches(cnxn, tree, all));
        return true;
      }
      case 'setWatches2':
        cnxn.reply(request, zxid, this.watchRequests.setWatches(cnxn, tree, record));
        return true;
      case 'removeWatches':
        cnxn.reply(request, zxid, this.watchRequests.removeWatches(cnxn, record));
        return true;
      case 'checkWatches':
        cnxn.reply(request, zxid, this.watchRequests.checkWatches(cnxn, record));
        return true;
      case 'addWatch': {
        const error = this.watchRequests.addWatch(cnxn, record);
        if (error !== KeeperErrorCode.OK) cnxn.reply(request, zxid, error);
        else this.answer(cnxn, request, zxid, 'addWatch', { err: error });
        return true;
      }
      default:
        return false;
    }
  }

  /** Writes inside of multiRead are the one error with a body: no results. */
  private answerUnreadable(cnxn: ServerCnxn, request: Request, zxid: Zxid): void {
    const error = KeeperErrorCode.MARSHALLINGERROR;
    const isMulti =
      request.opcode === OpCode.multiRead && decodeRequest(OpCode.multi, request.body).ok;
    if (isMulti) cnxn.reply(request, zxid, error, responseCodecs.multiRead, { results: [] });
    else cnxn.reply(request, zxid, error);
  }

  private answerSingle(cnxn: ServerCnxn, request: Request, result: ApplyResult): void {
    const { zxid } = result.header;
    const { path, stat } = result;
    switch (result.type) {
      case 'create':
        return this.answer(cnxn, request, zxid, 'create', { path: known(path) });
      case 'create2':
      case 'createContainer':
      case 'createTTL':
        return this.answer(cnxn, request, zxid, result.type, {
          path: known(path),
          stat: known(stat),
        });
      case 'setData':
      case 'setACL':
        return this.answer(cnxn, request, zxid, result.type, { stat: known(stat) });
      case 'delete':
        return this.answer(cnxn, request, zxid, 'delete', {});
      case 'createSession':
        cnxn.countLatency(request, zxid);
        return this.finishSessionInit(cnxn);
      case 'closeSession':
        this.answer(cnxn, request, zxid, 'closeSession', {});
        return this.cnxns.close(cnxn, 'session closed');
      case 'reconfig': {
        const data = this.database.tree.getNode(CONFIG_NODE)?.data ?? null;
        return this.answer(cnxn, request, zxid, 'reconfig', { data, stat: known(stat) });
      }
      case 'deleteContainer':
      case 'check':
      case 'error':
      case 'multi':
        assert(false, `${result.type} cannot be answered`);
        break;
      default:
        assertNever(result.type);
    }
  }

  private answerRead<K extends ResponseName>(
    cnxn: ServerCnxn,
    request: Request,
    type: K,
    read: Result<ResponseOf<K>, KeeperErrorCode>,
  ): void {
    const zxid = this.database.lastProcessedZxid;
    if (read.ok) this.answer(cnxn, request, zxid, type, read.value);
    else cnxn.reply(request, zxid, read.error);
  }

  private answer<K extends ResponseName>(
    cnxn: ServerCnxn,
    request: Request,
    zxid: Zxid,
    type: K,
    body: ResponseOf<K>,
  ): void {
    cnxn.reply(request, zxid, KeeperErrorCode.OK, responseCodecs[type], body);
  }

  private readerFor(cnxn: ServerCnxn): Reader {
    return {
      tree: this.database.tree,
      metrics: this.context.metrics,
      sessionId: cnxn.sessionId,
      authInfo: cnxn.authInfo,
      watch: (path, kind) => this.watchRequests.add(cnxn, path, kind),
    };
  }
}

function hasMoved(result: ApplyResult): boolean {
  if (result.error === KeeperErrorCode.SESSIONMOVED) return true;
  return result.multi?.some(hasMoved) ?? false;
}

/** createContainer and createTTL are answered as create2. */
function multiResult(result: ApplyResult): MultiResult {
  switch (result.type) {
    case 'create':
      return { type: 'create', path: known(result.path) };
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return { type: 'create2', path: known(result.path), stat: known(result.stat) };
    case 'setData':
      return { type: 'setData', stat: known(result.stat) };
    case 'delete':
    case 'check':
      return { type: result.type };
    default:
      return { type: 'error', err: result.error };
  }
}

function known<T>(value: T | null): T {
  assert(value !== null, 'a txn that succeeded says what it did');
  return value;
}
