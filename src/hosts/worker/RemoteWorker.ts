/** One worker as the page sees it. It answers each order that has an answer, in turn. */

import type { FromWorker, ToWorker, WorkerNumber, WorkerRole } from './protocol.ts';

/** A started worker; `port` leads to the `WorkerSide` in it. */
export interface WorkerHandle {
  readonly port: MessagePort;
  terminate(): void;
}

/** Starts a worker; `onError` is told what no order can answer. */
export type Spawn = (role: WorkerRole, onError: (message: string) => void) => WorkerHandle;

interface Asked {
  readonly resolve: (answer: FromWorker | null) => void;
  readonly reject: (error: Error) => void;
}

export class RemoteWorker {
  readonly number: WorkerNumber;
  readonly role: WorkerRole;
  /** Packs that it has posted so far, by the worker they are for. */
  readonly posted = new Map<WorkerNumber, number>();
  private readonly handle: WorkerHandle;
  private readonly asked: Asked[] = [];
  private failure: Error | null = null;

  constructor(number: WorkerNumber, role: WorkerRole, spawn: Spawn) {
    this.number = number;
    this.role = role;
    this.handle = spawn(role, (message) => this.fail(message));
    this.handle.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'failed') this.fail(data.message);
      else this.asked.shift()?.resolve(data);
    };
  }

  tell(order: ToWorker, transfer: Transferable[] = []): void {
    this.handle.port.postMessage(order, transfer);
  }

  /** Null if the worker is terminated before it answers. Rejects once it has failed. */
  ask(order: ToWorker): Promise<FromWorker | null> {
    if (this.failure !== null) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.tell(order);
    });
  }

  terminate(): void {
    this.handle.terminate();
    this.handle.port.close();
    for (const { resolve } of this.asked.splice(0)) resolve(null);
  }

  private fail(message: string): void {
    this.failure ??= new Error(`worker of ${this.role}: ${message}`);
    for (const { reject } of this.asked.splice(0)) reject(this.failure);
  }
}
