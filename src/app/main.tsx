/** Start-up: the lab, its clock, the page and `window.lab`. */

// First, since it states the order of the style layers.
import './base.css';
import '../views/tokens.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { StoreApi } from 'zustand';
import { Conductor } from '../conductor/Conductor.ts';
import { spawnWorker } from '../hosts/worker/spawnWorker.ts';
import { WorkerHost } from '../hosts/worker/WorkerHost.ts';
import { type Choices, createChoices, type Keep, showTab } from '../lab/choices.ts';
import { failed } from '../lab/console/command.ts';
import { Transcript } from '../lab/console/Transcript.ts';
import { Lab, type LabHost } from '../lab/Lab.ts';
import { createLabApi, type LabApi } from '../lab/LabApi.ts';
import { RUN_PREFIX } from '../lab/run/Run.ts';
import { firstMinute } from '../lab/scenes/catalogue/firstMinute.ts';
import { ScenePlayer } from '../lab/scenes/ScenePlayer.ts';
import { addFirstClients, configOf, parseSettings } from '../lab/settings.ts';
import { FrameScheduler } from '../views/FrameScheduler.ts';
import { LabContext } from '../views/LabContext.ts';
import { App } from './App.tsx';
import { applyTheme } from './Theme.ts';

declare global {
  interface Window {
    /** The lab for teachers, embedders and tests; see LabApi. */
    lab: LabApi;
  }
}

const KEEP_KEY = 'ensemble';

/** Private windows may refuse; then nothing outlives the page. */
const keep: Keep = {
  read: () => {
    try {
      return localStorage.getItem(KEEP_KEY);
    } catch {
      return null;
    }
  },
  write: (text) => {
    try {
      localStorage.setItem(KEEP_KEY, text);
    } catch {
      return;
    }
  },
};

const host: LabHost = {
  conductor: (config, onTrace) =>
    new Conductor(config, new WorkerHost(spawnWorker, reportError), onTrace),
  fileOpener: async () => (await import('../views/files/openInWorker.ts')).openInWorker,
  build: import.meta.env.VITE_BUILD,
  address: location.origin + location.pathname,
  copy: async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  },
  save: (name, bytes) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([new Uint8Array(bytes)]));
    link.download = name;
    link.click();
    // The download has begun: the browser keeps what it needs.
    URL.revokeObjectURL(link.href);
  },
};

function start(root: HTMLElement): void {
  const choices = createChoices(keep);
  applyTheme(choices, document.documentElement);
  const { settings, problems } = parseSettings(location.search);
  const lab = new Lab(configOf(settings), host);
  const transcript = new Transcript(lab);
  const player = new ScenePlayer(lab, transcript);
  const frames = new FrameScheduler(
    (elapsedMs) => lab.frame(elapsedMs),
    () => lab.playback.getState().isPlaying,
  );
  lab.ensemble.subscribe(() => frames.request());
  lab.playback.subscribe(() => frames.request());
  window.lab = createLabApi(lab, transcript);
  for (const problem of problems) transcript.note(failed(problem));
  const begin = (): void => {
    void greet(lab, transcript, settings.clients);
    if (!choices.getState().firstMinuteDone) player.follow(firstMinute);
  };
  const openShared = (): Promise<boolean> => openRun(lab, transcript, choices);
  if (isRunShared()) void openFirst(lab, openShared, begin);
  else begin();
  addEventListener('hashchange', () => isRunShared() && void openShared());
  createRoot(root).render(
    <StrictMode>
      <LabContext value={{ lab, choices, transcript, frames }}>
        <App player={player} />
      </LabContext>
    </StrictMode>,
  );
  frames.request();
  void judge(lab);
}

const isRunShared = (): boolean => location.hash.startsWith(RUN_PREFIX);

/** Until it is known whether there is a run in the address, nothing else may happen. */
async function openFirst(
  lab: Lab,
  openShared: () => Promise<boolean>,
  begin: () => void,
): Promise<void> {
  lab.setPlayback({ isPlaying: false });
  if (await openShared()) return;
  lab.setPlayback({ isPlaying: true });
  begin();
}

/** The run in the address; false if there is none that can be opened. The console says which. */
async function openRun(
  lab: Lab,
  transcript: Transcript,
  choices: StoreApi<Choices>,
): Promise<boolean> {
  const result = await import('../lab/console/openLink.ts')
    .then(({ openLink }) => openLink(lab, location.href))
    .catch((error) => failed(`The run could not be opened; reload the page (${error}).`));
  transcript.note(result);
  showTab(choices, 'console');
  return result.data !== null;
}

/**
 * The first clients come when there is somebody to serve them; before, their script is not needed.
 */
async function greet(lab: Lab, transcript: Transcript, clients: number): Promise<void> {
  const { config } = lab;
  await new Promise<void>((resolve) => {
    const unsubscribe = lab.ensemble.subscribe(({ leader }) => {
      if (leader === null) return;
      unsubscribe();
      resolve();
    });
  });
  // Somebody has begun another run already.
  if (lab.config !== config) return;
  await addFirstClients(lab, clients);
  // A place for the lock that the prompt proposes to create.
  if (clients > 0) await transcript.run('multi { create /locks ; create /locks/a }');
}

/**
 * The checks are not needed for the first paint; they judge the run from its beginning all the
 * same.
 */
async function judge(lab: Lab): Promise<void> {
  const { liveChecks } = await import('../checks/allChecks.ts');
  lab.judgeBy(liveChecks);
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
start(root);
