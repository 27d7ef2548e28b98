/**
 * Answers each connection in the order in which it asked: a read waits for the writes before it, a
 * write for its commit.
 * Source: ZooKeeper CommitProcessor.
 */

import type { KeeperErrorCode } from '../../protocol/errors.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import type { ServerContext } from '../context.ts';
import type { Replication } from '../replication.ts';
import type { ApplyResult } from '../tree/applyTxn.ts';
import type { FinalRequestProcessor } from './FinalRequestProcessor.ts';
import { isOrdered, type Request } from './Request.ts';
import type { PendingRequest, ServerCnxn } from './ServerCnxn.ts';

export class CommitProcessor {
  private readonly context: ServerContext;
  private readonly final: FinalRequestProcessor;
  private readonly replication: Replication;
  private readonly matchSyncs: boolean;
  private readonly onAnswered: () => void;

  /** `matchSyncs`: a sync waits as a write does, for the leader's word. */
  constructor(parts: {
    readonly context: ServerContext;
    readonly final: FinalRequestProcessor;
    readonly replication: Replication;
    readonly matchSyncs: boolean;
    readonly onAnswered: () => void;
  }) {
    this.context = parts.context;
    this.final = parts.final;
    this.replication = parts.replication;
    this.matchSyncs = parts.matchSyncs;
    this.onAnswered = parts.onAnswered;
  }

  /** `submit` takes a write to the leader. */
  processRequest(cnxn: ServerCnxn, request: Request, submit: (request: Request) => void): void {
    const entry = this.enqueue(cnxn, request);
    if (isOrdered(request)) {
      submit(request);
    } else if (request.opcode === OpCode.sync && request.record !== null) {
      this.replication.sync(request, () => {
        this.complete(cnxn, entry, () => this.final.processRead(cnxn, request));
      });
    } else {
      this.complete(cnxn, entry, () => this.final.processRead(cnxn, request));
    }
  }

  /** Answers a closeSession of a session that only this server knows. */
  processLocally(cnxn: ServerCnxn, request: Request): void {
    const entry = this.enqueue(cnxn, request);
    this.complete(cnxn, entry, () => this.final.processLocalClose(cnxn, request));
  }

  /** Answers in turn with an error, without asking anybody. */
  refuse(cnxn: ServerCnxn, request: Request, zxid: Zxid, error: KeeperErrorCode): void {
    const entry = this.enqueue(cnxn, request);
    this.complete(cnxn, entry, () => cnxn.reply(request, zxid, error));
  }

  /** It has waited for too long to be carried out. */
  refuseThrottled(cnxn: ServerCnxn, request: Request): void {
    const entry = this.enqueue(cnxn, request);
    this.complete(cnxn, entry, () => this.final.processThrottled(cnxn, request));
  }

  /** The session is attached elsewhere: when what came before is answered, nothing more is. */
  hangUp(cnxn: ServerCnxn, request: Request): void {
    const entry = this.enqueue(cnxn, request);
    this.complete(cnxn, entry, () => this.final.hangUp(cnxn));
  }

  /** A txn of the connection's session is applied: answers the request that it came from. */
  committed(cnxn: ServerCnxn, result: ApplyResult): void {
    const { cxid } = result.header;
    const entry = cnxn.pending.find((it) => it.answer === null && isOrdered(it.request));
    if (entry === undefined || entry.request.cxid !== cxid) return;
    const { request } = entry;
    // Servers open and end sessions with cxid 0, which a client may have used for something else.
    for (const type of ['createSession', 'closeSession'] as const) {
      if ((result.type === type) !== (request.opcode === OpCode[type])) return;
    }
    this.complete(cnxn, entry, () => this.final.processWrite(cnxn, request, result));
  }

  private enqueue(cnxn: ServerCnxn, request: Request): PendingRequest {
    const entry = cnxn.enqueue(request);
    const { length } = cnxn.pending;
    if (length > 1 || this.needsCommit(request)) {
      this.context.metrics.summaries.requests_in_session_queue.add(length);
    }
    return entry;
  }

  private complete(cnxn: ServerCnxn, entry: PendingRequest, answer: () => void): void {
    const { nowMs, metrics } = this.context;
    const { summaries } = metrics;
    const isCommit = this.needsCommit(entry.request);
    if (isCommit) summaries.requests_in_session_queue.add(cnxn.pending.length);
    let count = 0;
    entry.answer = answer;
    for (let head = cnxn.pending[0]; head?.answer != null; head = cnxn.pending[0]) {
      cnxn.dequeue();
      const { write_commitproc_time_ms, read_commitproc_time_ms } = summaries;
      const isWrite = this.needsCommit(head.request);
      const time = isWrite ? write_commitproc_time_ms : read_commitproc_time_ms;
      time.add(nowMs - head.request.receivedAtMs);
      head.answer();
      count++;
    }
    if (isCommit) summaries.reads_after_write_in_session_queue.add(Math.max(count - 1, 0));
    if (count > 0) this.onAnswered();
  }

  private needsCommit(request: Request): boolean {
    return isOrdered(request) || (this.matchSyncs && request.opcode === OpCode.sync);
  }
}
