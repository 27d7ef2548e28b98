/**
 * Plays a scene on a lab. It moves on when the trace says so, never by a clock of its own, and all
 * it
 * does are console lines.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import { utf8Decode } from '../../base/utf8.ts';
import type { ParticipantId } from '../../network/address.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { done } from '../console/command.ts';
import type { Transcript } from '../console/Transcript.ts';
import type { Lab } from '../Lab.ts';
import type { EnsembleState } from '../model.ts';
import { lockQueues } from '../queues.ts';
import type { Recorder } from '../recorder/Recorder.ts';
import { addFirstClients, configOf, DEFAULT_SETTINGS } from '../settings.ts';
import { type Facts, isReady, type Scene, type Step } from './Scene.ts';

export interface SceneState {
  /** Null in free play. */
  readonly scene: Scene | null;
  /** Index of the step under way; `steps.length` when the scene is over. */
  readonly stepIndex: number;
  readonly caption: string;
  readonly hinted: ParticipantId | null;
}

const FREE_PLAY: SceneState = { scene: null, stepIndex: 0, caption: '', hinted: null };

export class ScenePlayer {
  readonly store: StoreApi<SceneState> = createStore<SceneState>(() => FREE_PLAY);
  readonly #lab: Lab;
  readonly #transcript: Transcript;
  readonly #unsubscribes: readonly (() => void)[];
  /** Of the run that the scene is about. */
  #recorder: Recorder;
  #leaderBefore: ParticipantId | null = null;
  #beganUs = 0;
  #mustRepeat = false;

  constructor(lab: Lab, transcript: Transcript) {
    this.#lab = lab;
    this.#transcript = transcript;
    this.#recorder = lab.recorder;
    this.#unsubscribes = [
      lab.subscribe((events) => this.#onEvents(events)),
      lab.ensemble.subscribe((state) => this.#onState(state)),
    ];
  }

  /** Starts the ensemble of the scene anew and plays it. */
  async play(scene: Scene): Promise<void> {
    this.store.setState(FREE_PLAY);
    const settings = { ...DEFAULT_SETTINGS, ...scene.settings };
    this.#lab.restart(configOf(settings));
    await addFirstClients(this.#lab, settings.clients);
    this.follow(scene);
  }

  /** Plays a scene on the ensemble as it is, which must be the one that the scene names. */
  follow(scene: Scene): void {
    this.#recorder = this.#lab.recorder;
    this.store.setState({ ...FREE_PLAY, scene });
    this.#begin(0);
  }

  /** Free play: nothing more happens by itself. */
  stop(): void {
    this.store.setState(FREE_PLAY);
  }

  /** The console line that a click on this server means now, or null. */
  lineForClick(id: ParticipantId): string | null {
    return this.#step()?.click?.(this.facts(), id) ?? null;
  }

  facts(): Facts {
    const state = this.#lab.ensemble.getState();
    const { history } = this.#lab.recorder;
    const dataAt = (zxid: number, path: string): string | null => {
      const data = history.treeAt(zxid).getNode(path)?.data ?? null;
      return data === null ? null : utf8Decode(data);
    };
    return {
      state,
      leaderBefore: this.#leaderBefore,
      elapsedMs: (state.nowUs - this.#beganUs) / 1000,
      data: (path) => dataAt(history.lastZxid, path),
      dataAt: (server, path) => dataAt(state.servers[server]?.lastApplied ?? 0, path),
      children: (path) => history.treeAt(history.lastZxid).getNode(path)?.sortedChildren() ?? [],
      queue: (path) => lockQueues(this.#lab).find((queue) => queue.path === path),
    };
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
  }

  /** Somebody went to another moment, or another run: what the scene waits for is not there. */
  #leave(): void {
    if (this.#step() !== undefined) {
      this.#transcript.note(done('The guide stops: it cannot follow to another moment or run.'));
    }
    this.stop();
  }

  #step(): Step | undefined {
    const { scene, stepIndex } = this.store.getState();
    return scene?.steps[stepIndex];
  }

  #onEvents(events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (this.#step()?.untilEvent?.(event) !== true) continue;
      this.#begin(this.store.getState().stepIndex + 1);
    }
  }

  #onState(state: EnsembleState): void {
    if (this.#lab.recorder !== this.#recorder) return this.#leave();
    // A step can be over at once, and the next with it.
    for (let step = this.#step(); step !== undefined; step = this.#step()) {
      const facts = this.facts();
      if (this.#mustRepeat && isReady('C1')(facts)) void this.#runLines(step);
      const isOver = step.until?.(facts) ?? step.untilEvent === undefined;
      if (!isOver) return this.#show(step, facts, state);
      this.#begin(this.store.getState().stepIndex + 1);
    }
  }

  #show(step: Step, facts: Facts, state: EnsembleState): void {
    const caption = typeof step.caption === 'string' ? step.caption : step.caption(facts);
    const hinted = step.hint?.(facts) ?? null;
    const shown = this.store.getState();
    if (shown.caption === caption && shown.hinted === hinted) return;
    if (state === this.#lab.ensemble.getState()) this.store.setState({ caption, hinted });
  }

  #begin(stepIndex: number): void {
    const { nowUs, leader } = this.#lab.ensemble.getState();
    this.#beganUs = nowUs;
    this.#leaderBefore = leader;
    this.#mustRepeat = false;
    this.store.setState({ stepIndex, hinted: null });
    const step = this.#step();
    if (step === undefined) return;
    this.#show(step, this.facts(), this.#lab.ensemble.getState());
    void this.#runLines(step);
  }

  /** A lone line that fails, as when the connection is lost meanwhile, runs again when it can. */
  async #runLines(step: Step): Promise<void> {
    this.#mustRepeat = false;
    const lines = typeof step.lines === 'function' ? step.lines(this.facts()) : (step.lines ?? []);
    for (const line of lines) {
      const { ok } = await this.#transcript.run(line);
      if (this.#step() !== step) return;
      this.#mustRepeat = !ok && lines.length === 1;
    }
  }
}
