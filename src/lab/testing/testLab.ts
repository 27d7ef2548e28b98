/** A lab for tests: real servers and clients in this thread, and time that passes when it must. */

import { Conductor } from '../../conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE, type EnsembleConfig } from '../../conductor/config.ts';
import { SameThreadHost } from '../../conductor/SameThreadHost.ts';
import { createPrograms } from '../../hosts/programs.ts';
import type { ExecResult } from '../console/command.ts';
import { execute } from '../console/execute.ts';
import { openLocally } from '../files/LocalReader.ts';
import { Lab, type LabHost } from '../Lab.ts';

/** Virtual time granted to one line. */
const PATIENCE_US = 60_000_000;
const SLICE_US = 20_000;
/** Real time, for what takes no virtual time. */
const PATIENCE_MS = 30_000;

const hostThatSaves = (saved: Map<string, Uint8Array>): LabHost => ({
  conductor: (config, onTrace) => {
    const programs = createPrograms(() => new Promise((resolve) => setImmediate(resolve)));
    return new Conductor(config, new SameThreadHost(programs), onTrace);
  },
  fileOpener: async () => openLocally,
  build: 'test',
  address: 'http://lab.test/',
  save: (name, bytes) => saved.set(name, bytes),
  copy: async () => false,
});

export interface TestLab {
  readonly lab: Lab;
  /** Files that the person was given. */
  readonly saved: ReadonlyMap<string, Uint8Array>;
  /** Runs a line and grants time until it has its answer. */
  run(line: string): Promise<ExecResult>;
  /** The text of a line that must succeed. */
  text(line: string): Promise<string>;
}

/** Three servers with a leader, and client C1 connected, unless told otherwise. */
export async function startTestLab(
  config: Partial<EnsembleConfig> = {},
  clients = 1,
): Promise<TestLab> {
  const testLab = newTestLab(config);
  for (let count = 0; count < clients; count++) await testLab.text('client add');
  await testLab.text('run 2s');
  return testLab;
}

/** As the page has it before any time has passed. */
export function newTestLab(config: Partial<EnsembleConfig> = {}): TestLab {
  const saved = new Map<string, Uint8Array>();
  const host = hostThatSaves(saved);
  const lab = new Lab({ ...DEFAULT_ENSEMBLE, participants: 3, ...config }, host);
  lab.setPlayback({ isPlaying: false });
  const run = (line: string): Promise<ExecResult> => patiently(lab, execute(lab, line));
  return {
    lab,
    saved,
    run,
    text: async (line) => {
      const result = await run(line);
      if (!result.ok) throw new Error(`${line}: ${result.text}`);
      return result.text;
    },
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** What reads files waits for the machine, not for virtual time. */
async function noAnswer(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
  throw new Error('no answer in 60 s of virtual time and 30 s of the machine');
}

async function patiently<T>(lab: Lab, answer: Promise<T>): Promise<T> {
  let isAnswered = false;
  const watched = answer.then((value) => {
    isAnswered = true;
    return value;
  });
  await nextTurn();
  const untilUs = lab.ensemble.getState().nowUs + PATIENCE_US;
  while (!isAnswered && lab.ensemble.getState().nowUs < untilUs) {
    // What goes to another moment must find no time passing there.
    if (lab.time.store.getState().journey !== null) await nextTurn();
    else await lab.advanceTo(lab.ensemble.getState().nowUs + SLICE_US);
  }
  return isAnswered ? watched : Promise.race([watched, noAnswer()]);
}
