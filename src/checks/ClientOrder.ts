/**
 * A session never goes back in time: the zxids of its answers only grow, on whatever server.
 * Source: Programmer's Guide, "Consistency Guarantees": Single System Image.
 */

import type { ParticipantId } from '../network/address.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BaseCheck, seconds } from './Check.ts';
import type { Sessions } from './Sessions.ts';

interface Seen {
  readonly session: string;
  readonly zxid: Zxid;
  readonly atUs: number;
}

export class ClientOrder extends BaseCheck {
  readonly id = 'clientOrder';
  readonly title = 'A client never goes back in time';
  private readonly sessions: Sessions;
  private readonly seen = new Map<ParticipantId, Seen>();

  constructor(sessions: Sessions) {
    super();
    this.sessions = sessions;
  }

  protected fold(event: TraceEvent): void {
    this.sessions.observe(event);
    if (event.type !== 'operationDone' || event.zxid <= 0) return;
    const { who, atUs, op, path } = event;
    const session = this.sessions.of(who) ?? '';
    const zxid = event.zxid as Zxid;
    const last = this.seen.get(who);
    if (last?.session === session && zxid < last.zxid) {
      const before = `${formatZxid(last.zxid)} at ${seconds(last.atUs)}`;
      this.fail(event, `${who} sees ${formatZxid(zxid)} (${op} ${path}) after ${before}`);
    }
    this.seen.set(who, { session, zxid, atUs });
  }
}
