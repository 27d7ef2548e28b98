/**
 * Lets a server work on so many requests at a time: others wait, all in one queue, until some are
 * answered. Who waits for too long is answered that it did.
 * Source: ZooKeeper RequestThrottler; Administrator's Guide "zookeeper.request_throttle_*".
 */

import { RingBuffer } from '../../base/RingBuffer.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import type { ServerContext } from '../context.ts';
import type { Request } from './Request.ts';
import type { ServerCnxn } from './ServerCnxn.ts';
import type { ServerCnxnFactory } from './ServerCnxnFactory.ts';

const WAITING_MAX = 100_000;

/** Where requests go from here. */
export interface Throttled {
  /** `isThrottled`: it waited for too long. */
  submitRequestNow(cnxn: ServerCnxn, request: Request, isThrottled: boolean): void;
  /** The connection is closed. What its client wanted is done all the same. */
  submitWithoutClient(request: Request): void;
}

interface Waiting {
  readonly cnxn: ServerCnxn;
  readonly request: Request;
}

export class RequestThrottler {
  private readonly context: ServerContext;
  private readonly cnxns: ServerCnxnFactory;
  private readonly next: Throttled;
  private readonly waiting = new RingBuffer<Waiting>(WAITING_MAX);
  private isRunning = false;
  private isStalled = false;

  constructor(context: ServerContext, cnxns: ServerCnxnFactory, next: Throttled) {
    this.context = context;
    this.cnxns = cnxns;
    this.next = next;
  }

  submitRequest(cnxn: ServerCnxn, request: Request): void {
    if (this.context.config.requestThrottleMaxRequests === 0) {
      this.context.metrics.summaries.request_throttle_queue_time_ms.add(0);
      this.next.submitRequestNow(cnxn, request, false);
    } else if (this.waiting.size === WAITING_MAX) {
      this.cnxns.close(cnxn, 'too many outstanding requests');
    } else {
      cnxn.throttled++;
      this.waiting.push({ cnxn, request });
      this.wake();
    }
  }

  /** When requests were answered, or a connection closed. */
  wake(): void {
    // What is let through may be answered at once, and wake this.
    if (this.isRunning || this.waiting.size === 0) return;
    this.isRunning = true;
    this.stopStalling();
    while (this.waiting.size > 0 && this.mayTake()) {
      const head = this.waiting.shift();
      if (head !== undefined) this.take(head);
    }
    this.isRunning = false;
    if (this.waiting.size > 0) this.stall();
  }

  /** When `requestThrottle` fires. */
  onStallTime(): void {
    this.isStalled = false;
    this.wake();
  }

  stop(): void {
    this.stopStalling();
    this.waiting.clear();
  }

  /** Those of closed connections do not wait: they are dropped. */
  private mayTake(): boolean {
    const { requestThrottleMaxRequests, requestThrottleDropStale } = this.context.config;
    const head = this.waiting.first();
    if (requestThrottleDropStale && head !== undefined && isStale(head)) return true;
    return this.cnxns.outstanding < requestThrottleMaxRequests;
  }

  private take(head: Waiting): void {
    const { cnxn, request } = head;
    const { config, metrics, nowMs } = this.context;
    cnxn.throttled--;
    if (isStale(head)) {
      if (config.requestThrottleDropStale) {
        metrics.counters.stale_requests_dropped++;
        return;
      }
      metrics.counters.stale_requests++;
    }
    const waitedMs = nowMs - request.receivedAtMs;
    metrics.summaries.request_throttle_queue_time_ms.add(waitedMs);
    const { throttledOpWaitTimeMs: limitMs } = config;
    const isThrottled = isThrottlable(request) && limitMs > 0 && waitedMs > limitMs;
    if (isThrottled) metrics.counters.throttled_ops++;
    if (!cnxn.isClosed) this.next.submitRequestNow(cnxn, request, isThrottled);
    else if (!isThrottled) this.next.submitWithoutClient(request);
  }

  private stall(): void {
    this.isStalled = true;
    this.context.metrics.counters.request_throttle_wait_count++;
    this.context.setTimer('requestThrottle', this.context.config.requestThrottleStallTimeMs);
  }

  private stopStalling(): void {
    if (this.isStalled) this.context.cancelTimer('requestThrottle');
    this.isStalled = false;
  }
}

/** A client that has closed its connection waits for nothing, but its session must end. */
function isStale({ cnxn, request }: Waiting): boolean {
  return cnxn.isClosed && request.opcode !== OpCode.closeSession;
}

function isThrottlable({ opcode }: Request): boolean {
  return (
    opcode !== OpCode.ping && opcode !== OpCode.closeSession && opcode !== OpCode.createSession
  );
}
