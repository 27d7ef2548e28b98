/**
 * The lab without a screen: one ensemble under a conductor, what it did (`ensemble`), how time passes (`frame`) and what a
 * person can do to it (`act`, `command`); the console's lines are made of those.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Result } from '../base/result.ts';
import type { JsonValue } from '../client/trace.ts';
import type { Action, StampedAction } from '../conductor/actions.ts';
import type { Conductor } from '../conductor/Conductor.ts';
import type { EnsembleConfig } from '../conductor/config.ts';
import { clientId, numberOf, type ParticipantId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { CommandResult, EnsembleState } from './model.ts';
import { choosePace, type PaceReason } from './playback.ts';
import { initialState, type LiveInvariant, Recorder } from './recorder/Recorder.ts';

/** Makes what a run needs; the page hands in one with Web Workers, tests one in the same thread. */
export interface LabHost {
  conductor(config: EnsembleConfig, onTrace: (events: readonly TraceEvent[]) => void): Conductor;
  invariants(config: EnsembleConfig): readonly LiveInvariant[];
}

export interface PlaybackState {
  readonly isPlaying: boolean;
  /** Multiplies the pace; 1 is the default. */
  readonly speed: number;
  /** Virtual microseconds per millisecond at the moment, and why. */
  readonly pace: number;
  readonly reason: PaceReason | 'paused';
  /** Client whose prompt the console shows. */
  readonly client: ParticipantId;
}

export const SPEED_MIN = 0.05;
export const SPEED_MAX = 50;
export const CLIENTS_MAX = 24;
/** Advances per frame: a burst of tiny steps must not hold up the page. */
const STEPS_PER_FRAME = 60;

export class Lab {
  readonly ensemble: StoreApi<EnsembleState>;
  readonly playback: StoreApi<PlaybackState>;
  readonly #host: LabHost;
  #config: EnsembleConfig;
  #conductor: Conductor;
  #recorder: Recorder;
  #buffered: TraceEvent[] = [];
  #isAdvancing = false;
  #commandCount = 0;
  readonly #waiting = new Map<number, (result: CommandResult) => void>();
  readonly #listeners = new Set<(events: readonly TraceEvent[]) => void>();

  constructor(config: EnsembleConfig, host: LabHost) {
    this.#host = host;
    this.#config = config;
    this.ensemble = createStore<EnsembleState>(() => initialState(config, []));
    this.playback = createStore<PlaybackState>(() => ({
      isPlaying: true,
      speed: 1,
      pace: 0,
      reason: 'calm',
      client: clientId(1),
    }));
    this.#recorder = new Recorder(this.ensemble, config, host.invariants(config));
    this.#conductor = this.#newConductor();
  }

  get config(): EnsembleConfig {
    return this.#config;
  }

  get recorder(): Recorder {
    return this.#recorder;
  }

  get actions(): readonly StampedAction[] {
    return this.#conductor.actions;
  }

  get traceHash(): string {
    return this.#conductor.traceHash;
  }

  /** Does something to the ensemble now; the error says what was expected. */
  act(action: Action): Result<StampedAction, string> {
    return this.#conductor.perform(action);
  }

  /** Has a client do something; resolves when virtual time has reached its answer. */
  command(client: ParticipantId, name: string, args: JsonValue): Promise<CommandResult> {
    const command = ++this.#commandCount;
    return new Promise((resolve) => {
      this.#waiting.set(command, resolve);
      const taken = this.act({ type: 'command', client, command, name, args });
      if (!taken.ok) this.#settle(command, { ok: false, error: taken.error, data: null });
    });
  }

  /** Adds the next free client; null when CLIENTS_MAX are there. */
  nextClientId(): ParticipantId | null {
    const ids = Object.keys(this.ensemble.getState().clients);
    if (ids.length >= CLIENTS_MAX) return null;
    return clientId(1 + Math.max(0, ...this.#everAdded().map(numberOf)));
  }

  setPlayback(change: Partial<Pick<PlaybackState, 'isPlaying' | 'speed' | 'client'>>): void {
    this.playback.setState(change);
  }

  /** Ends this run and begins another. Commands under way are answered with an error. */
  restart(config: EnsembleConfig): void {
    this.#conductor.dispose();
    for (const command of [...this.#waiting.keys()]) {
      this.#settle(command, { ok: false, error: 'the ensemble was started anew', data: null });
    }
    this.#buffered = [];
    this.#config = config;
    this.#recorder = new Recorder(this.ensemble, config, this.#host.invariants(config));
    this.#conductor = this.#newConductor();
  }

  /** One frame of the viewer's clock: grants the virtual time that belongs to it. */
  async frame(elapsedMs: number): Promise<void> {
    if (!this.playback.getState().isPlaying) return this.#showPaused();
    await this.#exclusively(() => this.#grant(elapsedMs));
  }

  /** Exactly one event, the next in virtual time; false if nothing is to come. */
  async step(): Promise<boolean> {
    let stepped = false;
    await this.#exclusively(async (conductor) => {
      stepped = await conductor.step();
    });
    return stepped;
  }

  /** Grants virtual time as fast as the machine can. */
  async advanceTo(untilUs: number): Promise<void> {
    await this.#exclusively((conductor) => conductor.advanceTo(untilUs));
  }

  /** Calls back with every batch recorded from now on; returns what ends it. */
  subscribe(listener: (events: readonly TraceEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#conductor.dispose();
    this.#listeners.clear();
  }

  #newConductor(): Conductor {
    return this.#host.conductor(this.#config, (events) => {
      for (const event of events) this.#buffered.push(event);
    });
  }

  async #exclusively(work: (conductor: Conductor) => Promise<void>): Promise<void> {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    const conductor = this.#conductor;
    try {
      await work(conductor);
    } finally {
      this.#isAdvancing = false;
    }
    if (conductor === this.#conductor) this.#publish();
  }

  /** Small steps up to each event while time is fast, so that it slows down in time for the story. */
  async #grant(elapsedMs: number): Promise<void> {
    const conductor = this.#conductor;
    let leftMs = elapsedMs;
    for (let steps = 0; leftMs > 0 && steps < STEPS_PER_FRAME; steps++) {
      if (conductor !== this.#conductor) return;
      const { speed } = this.playback.getState();
      const choice = choosePace(this.ensemble.getState(), this.#recorder.messages.values());
      const pace = choice.pace * speed;
      const fromUs = conductor.nowUs;
      const wantedUs = fromUs + Math.max(1, Math.round(leftMs * pace));
      const untilUs = Math.min(wantedUs, Math.max(conductor.nextEventUs, fromUs) + 1);
      await conductor.advanceTo(untilUs);
      leftMs -= (untilUs - fromUs) / pace;
      if (conductor !== this.#conductor) return;
      this.#publish();
      this.playback.setState({ pace, reason: choice.reason });
    }
  }

  #publish(): void {
    const events = this.#buffered;
    this.#buffered = [];
    this.#recorder.record(events, this.#conductor.nowUs);
    for (const event of events) {
      if (event.type !== 'commandDone') continue;
      const { ok, error, data } = event;
      this.#settle(event.command, { ok, error, data });
    }
    if (events.length > 0) for (const listener of this.#listeners) listener(events);
  }

  #settle(command: number, result: CommandResult): void {
    const resolve = this.#waiting.get(command);
    this.#waiting.delete(command);
    resolve?.(result);
  }

  #showPaused(): void {
    if (this.playback.getState().reason !== 'paused') {
      this.playback.setState({ pace: 0, reason: 'paused' });
    }
  }

  #everAdded(): ParticipantId[] {
    const added: ParticipantId[] = [];
    for (const { action } of this.actions) {
      if (action.type === 'addClient') added.push(action.client);
    }
    return added;
  }
}
