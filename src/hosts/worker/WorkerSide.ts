/**
 * The inside of a worker: its participants, the ports to the other workers, and the page's
 * orders, carried out one by one. Messages leave packed, one buffer per window and worker; what
 * comes in waits until a window is granted.
 */

import { createParticipant, type Programs } from '../../conductor/createParticipant.ts';
import type { Participant } from '../../conductor/Participant.ts';
import type { Grant, Launch, WindowReport } from '../../conductor/ParticipantHost.ts';
import { isServerId, type ParticipantId } from '../../network/address.ts';
import type { Message } from '../../network/Message.ts';
import { packMessages, unpackMessages } from '../../network/packMessages.ts';
import { compactReport } from './compactReport.ts';
import {
  CLIENTS,
  type FromWorker,
  type PackCount,
  type ToWorker,
  type WorkerNumber,
  type WorkerRole,
} from './protocol.ts';

interface Neighbour {
  readonly port: MessagePort;
  outgoing: Message[];
  postedCount: number;
  receivedCount: number;
}

export class WorkerSide {
  private readonly page: MessagePort;
  private readonly programs: Programs;
  private readonly participants = new Map<ParticipantId, Participant>();
  private readonly neighbours = new Map<WorkerNumber, Neighbour>();
  /** Who runs what now; a restarted server has a new worker. */
  private readonly routes = new Map<WorkerRole, Neighbour>();
  private packs: ArrayBuffer[] = [];
  private onPack = (): void => {};
  private tail: Promise<void> = Promise.resolve();

  constructor(page: MessagePort, programs: Programs) {
    this.page = page;
    this.programs = programs;
    page.onmessage = ({ data }: MessageEvent<ToWorker>) => {
      this.tail = this.tail.then(() => this.obey(data)).catch((error: unknown) => this.fail(error));
    };
  }

  private async obey(order: ToWorker): Promise<void> {
    switch (order.type) {
      case 'connect':
        return this.connect(order.worker, order.role, order.port);
      case 'disconnect':
        return this.disconnect(order.worker);
      case 'start':
        return this.start(order.launch);
      case 'stop':
        this.participants.delete(order.who);
        return;
      case 'run':
        await this.untilArrived(order.expected);
        return await this.run(order.grants);
      case 'await':
        await this.untilArrived(order.expected);
        return this.answer({ type: 'arrived' });
    }
  }

  private connect(worker: WorkerNumber, role: WorkerRole, port: MessagePort): void {
    const neighbour = { port, outgoing: [], postedCount: 0, receivedCount: 0 };
    this.neighbours.set(worker, neighbour);
    this.routes.set(role, neighbour);
    port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      this.packs.push(data);
      neighbour.receivedCount += 1;
      this.onPack();
    };
  }

  private disconnect(worker: WorkerNumber): void {
    const neighbour = this.neighbours.get(worker);
    neighbour?.port.close();
    this.neighbours.delete(worker);
    for (const [role, one] of this.routes) if (one === neighbour) this.routes.delete(role);
  }

  private start(launch: Launch): void {
    const sendOut = (message: Message) => {
      const route = this.routes.get(isServerId(message.to) ? message.to : CLIENTS);
      // No route: it is for a participant of this worker, or for nobody any more.
      if (route === undefined) this.participants.get(message.to)?.take(message);
      else route.outgoing.push(message);
    };
    this.participants.set(launch.who, createParticipant(launch, this.programs, sendOut));
  }

  /** A worker that is gone delivers nothing more: what it had sent came before it went. */
  private async untilArrived(expected: readonly PackCount[]): Promise<void> {
    const isComplete = () =>
      expected.every(({ worker, count }) => {
        const neighbour = this.neighbours.get(worker);
        return neighbour === undefined || neighbour.receivedCount >= count;
      });
    while (!isComplete()) {
      await new Promise<void>((resolve) => {
        this.onPack = resolve;
      });
    }
  }

  private async run(grants: readonly Grant[]): Promise<void> {
    this.unpack();
    const reports: WindowReport[] = [];
    for (const grant of grants) {
      const report = this.participants.get(grant.who)?.run(grant);
      if (report === undefined) throw new Error(`${grant.who} does not run in this worker`);
      reports.push(compactReport(report instanceof Promise ? await report : report));
    }
    this.answer({ type: 'reports', reports, posted: this.postPacks() });
  }

  private unpack(): void {
    const { packs } = this;
    this.packs = [];
    for (const pack of packs) {
      for (const message of unpackMessages(pack)) this.participants.get(message.to)?.take(message);
    }
  }

  private postPacks(): readonly PackCount[] {
    const posted: PackCount[] = [];
    for (const [worker, neighbour] of this.neighbours) {
      if (neighbour.outgoing.length === 0) continue;
      const buffer = packMessages(neighbour.outgoing);
      neighbour.outgoing = [];
      neighbour.port.postMessage(buffer, [buffer]);
      neighbour.postedCount += 1;
      posted.push({ worker, count: neighbour.postedCount });
    }
    return posted;
  }

  private answer(answer: FromWorker): void {
    this.page.postMessage(answer);
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.answer({ type: 'failed', message });
  }
}
