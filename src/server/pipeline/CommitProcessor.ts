/**
 * Answers each connection in the order in which it asked: a read waits for the writes before it, a
 * write for its commit.
 * Source: ZooKeeper CommitProcessor.
 */

import { OpCode } from '../../protocol/opcodes.ts';
import type { Replication } from '../replication.ts';
import type { ApplyResult } from '../tree/applyTxn.ts';
import type { FinalRequestProcessor } from './FinalRequestProcessor.ts';
import { isOrdered, type Request } from './Request.ts';
import type { PendingRequest, ServerCnxn } from './ServerCnxn.ts';

export class CommitProcessor {
  private readonly final: FinalRequestProcessor;
  private readonly replication: Replication;

  constructor(final: FinalRequestProcessor, replication: Replication) {
    this.final = final;
    this.replication = replication;
  }

  /** `submit` takes a write to the leader. */
  processRequest(cnxn: ServerCnxn, request: Request, submit: (request: Request) => void): void {
    const entry: PendingRequest = { request, answer: null };
    cnxn.pending.push(entry);
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

  /** A txn of the connection's session is applied: answers the request that it came from. */
  committed(cnxn: ServerCnxn, result: ApplyResult): void {
    const { cxid } = result.header;
    const entry = cnxn.pending.find((it) => it.answer === null && isOrdered(it.request));
    if (entry === undefined || entry.request.cxid !== cxid) return;
    const { request } = entry;
    // The leader ends a session with cxid 0, which a client may have used for something else.
    const isClose = result.type === 'closeSession';
    if (isClose !== (request.opcode === OpCode.closeSession)) return;
    this.complete(cnxn, entry, () => this.final.processWrite(cnxn, request, result));
  }

  private complete(cnxn: ServerCnxn, entry: PendingRequest, answer: () => void): void {
    entry.answer = answer;
    for (let head = cnxn.pending[0]; head?.answer != null; head = cnxn.pending[0]) {
      cnxn.pending.shift();
      head.answer();
    }
  }
}
