/** A few stacks on one clock, each with a log of what its process is told. */

import { Heap } from '../../base/Heap.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { ParticipantId } from '../address.ts';
import type { Connection } from '../Connection.ts';
import { HEALTHY, type LinkState } from '../LinkModel.ts';
import type { Message } from '../Message.ts';
import { NetworkStack, type StackHost, type StackWake } from '../NetworkStack.ts';
import type { PeerState } from '../Peer.ts';
import type { NetworkTrace } from '../trace.ts';

interface Due {
  readonly atUs: number;
  readonly sequence: number;
  readonly run: () => void;
}

export class Wire {
  nowUs = 0;
  readonly stacks = new Map<ParticipantId, NetworkStack>();
  /** `40000 S2 hello`: when, who, what. */
  readonly told: string[] = [];
  readonly trace: (NetworkTrace & { readonly who: ParticipantId; readonly atUs: number })[] = [];
  /** Newest connection of each. */
  readonly connections = new Map<ParticipantId, Connection>();
  private readonly due = new Heap<Due>((a, b) => a.atUs - b.atUs || a.sequence - b.sequence);
  private sequence = 0;

  constructor(...ids: readonly ParticipantId[]) {
    const latencyUs = { min: 10_000, max: 14_000 };
    for (const id of ids) {
      const me = { id, incarnation: 1, seed: 7, latencyUs, firstMessageId: 1 };
      this.stacks.set(id, new NetworkStack(me, this.hostOf(id)));
    }
    for (const id of ids) this.setPeer(id, 'up', 1);
  }

  stack(id: ParticipantId): NetworkStack {
    const stack = this.stacks.get(id);
    if (stack === undefined) throw new Error(`no ${id}`);
    return stack;
  }

  connection(id: ParticipantId): Connection {
    const connection = this.connections.get(id);
    if (connection === undefined) throw new Error(`${id} has no connection`);
    return connection;
  }

  say(id: ParticipantId, text: string): void {
    const summary = { kind: 'request', text };
    this.stack(id).send(this.connection(id), 'frame', utf8Encode(text), summary);
  }

  setPeer(id: ParticipantId, state: PeerState, incarnation: number): void {
    for (const [other, stack] of this.stacks) {
      if (other !== id) stack.setPeer({ id, state, incarnation });
    }
  }

  setLink(from: ParticipantId, to: ParticipantId, change: Partial<LinkState>): void {
    const state = { ...HEALTHY, ...change };
    for (const stack of this.stacks.values()) stack.setLink(from, to, state);
  }

  /** Takes a machine away: what is on its way there goes nowhere. */
  remove(id: ParticipantId): void {
    this.stacks.delete(id);
  }

  runUntil(untilUs: number): void {
    for (let next = this.due.peek(); next !== undefined; next = this.due.peek()) {
      if (next.atUs > untilUs) break;
      this.due.pop();
      this.nowUs = next.atUs;
      next.run();
    }
    this.nowUs = untilUs;
  }

  private at(atUs: number, run: () => void): void {
    this.due.push({ atUs, sequence: this.sequence++, run });
  }

  private hostOf(id: ParticipantId): StackHost {
    const now = () => this.nowUs;
    const tell = (what: string) => this.told.push(`${id} ${what}`);
    return {
      get nowUs() {
        return now();
      },
      isTracing: true,
      wakeAt: (atUs: number, wake: StackWake) => this.at(atUs, () => this.stack(id).wake(wake)),
      post: (message: Message) =>
        this.at(message.arriveUs, () => this.stacks.get(message.to)?.receive(message)),
      trace: (event) => this.trace.push({ ...event, who: id, atUs: this.nowUs }),
      onConnected: (connection, dialled) => {
        this.connections.set(id, connection);
        tell(dialled ? 'connected' : 'accepted');
      },
      onRefused: () => tell('refused'),
      onMessage: (_connection, { payload }) => tell(utf8Decode(payload)),
      onDisconnected: () => tell('disconnected'),
    };
  }
}

/** S1 has dialled S2, and both know it. */
export function connectedPair(): Wire {
  const wire = new Wire('S1', 'S2');
  wire.stack('S1').dial('S2', 'quorum');
  wire.runUntil(100_000);
  wire.told.length = 0;
  return wire;
}
