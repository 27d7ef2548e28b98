/**
 * The lab without a screen: one ensemble under a conductor, what it did (`ensemble`), how time
 * passes (`frame`) and what a person can do to it (`act`, `command`); the console's lines are
 * made of those.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import { err, type Result } from '../base/result.ts';
import type { JsonValue } from '../client/trace.ts';
import type { Action, StampedAction } from '../conductor/actions.ts';
import type { EnsembleConfig } from '../conductor/config.ts';
import { clientId, numberOf, type ParticipantId } from '../network/address.ts';
import type { DiskFiles } from '../server/disk.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { History } from './console/History.ts';
import type { StartOpening } from './files/FilesReader.ts';
import { type FilesState, NO_FILES } from './files/FilesState.ts';
import { formatClock } from './format.ts';
import type { CommandResult, EnsembleState } from './model.ts';
import { COMMANDS_MAX, type CommandAction, PendingCommands } from './PendingCommands.ts';
import { type Clock, choosePace, type PaceReason, REAL_TIME } from './playback.ts';
import type { LiveInvariant, Recorder } from './recorder/Recorder.ts';
import type { HistoryBase } from './recorder/TxnHistory.ts';
import { type CreateConductor, Execution } from './run/Execution.ts';
import { TimeMachine } from './run/TimeMachine.ts';

/** Makes what a run needs; the page hands in one with Web Workers, tests one in the same thread. */
export interface LabHost {
  readonly conductor: CreateConductor;
  /** The version of the page that this is, for links. */
  readonly build: string;
  /** Where this page is, without what follows `?` or `#`. */
  readonly address: string;
  /** What opens files of ZooKeeper's. */
  readonly fileOpener: () => Promise<StartOpening>;
  /** Gives a file to the person. */
  save(name: string, bytes: Uint8Array): void;
  /** Puts a text where the person can paste it from; false if that is not allowed. */
  copy(text: string): Promise<boolean>;
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
/** Advances per frame: a burst of tiny steps must not hold up the page. */
const STEPS_PER_FRAME = 60;
/** What moves is told after every frame; the rest of the page needs less. */
const FRAMES_PER_SHOW = 3;
/** So many events in that time are more than anybody can follow; they are shown half as often. */
const EVENTS_FOLLOWED = 80;
/** Virtual time between two looks at the screen while time runs as fast as it can. */
const FAST_SLICE_US = 250_000;

export class Lab {
  readonly host: LabHost;
  readonly ensemble: StoreApi<EnsembleState>;
  readonly playback: StoreApi<PlaybackState>;
  /** Files of ZooKeeper's that are looked at. */
  readonly files: StoreApi<FilesState> = createStore<FilesState>(() => NO_FILES);
  /** The console's lines. */
  readonly lines = new History();
  /** Other moments of this run, and other runs. */
  readonly time: TimeMachine;
  #execution: Execution;
  #framesSinceShow = 0;
  #pace: Pick<PlaybackState, 'pace' | 'reason'> = { pace: 0, reason: 'calm' };
  /** Recorded, and not yet shown. */
  #recorded: TraceEvent[] = [];
  /** What moves time at the moment; one thing at a time does. */
  #advance: Promise<void> | null = null;
  #createInvariants: () => readonly LiveInvariant[] = () => [];
  /** How long, for the viewer, the story has gone on without a rest. */
  #storyMs = 0;
  readonly #pending = new PendingCommands();
  readonly #listeners = new Set<(events: readonly TraceEvent[]) => void>();

  constructor(config: EnsembleConfig, host: LabHost) {
    this.host = host;
    this.#execution = this.#begin(config, null);
    this.ensemble = createStore<EnsembleState>(() => this.recorder.live);
    this.playback = createStore<PlaybackState>(() => ({
      isPlaying: true,
      speed: 1,
      pace: 0,
      reason: 'calm',
      client: clientId(1),
    }));
    this.time = new TimeMachine({
      execution: () => this.#execution,
      begin: (run) => this.#begin(run.config, run.base),
      replace: (next) => this.#replace(next, 'This was not asked in the run that is seen now.'),
      publish: () => this.#publish(),
      pause: () => this.setPlayback({ isPlaying: false }),
      exclusively: (work) => this.#exclusively(work),
    });
  }

  get config(): EnsembleConfig {
    return this.#execution.config;
  }

  get recorder(): Recorder {
    return this.#execution.recorder;
  }

  get actions(): readonly StampedAction[] {
    return this.#execution.conductor.actions;
  }

  /** Prefix of everything that the client calls a path; '' for none. */
  chrootOf(client: ParticipantId): string {
    for (const { action } of this.actions) {
      if (action.type === 'addClient' && action.client === client) return action.chroot;
    }
    return '';
  }

  get traceHash(): string {
    return this.#execution.conductor.traceHash;
  }

  /** Does something to the ensemble now, and shows it; the error says why it cannot be done. */
  async act(action: Action): Promise<Result<StampedAction, string>> {
    const { journey } = this.time.store.getState();
    if (journey !== null) return err(`Time is on its way to ${formatClock(journey.toUs)}; wait.`);
    const execution = this.#execution;
    const taken = await execution.conductor.perform(action);
    if (execution === this.#execution) this.#publish();
    return taken;
  }

  /** Has a client do something; resolves when virtual time has reached its answer. */
  command(client: ParticipantId, name: string, args: JsonValue): Promise<CommandResult> {
    if (this.#pending.isFull) {
      const error = `${COMMANDS_MAX} commands wait for their answers already`;
      return Promise.resolve({ ok: false, error, data: null });
    }
    const action = this.#commandAction(client, name, args);
    return new Promise((resolve, reject) => {
      this.#pending.add(action, resolve);
      this.act(action).then((taken) => {
        if (!taken.ok) this.#pending.giveUp(action.command, taken.error);
      }, reject);
    });
  }

  /** The same without waiting for the answer. */
  async tell(
    client: ParticipantId,
    name: string,
    args: JsonValue,
  ): Promise<Result<StampedAction, string>> {
    return this.act(this.#commandAction(client, name, args));
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
    this.recorder.judgeBy(createInvariants());
    this.#show();
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
    return this.#execution.conductor.diskOf(sid);
  }

  /**
   * Ends this run, which is kept as a branch, and begins another. Commands under way are answered
   * with an error. `base`: what the disks of `config` hold at first.
   */
  restart(config: EnsembleConfig, base: HistoryBase | null = null): void {
    this.time.leave();
    this.#replace(this.#begin(config, base), 'The ensemble was started anew.');
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
    const { nowUs } = this.recorder.live;
    const isSlow = this.playback.getState().isPlaying && this.#pace.pace < REAL_TIME;
    return { nowUs, pace: isSlow ? this.#pace.pace : 0 };
  }

  /** Exactly one event, the next in virtual time; false if nothing is to come. */
  async step(): Promise<boolean> {
    let stepped = false;
    await this.#exclusively(async ({ conductor }) => {
      stepped = await conductor.step();
    });
    return stepped;
  }

  /** Grants virtual time as fast as the machine can. */
  async advanceTo(untilUs: number): Promise<void> {
    await this.#exclusively(async (execution) => {
      const { conductor } = execution;
      while (execution === this.#execution && conductor.nowUs < untilUs) {
        await conductor.advanceTo(Math.min(untilUs, conductor.nowUs + FAST_SLICE_US));
        if (execution === this.#execution) this.#publish();
      }
    });
  }

  /** Calls back with every batch recorded from now on; returns what ends it. */
  subscribe(listener: (events: readonly TraceEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.#execution.dispose();
    this.#listeners.clear();
  }

  #begin(config: EnsembleConfig, base: HistoryBase | null): Execution {
    const execution = new Execution(this.host.conductor, config, base);
    execution.recorder.judgeBy(this.#createInvariants());
    return execution;
  }

  /** `error`: for commands under way that have not been given in the next run. */
  #replace(next: Execution, error: string): void {
    this.#execution.dispose();
    this.#execution = next;
    this.#recorded = [];
    this.#storyMs = 0;
    this.#pending.moveTo(next.conductor.actions, error);
    const { client } = this.playback.getState();
    if (next.recorder.live.clients[client] === undefined) this.setPlayback({ client: clientId(1) });
    this.#show();
  }

  #commandAction(client: ParticipantId, name: string, args: JsonValue): CommandAction {
    return { type: 'command', client, command: this.#pending.nextNumber(), name, args };
  }

  async #exclusively(
    work: (execution: Execution) => Promise<void>,
    isShowDue = () => true,
  ): Promise<void> {
    while (this.#advance !== null) await this.#advance;
    const execution = this.#execution;
    let finish = (): void => {};
    this.#advance = new Promise((resolve) => {
      finish = resolve;
    });
    try {
      await work(execution);
    } catch (error) {
      // A run that was ended on the way may fail as it likes.
      if (execution === this.#execution) throw error;
    } finally {
      this.#advance = null;
      finish();
    }
    if (execution === this.#execution && isShowDue()) this.#publish();
  }

  #isShowDue(): boolean {
    const isRush = this.#recorded.length > EVENTS_FOLLOWED;
    return this.#framesSinceShow >= (isRush ? 2 * FRAMES_PER_SHOW : FRAMES_PER_SHOW);
  }

  /** Small steps up to each event while time is fast: it slows down in time for the story. */
  async #grant(elapsedMs: number): Promise<void> {
    const execution = this.#execution;
    const { conductor, recorder } = execution;
    let leftMs = elapsedMs;
    let shown: Pick<PlaybackState, 'pace' | 'reason'> | null = null;
    for (let steps = 0; leftMs > 0 && steps < STEPS_PER_FRAME; steps++) {
      if (execution !== this.#execution) return;
      const { speed, isPlaying } = this.playback.getState();
      if (!isPlaying) break;
      const { live, messages } = recorder;
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
      if (execution !== this.#execution) return;
      this.#record();
      shown = { pace, reason: choice.reason };
    }
    if (shown !== null) this.#pace = shown;
  }

  #record(): void {
    for (const event of this.#execution.record()) this.#recorded.push(event);
  }

  #show(): void {
    this.ensemble.setState(this.recorder.live, true);
  }

  /** Shows what has happened, and tells those who wait for it. */
  #publish(): void {
    this.#record();
    this.#framesSinceShow = 0;
    this.time.notice();
    this.#show();
    if (this.playback.getState().isPlaying) this.playback.setState(this.#pace);
    const events = this.#recorded.splice(0);
    for (const event of events) this.#pending.hear(event);
    if (events.length > 0) for (const listener of this.#listeners) listener(events);
  }

  #showPaused(): void {
    if (this.recorder.live !== this.ensemble.getState()) this.#publish();
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
