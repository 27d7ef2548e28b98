/**
 * Requests and the answers they wait for. One connection answers in the order in which it was
 * asked; when it breaks, everything without an answer fails. Source: ClientCnxn.outgoingQueue,
 * pendingQueue.
 */

import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import type { Codec } from '../protocol/codec.ts';
import { decode } from '../protocol/codec.ts';
import { KeeperErrorCode } from '../protocol/errors.ts';
import { Xid } from '../protocol/opcodes.ts';
import type { ReplyHeader } from '../protocol/records.ts';
import type { ClientRequest, RequestOf, ResponseName, ResponseOf } from '../protocol/requests.ts';
import { encodeRequest, responseCodecs } from '../protocol/requests.ts';
import type { Chroot } from './Chroot.ts';
import { describeRequest, describeResponse, multiError, pathOf } from './describeRequest.ts';
import { KeeperError } from './KeeperError.ts';
import type { SessionHost } from './SessionHost.ts';
import type { JsonValue } from './trace.ts';

/** Requests without an answer; one more is refused. The limit is that of a server's own queue. */
export const OUTSTANDING_MAX = 1000;

const XID_MAX = 0x7fffffff;

type Finish = (result: Result<unknown, KeeperError>) => void;

interface Packet {
  readonly xid: number;
  readonly request: ClientRequest;
  readonly codec: Codec<unknown>;
  readonly finish: Finish;
  isSent: boolean;
}

export class RequestQueue {
  private readonly host: SessionHost;
  private readonly chroot: Chroot;
  private readonly waiting: Packet[] = [];
  private readonly pending: Packet[] = [];
  private lastXid = 0;

  constructor(host: SessionHost, chroot: Chroot) {
    this.host = host;
    this.chroot = chroot;
  }

  /** Requests without an answer. */
  get outstanding(): number {
    return this.waiting.length + this.pending.length;
  }

  /** Asks now, or as soon as `sendWaiting` is called. `finish` is called exactly once. */
  add<K extends ResponseName>(
    request: RequestOf<K>,
    finish: (result: Result<ResponseOf<K>, KeeperError>) => void,
    isConnected: boolean,
  ): void {
    if (this.outstanding >= OUTSTANDING_MAX) {
      const reason = `${OUTSTANDING_MAX} requests wait for an answer: ask for less at a time`;
      const path = this.chroot.toClient(pathOf(request));
      finish(err(new KeeperError(KeeperErrorCode.THROTTLEDOP, path, { reason })));
      return;
    }
    this.lastXid = this.lastXid === XID_MAX ? 1 : this.lastXid + 1;
    const packet = newPacket(this.lastXid, request, finish as Finish);
    if (isConnected) this.send(packet);
    else this.waiting.push(packet);
  }

  /** Asks before everything that waits; its answer interests nobody. */
  addSetWatches(request: RequestOf<'setWatches'> | RequestOf<'setWatches2'>): void {
    this.send(newPacket(Xid.setWatches, request, () => {}));
  }

  sendWaiting(): void {
    for (const packet of this.waiting.splice(0)) this.send(packet);
  }

  /** False if the reply is not the one that must come next: the connection is worthless. */
  onReply(header: ReplyHeader, body: Uint8Array): boolean {
    const packet = this.pending.shift();
    if (packet === undefined) return false;
    if (packet.xid !== header.xid) {
      this.fail(packet, KeeperErrorCode.CONNECTIONLOSS);
      return false;
    }
    if (header.err !== 0) {
      this.traceDone(packet, header.err, header.zxid, null);
      this.finish(packet, err(this.errorFor(packet, header.err, true)));
      return true;
    }
    const decoded = decode(packet.codec, body);
    if (!decoded.ok) {
      this.fail(packet, KeeperErrorCode.MARSHALLINGERROR);
      return false;
    }
    const { value } = decoded;
    const { request } = packet;
    const error = request.type === 'multi' ? multiError((value as ResponseOf<'multi'>).results) : 0;
    this.traceDone(packet, error, header.zxid, describeResponse(request, value));
    this.finish(packet, ok(value));
    return true;
  }

  /** Fails everything that waits, oldest first; what is asked meanwhile waits for the next turn. */
  failAll(code: number): void {
    const failed = [...this.pending.splice(0), ...this.waiting.splice(0)];
    for (const packet of failed) this.fail(packet, code);
  }

  private send(packet: Packet): void {
    packet.isSent = true;
    this.pending.push(packet);
    const { xid, request } = packet;
    this.host.emit({
      type: 'send',
      payload: encodeRequest(xid, request),
      summary: { kind: 'request', text: describeRequest(request) },
    });
    if (xid > 0) {
      const event = {
        type: 'operationSent',
        xid,
        op: request.type,
        path: pathOf(request),
      } as const;
      this.host.emit({ type: 'trace', event });
    }
  }

  private fail(packet: Packet, code: number): void {
    this.traceDone(packet, code, -1, null);
    this.finish(packet, err(this.errorFor(packet, code, !packet.isSent)));
  }

  private finish(packet: Packet, result: Result<unknown, KeeperError>): void {
    this.host.wake();
    packet.finish(result);
  }

  /** Connection loss is never definite, be it that the request was not even sent. */
  private errorFor(packet: Packet, code: number, definite: boolean): KeeperError {
    return new KeeperError(code, this.chroot.toClient(pathOf(packet.request)), {
      definite: definite && code !== KeeperErrorCode.CONNECTIONLOSS,
    });
  }

  /** Only of what was sent: the trace pairs each with its `operationSent`. */
  private traceDone(packet: Packet, error: number, zxid: number, result: JsonValue): void {
    if (!packet.isSent || packet.xid <= 0) return;
    const { xid, request } = packet;
    const path = pathOf(request);
    this.host.emit({
      type: 'trace',
      event: { type: 'operationDone', xid, op: request.type, path, error, zxid, result },
    });
  }
}

function newPacket(xid: number, request: RequestOf<ResponseName>, finish: Finish): Packet {
  return { xid, request, codec: responseCodecs[request.type], finish, isSent: false };
}
