/**
 * Who watches a znode hears of a change before it can see it. A watch counts from when the server
 * has set it on the connection that the session has now, until it is delivered or the connection is
 * over.
 * Source: Programmer's Guide, "What ZooKeeper Guarantees about Watches". Recursive watches are not
 * followed.
 */

import type { ParticipantId } from '../network/address.ts';
import { KeeperErrorCode } from '../protocol/errors.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid, ZERO_ZXID } from '../protocol/zxid.ts';
import type { WatchKind } from '../server/trace.ts';
import type { TraceEvent, TraceOf } from '../trace/TraceEvent.ts';
import { BaseCheck, seconds } from './Check.ts';
import type { Histories } from './Histories.ts';
import { numberIn } from './Reads.ts';
import type { Sessions } from './Sessions.ts';

interface Watch {
  readonly kind: WatchKind;
  /**
   * Where the server was when it set the watch; of a persistent one, when it was last delivered.
   */
  readonly since: Zxid;
  readonly atUs: number;
}

/** The connection that a session has now, with its watches by path. */
interface Attachment {
  readonly server: ParticipantId;
  readonly watches: Map<string, Watch[]>;
}

/** Per session; further ones are not followed. */
const PATHS_MAX = 20_000;

export class WatchBeforeData extends BaseCheck {
  readonly id = 'watchBeforeData';
  readonly title = 'A watch fires before the change is seen';
  private readonly histories: Histories;
  private readonly sessions: Sessions;
  private readonly attached = new Map<string, Attachment>();

  constructor(histories: Histories, sessions: Sessions) {
    super();
    this.histories = histories;
    this.sessions = sessions;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    this.sessions.observe(event);
    switch (event.type) {
      case 'connectionOpened':
        this.attached.set(event.sessionId, { server: event.who, watches: new Map() });
        return;
      case 'connectionClosed':
        if (this.attached.get(event.sessionId)?.server === event.who) {
          this.attached.delete(event.sessionId);
        }
        return;
      case 'clientStateChanged':
        if (event.state !== 'connected') this.attached.delete(event.sessionId);
        return;
      case 'watchSet':
        return this.onSet(event);
      case 'watchRemoved':
        return this.onRemoved(event);
      case 'watchDelivered':
        return this.onDelivered(event);
      case 'operationDone':
        return this.judge(event);
      default:
        return;
    }
  }

  private onSet({ who, sessionId, path, kind, atUs }: TraceOf<'watchSet'>): void {
    const attachment = this.attached.get(sessionId);
    if (attachment?.server !== who || kind === 'persistentRecursive') return;
    const { watches } = attachment;
    const since = this.histories.position(who) ?? ZERO_ZXID;
    const watch = { kind, since, atUs };
    const known = watches.get(path);
    if (known !== undefined) known.push(watch);
    else if (watches.size < PATHS_MAX) watches.set(path, [watch]);
  }

  private onRemoved({ who, sessionId, path, kind }: TraceOf<'watchRemoved'>): void {
    const attachment = this.attached.get(sessionId);
    if (attachment?.server !== who) return;
    keepOnly(attachment.watches, path, (watch) => watch.kind !== kind);
  }

  private onDelivered({ who, path, event, zxid, atUs }: TraceOf<'watchDelivered'>): void {
    const watches = this.attached.get(this.sessions.of(who) ?? '')?.watches;
    if (watches === undefined) return;
    const isOfChildren = event === 'NodeChildrenChanged';
    const known = watches.get(path) ?? [];
    keepOnly(watches, path, ({ kind, since }) => {
      if (kind === 'persistent') return false;
      const isMeant = event === 'NodeDeleted' || (kind === 'child') === isOfChildren;
      return !isMeant || (zxid > 0 && since >= zxid);
    });
    if (!known.some(({ kind }) => kind === 'persistent')) return;
    const kept = watches.get(path) ?? [];
    watches.set(path, [...kept, { kind: 'persistent', since: zxid as Zxid, atUs }]);
  }

  private judge(event: TraceOf<'operationDone'>): void {
    const watches = this.attached.get(this.sessions.of(event.who) ?? '')?.watches.get(event.path);
    if (watches === undefined) return;
    for (const watch of watches) {
      const change = changeSeen(event, watch);
      if (change === null) continue;
      const set = `a ${watch.kind} watch from ${seconds(watch.atUs)}`;
      const { who, op, path } = event;
      this.fail(event, `${who} sees ${change} (${op} ${path}) while ${set} has not fired`);
    }
  }
}

/** What the answer tells that the watch should have told before, or null. */
function changeSeen(event: TraceOf<'operationDone'>, { kind, since }: Watch): string | null {
  const { op, error, result, zxid } = event;
  if (kind === 'child') {
    const pzxid = op === 'getChildren2' ? numberIn(result, 'pzxid') : undefined;
    return pzxid !== undefined && pzxid > since ? `pzxid ${formatZxid(pzxid as Zxid)}` : null;
  }
  if (op !== 'getData' && op !== 'exists') return null;
  if (error === KeeperErrorCode.NONODE) {
    return kind === 'data' && zxid > since ? 'that it is gone' : null;
  }
  const mzxid = numberIn(result, 'mzxid');
  if (kind === 'persistent' || mzxid === undefined || mzxid <= since) return null;
  return `mzxid ${formatZxid(mzxid as Zxid)}`;
}

function keepOnly(
  watches: Map<string, Watch[]>,
  path: string,
  isKept: (watch: Watch) => boolean,
): void {
  const known = watches.get(path);
  if (known === undefined) return;
  const kept = known.filter(isKept);
  if (kept.length === 0) watches.delete(path);
  else watches.set(path, kept);
}
