/** One server or client as the conductor knows it, through all its lives. */

import type { ClientConfig } from '../client/events.ts';
import { orderOf, type ParticipantId } from '../network/address.ts';
import type { ServerConfig } from '../server/config.ts';
import type { ServerDisk } from './Disk.ts';
import type { Input } from './ParticipantHost.ts';

/** `down`: no process. `off`: no power either. `removed`: a client that is gone for good. */
export type MemberState = 'up' | 'paused' | 'down' | 'off' | 'removed';

export type MemberProgram =
  | { readonly type: 'server'; readonly config: ServerConfig; readonly disk: ServerDisk }
  | {
      readonly type: 'client';
      readonly config: ClientConfig;
      readonly disk: ServerDisk;
      readonly meetsClients: boolean;
    };

export class Member {
  readonly id: ParticipantId;
  readonly order: number;
  program: MemberProgram;
  state: MemberState = 'down';
  incarnation = 0;
  /** The host has its participant: from the start until it has reported its end. */
  isHosted = false;
  /** Next event, or first message on its way; Infinity for none. */
  nextUs = Number.POSITIVE_INFINITY;
  nextMessageId = 1;
  /** For its next grant. */
  inputs: Input[] = [];

  constructor(id: ParticipantId, program: MemberProgram) {
    this.id = id;
    this.order = orderOf(id);
    this.program = program;
  }

  get isRunning(): boolean {
    return this.state === 'up' || this.state === 'paused';
  }

  tell(input: Input): void {
    this.inputs.push(input);
    this.nextUs = Math.min(this.nextUs, input.atUs);
  }

  takeInputs(): readonly Input[] {
    const { inputs } = this;
    if (inputs.length > 0) this.inputs = [];
    return inputs;
  }
}
