/**
 * Going to any moment of a run by executing it again from its beginning, and the runs that others
 * diverged from. What was done later than the moment is done again when time goes on, until
 * somebody does something else: then that future is kept as a branch.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import { ACTIONS_MAX } from '../../conductor/Conductor.ts';
import type { Chronicle } from '../recorder/Chronicle.ts';
import type { Execution } from './Execution.ts';
import { commonCount, type Run } from './Run.ts';

/** A run that is not the one on the screen. */
export interface Branch {
  readonly name: string;
  readonly run: Run;
}

/** What has been seen of this run beyond the moment that it stands at. */
export interface Future {
  readonly run: Run;
  readonly chronicle: Chronicle;
}

export interface Journey {
  readonly toUs: number;
  readonly nowUs: number;
}

export interface TimeState {
  /** Name of the run on the screen. */
  readonly branch: string;
  readonly future: Future | null;
  /** Oldest first. */
  readonly kept: readonly Branch[];
  /** Under way to a moment. */
  readonly journey: Journey | null;
}

/** Why it did not come to that; null if it did. */
export type Arrival = null | 'given up' | 'too many actions';

/** What this needs of the lab. */
export interface Present {
  execution(): Execution;
  /** A fresh one, in which nothing has happened yet. */
  begin(run: Run): Execution;
  /** From now on this one is on the screen. */
  replace(next: Execution): void;
  publish(): void;
  pause(): void;
  /** Runs it while nothing else moves time. */
  exclusively(work: () => Promise<void>): Promise<void>;
}

/** Branches kept; the oldest makes room. */
export const BRANCHES_MAX = 8;
/** Virtual time between two looks at whether it is still wanted. */
const SLICE_US = 500_000;

export class TimeMachine {
  readonly store: StoreApi<TimeState>;
  readonly #present: Present;
  #nameCount = 1;
  /** The newest journey; an older one ends. */
  #wanted = 0;

  constructor(present: Present) {
    this.#present = present;
    this.store = createStore<TimeState>(() => ({
      branch: branchName(0),
      future: null,
      kept: [],
      journey: null,
    }));
  }

  /** The run on the screen, with what has been seen of its future. */
  get run(): Run {
    const { future } = this.store.getState();
    return future?.run ?? soFar(this.#present.execution());
  }

  /** The newest moment of the run on the screen. */
  get endUs(): number {
    const nowUs = this.#present.execution().conductor.nowUs;
    return Math.max(nowUs, this.store.getState().future?.run.endUs ?? 0);
  }

  /** Of all that has been seen of the run on the screen. */
  get chronicle(): Chronicle {
    const { future } = this.store.getState();
    return future?.chronicle ?? this.#present.execution().recorder.chronicle;
  }

  /** Everything up to and including `untilUs` of the run on the screen. */
  goTo(untilUs: number): Promise<Arrival> {
    return this.#travel(untilUs, async (isWanted) => {
      const here = this.#present.execution();
      // A run that has failed can still be executed again.
      await here.settle().catch(() => {});
      if (untilUs >= here.conductor.nowUs) return this.#goOn(here, untilUs, isWanted);
      if (here.conductor.actions.length >= ACTIONS_MAX) return 'too many actions';
      const { run, chronicle } = this;
      if (!(await this.#execute(run, untilUs, isWanted))) return 'given up';
      this.store.setState({ future: { run, chronicle } });
      return null;
    });
  }

  /** To the newest moment of a branch; the run on the screen is kept. */
  switchTo(branch: Branch): Promise<Arrival> {
    return this.#change(branch.run, branch.name);
  }

  /** Another run, as the newest branch; the run on the screen is kept. */
  open(run: Run): Promise<Arrival> {
    return this.#change(run, null);
  }

  /** The run up to now, in which all that happens at this microsecond has happened. */
  async here(): Promise<{ readonly run: Run; readonly traceHash: string }> {
    await this.#present.exclusively(() => this.#present.execution().settle());
    const execution = this.#present.execution();
    return { run: soFar(execution), traceHash: execution.conductor.traceHash };
  }

  /** Stays where it is. */
  giveUp(): void {
    this.#wanted += 1;
    this.store.setState({ journey: null });
  }

  /** The run on the screen ends; what was done in it is kept. */
  leave(): void {
    this.giveUp();
    const { run } = this;
    this.store.setState({ future: null });
    if (this.#keep(run)) this.store.setState({ branch: this.#newName() });
  }

  /** To be called when something has been done or time has passed. */
  notice(): void {
    const { future } = this.store.getState();
    if (future === null) return;
    const { conductor } = this.#present.execution();
    const { actions, endUs } = future.run;
    const common = commonCount(conductor.actions, actions);
    if (common < conductor.actions.length) {
      if (common < actions.length && this.#keep(future.run)) {
        this.store.setState({ branch: this.#newName() });
      }
      this.store.setState({ future: null });
    } else if (conductor.nowUs >= endUs) {
      this.store.setState({ future: null });
    }
  }

  #change(run: Run, name: string | null): Promise<Arrival> {
    return this.#travel(run.endUs, async (isWanted) => {
      await this.#present.execution().settle();
      const left = this.run;
      if (!(await this.#execute(run, run.endUs, isWanted))) return 'given up';
      const isKept = this.#keep(left);
      const { branch, kept } = this.store.getState();
      this.store.setState({
        branch: name ?? (isKept ? this.#newName() : branch),
        future: null,
        kept: kept.filter((one) => one.name !== name),
      });
      return null;
    });
  }

  async #travel(
    toUs: number,
    work: (isWanted: () => boolean) => Promise<Arrival>,
  ): Promise<Arrival> {
    this.#wanted += 1;
    const number = this.#wanted;
    const isWanted = () => number === this.#wanted;
    this.store.setState({ journey: { toUs, nowUs: 0 } });
    this.#present.pause();
    let arrival: Arrival = 'given up';
    try {
      await this.#present.exclusively(async () => {
        if (isWanted()) arrival = await work(isWanted);
      });
    } finally {
      if (isWanted()) this.store.setState({ journey: null });
    }
    if (arrival === null) this.#present.pause();
    return arrival;
  }

  async #goOn(here: Execution, untilUs: number, isWanted: () => boolean): Promise<Arrival> {
    const { conductor } = here;
    while (conductor.nowUs < untilUs) {
      await conductor.advanceTo(Math.min(untilUs, conductor.nowUs + SLICE_US));
      if (!isWanted()) return 'given up';
      this.#present.publish();
      this.store.setState({ journey: { toUs: untilUs, nowUs: conductor.nowUs } });
    }
    return null;
  }

  /** Puts the moment on the screen; false if it is not wanted any more, and nothing has changed. */
  async #execute(run: Run, untilUs: number, isWanted: () => boolean): Promise<boolean> {
    const next = this.#present.begin(run);
    const { conductor } = next;
    try {
      for (const stamped of run.actions) conductor.schedule(stamped);
      do {
        await conductor.advanceTo(Math.min(untilUs, conductor.nowUs + SLICE_US));
        if (!isWanted()) {
          next.dispose();
          return false;
        }
        next.record();
        this.store.setState({ journey: { toUs: untilUs, nowUs: conductor.nowUs } });
      } while (conductor.nowUs < untilUs);
    } catch (error) {
      next.dispose();
      throw error;
    }
    this.#present.replace(next);
    return true;
  }

  /** Under the name that it has on the screen; false if nobody did anything in it. */
  #keep(run: Run): boolean {
    if (run.actions.length === 0 || run.actions.length >= ACTIONS_MAX) return false;
    const { branch: name, kept } = this.store.getState();
    this.store.setState({ kept: [...kept.slice(1 - BRANCHES_MAX), { name, run }] });
    return true;
  }

  #newName(): string {
    const name = branchName(this.#nameCount);
    this.#nameCount += 1;
    return name;
  }
}

function soFar({ config, base, conductor }: Execution): Run {
  return { config, base, actions: [...conductor.actions], endUs: conductor.nowUs };
}

const LETTERS = 26;

/** A to Z, then AA, AB... */
function branchName(index: number): string {
  const letter = String.fromCharCode(65 + (index % LETTERS));
  return index < LETTERS ? letter : branchName(Math.floor(index / LETTERS) - 1) + letter;
}
