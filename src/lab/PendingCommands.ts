/** Commands of clients whose answers virtual time has not reached yet. */

import type { Action, StampedAction } from '../conductor/actions.ts';
import type { ParticipantId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { CommandResult } from './model.ts';

/** Commands under way. */
export const COMMANDS_MAX = 1_000;

export type CommandAction = Extract<Action, { type: 'command' }>;

interface Waiting {
  readonly action: CommandAction;
  readonly resolve: (result: CommandResult) => void;
}

export class PendingCommands {
  readonly #waiting = new Map<number, Waiting>();
  #lastNumber = 0;

  /** A number that no command has had. */
  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  get isFull(): boolean {
    return this.#waiting.size >= COMMANDS_MAX;
  }

  add(action: CommandAction, resolve: (result: CommandResult) => void): void {
    this.#waiting.set(action.command, { action, resolve });
  }

  hear(event: TraceEvent): void {
    if (event.type === 'commandDone') {
      const { ok, error, data } = event;
      this.#settle(event.command, { ok, error, data });
    } else if (event.type === 'processKilled') {
      const { target } = event;
      this.#giveUpThose(({ client }) => client === target, endedEarly(target));
    }
  }

  /** It will never be answered. */
  giveUp(command: number, error: string): void {
    this.#settle(command, { ok: false, error, data: null });
  }

  giveUpAll(error: string): void {
    this.#giveUpThose(() => true, error);
  }

  /** Another run goes on, in which these have happened: what else was asked has not. */
  moveTo(actions: readonly StampedAction[], error: string): void {
    const happened = new Set<Action>();
    for (const { action } of actions) {
      happened.add(action);
      if (action.type !== 'command') continue;
      this.#lastNumber = Math.max(this.#lastNumber, action.command);
    }
    this.#giveUpThose((action) => !happened.has(action), error);
  }

  #giveUpThose(concerns: (action: CommandAction) => boolean, error: string): void {
    for (const [command, { action }] of [...this.#waiting]) {
      if (concerns(action)) this.giveUp(command, error);
    }
  }

  #settle(command: number, result: CommandResult): void {
    const waiting = this.#waiting.get(command);
    this.#waiting.delete(command);
    waiting?.resolve(result);
  }
}

const endedEarly = (client: ParticipantId): string => `${client} ended before the answer came.`;
