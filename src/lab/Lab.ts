/**
 * The lab without a screen: one ensemble under a conductor, what it did (`ensemble`), how time
 * passes (`frame`) and what a person can do to it (`act`, `command`); the console's lines are
 * made of those.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Result } from '../base/result.ts';
import type { JsonValue } from '../client/trace.ts';
import type { Action, StampedAction } from '../conductor/actions.ts';
import type { Conductor } from '../conductor/Conductor.ts';
import type { EnsembleConfig } from '../conductor/config.ts';
import { clientId, numberOf, type ParticipantId } from '../network/address.ts';
import type { DiskFiles } from '../server/disk.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { History } from './console/History.ts';
import { type FilesState, NO_FILES } from './files/FilesState.ts';
import type { CommandResult, EnsembleState } from './model.ts';
import { type Clock, choosePace, type PaceReason, REAL_TIME } from './playback.ts';
import { initialState, type LiveInvariant, Recorder } from './recorder/Recorder.ts';
import type { HistoryBase } from './recorder/TxnHistory.ts';

/** Makes what a run needs; the page hands in one with Web Workers, tests one in the same thread. */
export interface LabHost {
  conductor(config: EnsembleConfig, onTrace: (events: readonly TraceEvent[]) => void): Conductor;
  /** Gives a file to the person. */
  save(name: string, bytes: Uint8Array): void;
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
export const CLIENTS_MAX = 100;
/** Commands under way. */
export const COMMANDS_MAX = 1_000;
/** Advances per frame: a burst of tiny steps must not hold up the page. */
const STEPS_PER_FRAME = 60;
/** What moves is told after every frame; the rest of the page needs less. */
const FRAMES_PER_SHOW = 3;
/** So many events in that time are more than anybody can follow; they are shown half as often. */
const EVENTS_FOLLOWED = 80;
/** Virtual time between two looks at the screen while time runs as fast as it can. */
const FAST_SLICE_US = 250_000;

interface Waiting {
  readonly client: ParticipantId;
  readonly resolve: (result: CommandResult) => void;
}

export class Lab {
  readonly ensemble: StoreApi<EnsembleState>;
  readonly playback: StoreApi<PlaybackState>;
  /** Files of ZooKeeper's that are looked at. */
  readonly files: StoreApi<FilesState> = createStore<FilesState>(() => NO_FILES);
  /** The console's lines. */
  readonly lines = new History();
  readonly #host: LabHost;
  #config: EnsembleConfig;
  #conductor: Conductor;
  #recorder: Recorder;
  #buffered: TraceEvent[] = [];
  #framesSinceShow = 0;
  #pace: Pick<PlaybackState, 'pace' | 'reason'> = { pace: 0, reason: 'calm' };
  /** Recorded, and not yet shown. */
  #recorded: TraceEvent[] = [];
  /** What moves time at the moment; one thing at a time does. */
  #advance: Promise<void> | null = null;
  #createInvariants: () => readonly LiveInvariant[] = () => [];
  #commandCount = 0;
  /** How long, for the viewer, the story has gone on without a rest. */
  #storyMs = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(events: readonly TraceEvent[]) => void>();

  constructor(config: EnsembleConfig, host: LabHost) {
    this.#host = host;
    this.#config = config;
    this.ensemble = createStore<EnsembleState>(() => initialState(config));
    this.playback = createStore<PlaybackState>(() => ({
      isPlaying: true,
      speed: 1,
      pace: 0,
      reason: 'calm',
      client: clientId(1),
    }));
    this.#recorder = new Recorder(this.ensemble, config);
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

  /** Prefix of everything that the client calls a path; '' for none. */
  chrootOf(client: ParticipantId): string {
    for (const { action } of this.actions) {
      if (action.type === 'addClient' && action.client === client) return action.chroot;
    }
    return '';
  }

  get traceHash(): string {
    return this.#conductor.traceHash;
  }

  /** Does something to the ensemble now, and shows it; the error says why it cannot be done. */
  async act(action: Action): Promise<Result<StampedAction, string>> {
    const conductor = this.#conductor;
    const taken = await conductor.perform(action);
    if (conductor === this.#conductor) this.#publish();
    return taken;
  }

  /** Has a client do something; resolves when virtual time has reached its answer. */
  command(client: ParticipantId, name: string, args: JsonValue): Promise<CommandResult> {
    const command = ++this.#commandCount;
    if (this.#waiting.size >= COMMANDS_MAX) {
      const error = `${COMMANDS_MAX} commands wait for their answers already`;
      return Promise.resolve({ ok: false, error, data: null });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(command, { client, resolve });
      this.act({ type: 'command', client, command, name, args }).then((taken) => {
        if (!taken.ok) this.#settle(command, { ok: false, error: taken.error, data: null });
      }, reject);
    });
  }

  /** The same without waiting for the answer. */
  async tell(
    client: ParticipantId,
    name: string,
    args: JsonValue,
  ): Promise<Result<StampedAction, string>> {
    return this.act({ type: 'command', client, command: ++this.#commandCount, name, args });
  }

  /** Adds the next free client; null when CLIENTS_MAX are there. */
  nextClientId(): ParticipantId | null {
    const ids = Object.keys(this.ensemble.getState().clients);
    if (ids.length >= CLIENTS_MAX) return null;
    return clientId(1 + Math.max(0, ...this.#everAdded().map(numberOf)));
  }

  /** Has this run, from its beginning, and every later one judged; the checks may come late. */
  judgeBy(createInvariants: () => readonly LiveInvariant[]): void {
    this.#createInvariants = createInvariants;
    this.#recorder.judgeBy(createInvariants());
  }

  /** Resolves when time stands still: a frame may be under way. */
  async pause(): Promise<void> {
    this.setPlayback({ isPlaying: false });
    while (this.#advance !== null) await this.#advance;
  }

  setPlayback(change: Partial<Pick<PlaybackState, 'isPlaying' | 'speed' | 'client'>>): void {
    this.playback.setState(change);
  }

  /** What a server would read from its disk now: all that it wrote, flushed or not. */
  diskOf(sid: number): DiskFiles {
    return this.#conductor.diskOf(sid);
  }

  /** Gives a file to the person. */
  save(name: string, bytes: Uint8Array): void {
    this.#host.save(name, bytes);
  }

  /**
   * Ends this run and begins another. Commands under way are answered with an error. `base`: what
   * the disks of `config` hold at first.
   */
  restart(config: EnsembleConfig, base: HistoryBase | null = null): void {
    this.#conductor.dispose();
    this.setPlayback({ client: clientId(1) });
    this.#giveUp(() => true, 'The ensemble was started anew.');
    this.#config = config;
    this.#recorded = [];
    this.#recorder = new Recorder(this.ensemble, config, base);
    this.#recorder.judgeBy(this.#createInvariants());
    this.#conductor = this.#newConductor();
  }

  /** Some of the viewer's time has passed: grants the virtual time that belongs to it. */
  async frame(elapsedMs: number): Promise<void> {
    if (!this.playback.getState().isPlaying) return this.#showPaused();
    if (this.#advance !== null) return;
    this.#framesSinceShow += 1;
    await this.#exclusively(
      () => this.#grant(elapsedMs),
      () => this.#isShowDue(),
    );
  }

  /**
   * While time is slow, what is on its way is seen to go on between two grants; faster, it could
   * pass an event that nobody knows of yet.
   */
  get clock(): Clock {
    const { nowUs } = this.#recorder.live;
    const isSlow = this.playback.getState().isPlaying && this.#pace.pace < REAL_TIME;
    return { nowUs, pace: isSlow ? this.#pace.pace : 0 };
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
    await this.#exclusively(async (conductor) => {
      while (conductor === this.#conductor && conductor.nowUs < untilUs) {
        await conductor.advanceTo(Math.min(untilUs, conductor.nowUs + FAST_SLICE_US));
        if (conductor === this.#conductor) this.#publish();
      }
    });
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
    // Of its own, so that what an earlier run still says is not taken for this one's.
    const buffered: TraceEvent[] = [];
    this.#buffered = buffered;
    return this.#host.conductor(this.#config, (events) => {
      for (const event of events) buffered.push(event);
    });
  }

  async #exclusively(
    work: (conductor: Conductor) => Promise<void>,
    isShowDue = () => true,
  ): Promise<void> {
    while (this.#advance !== null) await this.#advance;
    const conductor = this.#conductor;
    let finish = (): void => {};
    this.#advance = new Promise((resolve) => {
      finish = resolve;
    });
    try {
      await work(conductor);
    } catch (error) {
      // A run that was ended on the way may fail as it likes.
      if (conductor === this.#conductor) throw error;
    } finally {
      this.#advance = null;
      finish();
    }
    if (conductor === this.#conductor && isShowDue()) this.#publish();
  }

  #isShowDue(): boolean {
    const isRush = this.#recorded.length > EVENTS_FOLLOWED;
    return this.#framesSinceShow >= (isRush ? 2 * FRAMES_PER_SHOW : FRAMES_PER_SHOW);
  }

  /** Small steps up to each event while time is fast: it slows down in time for the story. */
  async #grant(elapsedMs: number): Promise<void> {
    const conductor = this.#conductor;
    let leftMs = elapsedMs;
    let shown: Pick<PlaybackState, 'pace' | 'reason'> | null = null;
    for (let steps = 0; leftMs > 0 && steps < STEPS_PER_FRAME; steps++) {
      if (conductor !== this.#conductor) return;
      const { speed, isPlaying } = this.playback.getState();
      if (!isPlaying) break;
      const { live, messages } = this.#recorder;
      const choice = choosePace(live, messages.values(), this.#storyMs);
      const pace = choice.pace * speed;
      const fromUs = conductor.nowUs;
      const wantedUs = fromUs + Math.max(1, Math.round(leftMs * pace));
      const nextUs = Math.max(conductor.nextEventUs, fromUs) + 1;
      const untilUs = choice.pace < REAL_TIME ? wantedUs : Math.min(wantedUs, nextUs);
      await conductor.advanceTo(untilUs);
      const spentMs = (untilUs - fromUs) / pace;
      leftMs -= spentMs;
      const goesOn = choice.reason === 'story' || choice.reason === 'waiting';
      this.#storyMs = goesOn ? this.#storyMs + spentMs : 0;
      if (conductor !== this.#conductor) return;
      this.#record();
      shown = { pace, reason: choice.reason };
    }
    if (shown !== null) this.#pace = shown;
  }

  #record(): void {
    const events = this.#buffered.splice(0);
    this.#recorder.record(events, this.#conductor.nowUs);
    for (const event of events) this.#recorded.push(event);
  }

  /** Shows what has happened, and tells those who wait for it. */
  #publish(): void {
    this.#record();
    this.#framesSinceShow = 0;
    this.#recorder.show();
    if (this.playback.getState().isPlaying) this.playback.setState(this.#pace);
    const events = this.#recorded.splice(0);
    for (const event of events) this.#answer(event);
    if (events.length > 0) for (const listener of this.#listeners) listener(events);
  }

  #answer(event: TraceEvent): void {
    if (event.type === 'commandDone') {
      const { ok, error, data } = event;
      this.#settle(event.command, { ok, error, data });
    } else if (event.type === 'processKilled') {
      const { target } = event;
      this.#giveUp((client) => client === target, `${target} ended before the answer came.`);
    }
  }

  #giveUp(concerns: (client: ParticipantId) => boolean, error: string): void {
    for (const [command, { client }] of [...this.#waiting]) {
      if (concerns(client)) this.#settle(command, { ok: false, error, data: null });
    }
  }

  #settle(command: number, result: CommandResult): void {
    const waiting = this.#waiting.get(command);
    this.#waiting.delete(command);
    waiting?.resolve(result);
  }

  #showPaused(): void {
    if (this.#recorder.live !== this.ensemble.getState()) this.#publish();
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
