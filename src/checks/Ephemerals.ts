/**
 * An ephemeral znode belongs to a live session and is gone with it; and a session is not ended
 * before its time.
 * Source: Programmer's Guide, "Ephemeral Nodes", "ZooKeeper Sessions".
 */

import type { SubTxnBody, Txn } from '../protocol/txns.ts';
import { isFailedTxn } from '../protocol/txns.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent, TraceOf } from '../trace/TraceEvent.ts';
import { BoundedMap } from './BoundedMap.ts';
import { BaseCheck, seconds } from './Check.ts';
import type { CommittedTxns } from './CommittedTxns.ts';
import { numberIn } from './Reads.ts';
import type { Znodes } from './Znodes.ts';

const SESSIONS_MAX = 100_000;

export class Ephemerals extends BaseCheck {
  readonly id = 'ephemerals';
  readonly title = 'Ephemerals die with their session';
  private readonly committed: CommittedTxns;
  private readonly znodes: Znodes;
  private readonly closed = new BoundedMap<string, Zxid>(SESSIONS_MAX);
  /** By leader and session. */
  private readonly expiresAtMs = new BoundedMap<string, number>(SESSIONS_MAX);
  private readonly asked = new BoundedMap<string, true>(SESSIONS_MAX);

  constructor(committed: CommittedTxns, znodes: Znodes) {
    super();
    this.committed = committed;
    this.znodes = znodes;
  }

  protected fold(event: TraceEvent): void {
    this.znodes.observe(event);
    for (const txn of this.committed.fresh) this.onCommitted(event, txn);
    switch (event.type) {
      case 'sessionTouched':
        this.expiresAtMs.set(`${event.who} ${event.sessionId}`, event.expiresAtMs);
        return;
      case 'sessionExpired':
        return this.onExpired(event);
      case 'actionTaken': {
        const asked = /"expireSession","sessionId":"(0x[0-9a-f]+)"/.exec(event.action)?.[1];
        if (asked !== undefined) this.asked.set(asked, true);
        return;
      }
      case 'operationDone':
        return this.onAnswer(event);
      default:
        return;
    }
  }

  private onCommitted(event: TraceEvent, { header, body }: Txn): void {
    const session = `0x${BigInt.asUintN(64, header.clientId).toString(16)}`;
    if (body.type === 'closeSession') {
      this.closed.set(session, header.zxid);
    } else if (makesEphemeral(body)) {
      const closed = this.closed.get(session);
      if (closed === undefined) return;
      const [made, ended] = [formatZxid(header.zxid), formatZxid(closed)];
      this.fail(event, `${made} makes an ephemeral for ${session}, which ended with ${ended}`);
    }
  }

  private onExpired(event: TraceOf<'sessionExpired'>): void {
    const { who, sessionId, atUs } = event;
    const expiresAtMs = this.expiresAtMs.get(`${who} ${sessionId}`);
    if (expiresAtMs === undefined || this.asked.get(sessionId)) return;
    if (atUs >= expiresAtMs * 1000) return;
    const due = seconds(expiresAtMs * 1000);
    this.fail(event, `${who} ends session ${sessionId}, which could live until ${due}`);
  }

  private onAnswer(event: TraceOf<'operationDone'>): void {
    if (event.error !== 0 || event.zxid <= 0) return;
    const state = this.znodes.at(event.path, event.zxid as Zxid);
    if (state?.closed == null || numberIn(event.result, 'czxid') === undefined) return;
    const session = `0x${BigInt.asUintN(64, state.closed).toString(16)}`;
    const ended = formatZxid(state.since);
    const { who, path } = event;
    this.fail(event, `${who} still sees ${path} of session ${session}, which ended with ${ended}`);
  }
}

function makesEphemeral(body: Txn['body']): boolean {
  if (isFailedTxn(body)) return false;
  return body.type === 'multi' ? body.txns.some(isEphemeral) : isEphemeral(body);
}

function isEphemeral(body: SubTxnBody): boolean {
  return (body.type === 'create' || body.type === 'create2') && body.ephemeral;
}
