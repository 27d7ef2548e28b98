/** Traces written by hand, for the tests of the checks. */

import type { ClientTrace, JsonValue } from '../../client/trace.ts';
import type { FaultTrace } from '../../network/trace.ts';
import { encodeTxn, type TxnBody } from '../../protocol/txns.ts';
import { makeZxid, type Zxid } from '../../protocol/zxid.ts';
import type { ServerTrace } from '../../server/trace.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { Check } from '../Check.ts';

export const z = makeZxid;

const SESSION = 0x10n;
const HEX_SESSION = '0x10';

/** Each call is one event, one millisecond after the one before. */
export class Script {
  readonly events: TraceEvent[] = [];

  server(who: string, body: ServerTrace): this {
    return this.push({ atUs: this.nextUs(), who, ...body });
  }

  fault(body: FaultTrace): this {
    return this.push({ atUs: this.nextUs(), who: '*', ...body });
  }

  client(who: string, body: ClientTrace): this {
    return this.push({ atUs: this.nextUs(), who, ...body });
  }

  /** Servers that start with nothing, and vote. */
  boot(...servers: string[]): this {
    for (const target of servers) this.fault({ type: 'processStarted', target, incarnation: 1 });
    for (const who of servers) this.recovered(who, z(0, 0)).voted(who);
    return this;
  }

  recovered(who: string, lastZxid: Zxid): this {
    const rest = { acceptedEpoch: 0, currentEpoch: 0, snapshotZxid: z(0, 0), cutBytes: 0 };
    return this.server(who, { type: 'recovered', lastZxid, ...rest });
  }

  voted(who: string): this {
    const vote = { leader: 1, zxid: z(0, 0), peerEpoch: 0, electionEpoch: 1 };
    return this.server(who, { type: 'voteCast', ...vote });
  }

  leads(who: string, epoch: number): this {
    return this.server(who, { type: 'leaderEstablished', epoch, quorum: [] });
  }

  proposes(who: string, zxid: Zxid, body?: TxnBody, clientId = SESSION): this {
    const header = { clientId, cxid: 1, zxid, time: 0 };
    const fallback: TxnBody = { type: 'setData', path: '/a', data: null, version: 1 };
    const txn = encodeTxn({ header, body: body ?? fallback, digest: null });
    return this.server(who, { type: 'proposed', zxid, txn });
  }

  logs(zxid: Zxid, ...servers: string[]): this {
    for (const who of servers) this.server(who, { type: 'logged', zxid });
    return this;
  }

  /** Commits and applies it. */
  delivers(zxid: Zxid, ...servers: string[]): this {
    for (const who of servers) {
      this.server(who, { type: 'committed', zxid });
      this.applies(who, zxid);
    }
    return this;
  }

  applies(who: string, zxid: Zxid, digest = `${zxid}`): this {
    return this.server(who, { type: 'applied', zxid, digest, error: 0 });
  }

  /** Proposed by `leader`, logged and delivered everywhere. */
  replicates(leader: string, zxid: Zxid, servers: readonly string[], body?: TxnBody): this {
    return this.proposes(leader, zxid, body)
      .logs(zxid, ...servers)
      .delivers(zxid, ...servers);
  }

  connects(who: string, server: string, sessionId = HEX_SESSION): this {
    const opened = { connection: 1, sessionId, address: '', timeoutMs: 4000 } as const;
    this.server(server, { type: 'connectionOpened', ...opened });
    const state = { state: 'connected', server, sessionId, timeoutMs: 4000 } as const;
    return this.client(who, { type: 'clientStateChanged', ...state });
  }

  answered(
    who: string,
    op: string,
    path: string,
    zxid: Zxid,
    { error = 0, result = null }: { readonly error?: number; readonly result?: JsonValue } = {},
  ): this {
    return this.client(who, { type: 'operationDone', xid: 1, op, path, error, zxid, result });
  }

  /** The first violation that `check` finds; null if there is none. */
  judgedBy(check: Check): string | null {
    for (const event of this.events) check.observe(event);
    return check.violation;
  }

  private nextUs(): number {
    return (this.events.length + 1) * 1000;
  }

  private push(event: TraceEvent): this {
    this.events.push(event);
    return this;
  }
}

export const THREE = ['S1', 'S2', 'S3'] as const;

/** Three servers, led by S3 in epoch 1, with two txns that all have delivered. */
export function healthy(): Script {
  return new Script()
    .boot(...THREE)
    .leads('S3', 1)
    .replicates('S3', z(1, 1), THREE, { type: 'createSession', timeOut: 4000 })
    .replicates('S3', z(1, 2), THREE, {
      type: 'create',
      path: '/a',
      data: null,
      acl: [],
      ephemeral: false,
      parentCVersion: 1,
    });
}
