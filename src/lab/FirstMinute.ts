/**
 * The first minute: captions that wait for what the ensemble really does. A step ends when its goal is true of the trace's
 * state, never by a clock; the lines it runs are console lines like any other.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import { assert } from '../base/assert.ts';
import { utf8Decode } from '../base/utf8.ts';
import type { ParticipantId } from '../network/address.ts';
import type { Transcript } from './console/Transcript.ts';
import type { Lab } from './Lab.ts';
import type { EnsembleState } from './model.ts';
import { canHaveQuorum } from './playback.ts';

export interface FirstMinuteState {
  readonly step: StepId;
  /** Leader when the step began. */
  readonly leaderBefore: ParticipantId | null;
}

export type StepId =
  | 'forming'
  | 'writing'
  | 'kill'
  | 'reelecting'
  | 'killMore'
  | 'waiting'
  | 'back'
  | 'doors';

interface Step {
  readonly id: StepId;
  /** Run when the step begins. */
  readonly line?: string;
  readonly caption: (state: EnsembleState, leaderBefore: ParticipantId | null) => string;
  /** The server that the person is asked to click. */
  readonly hint?: (state: EnsembleState) => ParticipantId | null;
  /** What a click on the hinted server does, as a console line. */
  readonly click?: (id: ParticipantId) => string;
  readonly isDone: (
    state: EnsembleState,
    leaderBefore: ParticipantId | null,
    data: (path: string) => string | null,
  ) => boolean;
}

const PATH = '/hello';

const hasLeader = (state: EnsembleState): boolean => state.leader !== null && canHaveQuorum(state);

const isDown = (state: EnsembleState, id: ParticipantId | null): boolean =>
  id === null || state.servers[id]?.process !== 'up';

const canWrite = (state: EnsembleState): boolean =>
  hasLeader(state) && state.clients['C1']?.state === 'connected';

const upVoters = (state: EnsembleState) =>
  Object.values(state.servers).filter((server) => !server.observer && server.process === 'up');

const downVoter = (state: EnsembleState): ParticipantId | null =>
  Object.values(state.servers).find((server) => !server.observer && server.process === 'down')
    ?.id ?? null;

const voterCount = (state: EnsembleState): number =>
  Object.values(state.servers).filter((server) => !server.observer).length;

const STEPS: readonly Step[] = [
  {
    id: 'forming',
    caption: (state) =>
      `${numberWord(voterCount(state))} servers are choosing a leader. The dots inside a server are the votes it has heard.`,
    isDone: canWrite,
  },
  {
    id: 'writing',
    line: `create ${PATH} world`,
    caption: (state) =>
      `${state.leader ?? 'The leader'} leads. Client C1 writes ${PATH}: the leader proposes it, a majority stores it, then it is committed.`,
    // Somebody who kills the leader now is ahead of the guide.
    isDone: (state, leaderBefore, data) => data(PATH) !== null || isDown(state, leaderBefore),
  },
  {
    id: 'kill',
    caption: (state) =>
      `${PATH} is safe on a majority. Now click ${state.leader ?? 'the leader'} to kill the leader.`,
    hint: (state) => state.leader,
    click: (id) => `kill ${id}`,
    isDone: isDown,
  },
  {
    id: 'reelecting',
    caption: () => 'Its connections broke, so the others vote again. The newest log wins.',
    isDone: hasLeader,
  },
  {
    id: 'killMore',
    caption: (state) =>
      `${state.leader ?? 'A new leader'} leads, and ${PATH} is still there: ${upVoters(state).length} of ${voterCount(state)} is a majority. Kill more servers until it is not.`,
    hint: (state) => state.leader ?? upVoters(state)[0]?.id ?? null,
    click: (id) => `kill ${id}`,
    isDone: (state) => !canHaveQuorum(state),
  },
  {
    id: 'waiting',
    caption: (state) =>
      `${upVoters(state).length} of ${voterCount(state)} is no majority: nobody may lead, and every write has to wait. Click a dead server to bring it back.`,
    hint: downVoter,
    click: (id) => `restart ${id}`,
    isDone: canWrite,
  },
  {
    id: 'back',
    line: `set ${PATH} again`,
    caption: (state) =>
      `A majority is back and ${state.leader ?? 'one'} leads. C1 writes again, and nothing was lost.`,
    isDone: (_state, _leader, data) => data(PATH) === 'again',
  },
  {
    id: 'doors',
    caption: () => 'You have seen elections, quorums and recovery. Where to next?',
    isDone: () => false,
  },
];

export interface Door {
  readonly title: string;
  readonly text: string;
  readonly lines: readonly string[];
}

export const DOORS: readonly Door[] = [
  {
    title: 'Locks race',
    text: 'Three clients queue for one lock.',
    lines: ['client add', 'client add', 'lock C1 /locks/a', 'lock C2 /locks/a', 'lock C3 /locks/a'],
  },
  {
    title: 'Split the network',
    text: 'Cut the ensemble in two and see which side goes on.',
    lines: ['cut 1,2 | 3,4,5'],
  },
  {
    title: 'Mend everything',
    text: 'Heal the links and restart every server.',
    lines: ['heal', 'restart all'],
  },
];

export class FirstMinute {
  readonly store: StoreApi<FirstMinuteState>;
  readonly #lab: Lab;
  readonly #transcript: Transcript;
  readonly #onFinish: () => void;
  readonly #unsubscribe: () => void;
  #mustRepeat = false;

  constructor(lab: Lab, transcript: Transcript, isFinished: boolean, onFinish: () => void) {
    this.#lab = lab;
    this.#transcript = transcript;
    this.#onFinish = onFinish;
    this.store = createStore<FirstMinuteState>(() => ({
      step: isFinished ? 'doors' : 'forming',
      leaderBefore: null,
    }));
    this.#unsubscribe = lab.ensemble.subscribe((state) => this.#advance(state));
  }

  /** Ends it here; it does not come back by itself. */
  skip(): void {
    this.#enter('doors', this.#lab.ensemble.getState());
  }

  replay(): void {
    this.store.setState({ step: 'forming', leaderBefore: null });
  }

  /** The console line that a click on this server means now, or null if it means nothing special. */
  lineForClick(id: ParticipantId): string | null {
    const step = stepOf(this.store.getState().step);
    if (step.click === undefined || step.hint === undefined) return null;
    const state = this.#lab.ensemble.getState();
    const isTarget = step.id === 'kill' ? step.hint(state) === id : isClickable(step.id, state, id);
    return isTarget ? step.click(id) : null;
  }

  dispose(): void {
    this.#unsubscribe();
  }

  #advance(state: EnsembleState): void {
    const { step, leaderBefore } = this.store.getState();
    if (this.#mustRepeat && canWrite(state)) this.#runLine(step);
    if (!stepOf(step).isDone(state, leaderBefore, (path) => this.#dataOf(path))) return;
    const next = STEPS[STEPS.findIndex(({ id }) => id === step) + 1];
    if (next !== undefined) this.#enter(next.id, state);
  }

  #enter(id: StepId, state: EnsembleState): void {
    this.store.setState({ step: id, leaderBefore: state.leader });
    this.#mustRepeat = false;
    this.#runLine(id);
    if (id === 'doors') this.#onFinish();
  }

  /** A line that fails, as when the connection is lost meanwhile, runs again when it can. */
  #runLine(id: StepId): void {
    const { line } = stepOf(id);
    if (line === undefined) return;
    this.#mustRepeat = false;
    void this.#transcript.run(line).then(({ ok }) => {
      this.#mustRepeat = !ok && this.store.getState().step === id;
    });
  }

  #dataOf(path: string): string | null {
    const { history } = this.#lab.recorder;
    const data = history.treeAt(history.lastZxid).getNode(path)?.data;
    return data === undefined || data === null ? null : utf8Decode(data);
  }
}

export const stepOf = (id: StepId): Step => {
  const step = STEPS.find((one) => one.id === id);
  assert(step !== undefined, `step ${id}`);
  return step;
};

/** Position of a step, 1 to STEP_COUNT; the doors come after. */
export const stepNumber = (id: StepId): number => STEPS.findIndex((step) => step.id === id) + 1;
export const STEP_COUNT = STEPS.length - 1;

function isClickable(step: StepId, state: EnsembleState, id: ParticipantId): boolean {
  const process = state.servers[id]?.process;
  return step === 'killMore' ? process === 'up' : process === 'down';
}

const NUMBER_WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

const numberWord = (count: number): string => NUMBER_WORDS[count] ?? String(count);
