/**
 * One participant: a machine with its network stack, its timers, its clock, and one process on
 * it. The same code runs in Node and in a worker. Events run in the order of time, sender and
 * sequence, whatever the windows are, so the windows leave no mark on what happens.
 */

import { assert } from '../base/assert.ts';
import { Heap } from '../base/Heap.ts';
import { orderOf, type ParticipantId } from '../network/address.ts';
import type { Connection } from '../network/Connection.ts';
import type { Message } from '../network/Message.ts';
import { NetworkStack, type StackHost, type StackWake } from '../network/NetworkStack.ts';
import type { Tracing } from '../server/context.ts';
import type { TraceBody, TraceEvent } from '../trace/TraceEvent.ts';
import { Arrivals } from './Arrivals.ts';
import {
  compareLocal,
  type LocalBody,
  type LocalEvent,
  type ProcessItem,
  type Timer,
} from './localEvents.ts';
import type { Arrival, Grant, Input, Launch, ProcessEnd, WindowReport } from './ParticipantHost.ts';
import type { Machine, Runner } from './Runner.ts';

const INPUT_ORDER = 0;
/** What waited while the process was paused goes before all that comes at the time of `resume`. */
const RESUMED_ORDER = 1;
/** Messages that wait for a paused process; its machine refuses more. */
export const HELD_MAX = 10_000;

export class Participant implements Machine, StackHost {
  readonly id: ParticipantId;
  readonly stack: NetworkStack;
  nowUs = 0;
  private readonly incarnation: number;
  private readonly order: number;
  private readonly runner: Runner;
  private readonly sendOut: (message: Message) => void;
  private readonly tracing: Tracing;
  private readonly queue = new Heap<LocalEvent>(compareLocal);
  private readonly arrivals = new Arrivals(this.queue);
  private readonly timers = new Map<string, Timer>();
  private readonly earliest = new Map<ParticipantId, number>();
  private events: TraceEvent[] = [];
  private held: ProcessItem[] | null = null;
  private ended: ProcessEnd | null = null;
  private sequence = 0;
  private handled = 0;

  /** `sendOut` takes every message on its way to the machine that it is for. */
  constructor(
    launch: Launch,
    createRunner: (machine: Machine) => Runner,
    sendOut: (message: Message) => void,
    tracing: Tracing,
  ) {
    const { who: id, incarnation, seed, latencyUs, firstMessageId } = launch;
    this.id = id;
    this.incarnation = incarnation;
    this.order = orderOf(id);
    this.sendOut = sendOut;
    this.tracing = tracing;
    this.stack = new NetworkStack({ id, incarnation, seed, latencyUs, firstMessageId }, this);
    for (const status of launch.peers) this.stack.setPeer(status);
    for (const { from, to, state } of launch.links) this.stack.setLink(from, to, state);
    this.runner = createRunner(this);
    this.schedule(launch.atUs, { type: 'boot' });
  }

  /** A promise only if the process runs async code in this window. */
  run(grant: Grant): WindowReport | Promise<WindowReport> {
    this.handled = 0;
    for (const input of grant.inputs) this.push(input.atUs, INPUT_ORDER, { what: 'input', input });
    return this.runEvents(grant);
  }

  /** A message that is on its way to this participant. */
  take(message: Message): void {
    if (this.ended !== null || message.toIncarnation !== this.incarnation) return;
    const { arriveUs, from } = message;
    assert(arriveUs > this.nowUs, `message of ${from} arrives in the past of ${this.id}`);
    this.arrivals.add(message);
  }

  get isTracing(): boolean {
    return this.tracing.isOn;
  }

  trace(body: TraceBody): void {
    this.events.push({ atUs: this.nowUs, who: this.id, ...body });
  }

  setTimer(name: string, afterMs: number): void {
    this.forgetTimer(name);
    const timer = { name, isStale: false };
    this.timers.set(name, timer);
    const dueUs = this.nowUs + afterMs * 1000;
    if (this.isTracing) this.trace({ type: 'timerSet', timer: name, dueUs });
    this.schedule(dueUs, { type: 'timer', timer });
  }

  cancelTimer(name: string): void {
    if (this.forgetTimer(name) && this.isTracing)
      this.trace({ type: 'timerCancelled', timer: name });
  }

  exit(): void {
    this.stack.resetAll();
    this.end('crash');
  }

  schedule(atUs: number, item: ProcessItem): void {
    this.push(atUs, this.order, { what: 'item', item });
  }

  wakeAt(atUs: number, wake: StackWake): void {
    this.push(atUs, this.order, { what: 'wake', wake });
  }

  post(message: Message): void {
    const { to, arriveUs } = message;
    const earliestUs = this.earliest.get(to);
    if (earliestUs === undefined || arriveUs < earliestUs) this.earliest.set(to, arriveUs);
    this.sendOut(message);
  }

  onConnected(connection: Connection, dialled: boolean): void {
    this.deliver({ type: 'connected', connection, dialled });
  }

  onRefused(connection: Connection): void {
    this.deliver({ type: 'refused', connection });
  }

  onMessage(connection: Connection, message: Message): void {
    if (this.held !== null && this.held.length >= HELD_MAX) {
      this.stack.reset(connection, 'process does not read');
    } else {
      this.deliver({ type: 'message', connection, message });
    }
  }

  onDisconnected(connection: Connection): void {
    this.deliver({ type: 'disconnected', connection });
  }

  private runEvents(grant: Grant): WindowReport | Promise<WindowReport> {
    while (this.handled < grant.eventsMax && this.nextUs() <= grant.untilUs) {
      try {
        this.runNext();
      } catch (error) {
        this.crash(error);
      }
      if (this.runner.isSettling && this.ended === null) return this.settle(grant);
    }
    return this.report();
  }

  private async settle(grant: Grant): Promise<WindowReport> {
    try {
      await this.runner.settle();
    } catch (error) {
      this.crash(error);
    }
    return this.runEvents(grant);
  }

  private runNext(): void {
    const event = this.queue.pop();
    assert(event !== undefined && event.atUs >= this.nowUs, 'time runs backwards');
    this.nowUs = event.atUs;
    const { body } = event;
    if (body.what === 'input') {
      this.obey(body.input);
    } else if (body.what !== 'arrival' || this.arrivals.hasCome(body.message, event.atUs)) {
      // What only joins the queue of a paused process has not happened yet.
      if (this.held === null || body.what !== 'item') this.handled += 1;
      if (body.what === 'arrival') this.stack.receive(body.message);
      else if (body.what === 'wake') this.stack.wake(body.wake);
      else this.deliver(body.item);
    }
  }

  private deliver(item: ProcessItem): void {
    if (this.held !== null) {
      this.held.push(item);
      return;
    }
    if (item.type === 'timer') {
      if (item.timer.isStale) return;
      this.timers.delete(item.timer.name);
      if (this.isTracing) this.trace({ type: 'timerFired', timer: item.timer.name });
    }
    this.runner.handle(item);
  }

  private obey(input: Input): void {
    switch (input.type) {
      case 'peer':
        return this.stack.setPeer(input.status);
      case 'link': {
        const { from, to, state } = input.link;
        if (to === this.id) this.arrivals.setHeld(from, state.held, this.nowUs);
        return this.stack.setLink(from, to, state);
      }
      case 'lose': {
        const { from, id } = input;
        const resent = this.arrivals.lose(from, id);
        if (resent === null) return;
        return this.trace({ type: 'messageResent', id, from, arriveUs: resent.arriveUs });
      }
      case 'pause':
        this.held = [];
        return;
      case 'resume':
        return this.resume();
      case 'die':
        if (input.cause === 'kill') this.stack.resetAll();
        return this.end(input.cause);
      case 'command':
      case 'expireSession':
      case 'outside':
        this.handled += 1;
        return this.deliver({ type: 'input', input });
    }
  }

  private resume(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const item of held) this.push(this.nowUs, RESUMED_ORDER, { what: 'item', item });
  }

  private end(cause: ProcessEnd['cause']): void {
    this.ended = { atUs: this.nowUs, cause };
    this.queue.clear();
  }

  private crash(error: unknown): void {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.trace({ type: 'assertionFailed', message });
    this.exit();
  }

  /** Next event that means anything; Infinity for none. */
  private nextUs(): number {
    for (let next = this.queue.peek(); next !== undefined; next = this.queue.peek()) {
      if (!isStale(next.body)) return next.atUs;
      this.queue.pop();
    }
    return Number.POSITIVE_INFINITY;
  }

  private report(): WindowReport {
    const { events: trace, earliest, ended, handled } = this;
    const sent: Arrival[] = [];
    for (const [to, earliestUs] of earliest) sent.push({ to, earliestUs });
    earliest.clear();
    this.events = [];
    const { nextMessageId } = this.stack;
    const writes = this.runner.takeWrites();
    return {
      who: this.id,
      handled,
      nextUs: this.nextUs(),
      nextMessageId,
      sent,
      trace,
      writes,
      ended,
    };
  }

  private forgetTimer(name: string): boolean {
    const timer = this.timers.get(name);
    if (timer === undefined) return false;
    timer.isStale = true;
    return this.timers.delete(name);
  }

  private push(atUs: number, order: number, body: LocalBody): void {
    this.queue.push({ atUs, order, sequence: this.sequence++, body });
  }
}

/** A timer that was moved or cancelled, or a wait of a connection that is over. */
function isStale(body: LocalBody): boolean {
  if (body.what === 'item') return body.item.type === 'timer' && body.item.timer.isStale;
  if (body.what !== 'wake') return false;
  const { type, connection } = body.wake;
  if (type === 'dialTimeout' || type === 'refuse') return connection.state !== 'dialling';
  return connection.state === 'closed';
}
