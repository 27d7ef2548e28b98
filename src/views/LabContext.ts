/** How views reach the lab: context for the handles, module-level selectors for what they show. */

import { createContext, use } from 'react';
import { type StoreApi, useStore } from 'zustand';
import type { Choices } from '../lab/choices.ts';
import type { Transcript } from '../lab/console/Transcript.ts';
import type { Lab, PlaybackState } from '../lab/Lab.ts';
import type { EnsembleState } from '../lab/model.ts';
import type { FrameScheduler } from './FrameScheduler.ts';

export interface LabHandles {
  readonly lab: Lab;
  readonly choices: StoreApi<Choices>;
  readonly transcript: Transcript;
  readonly frames: FrameScheduler;
}

export const LabContext = createContext<LabHandles | null>(null);

export function useHandles(): LabHandles {
  const handles = use(LabContext);
  if (handles === null) throw new Error('a view was rendered outside LabContext');
  return handles;
}

export const useEnsemble = <T>(selector: (state: EnsembleState) => T): T =>
  useStore(useHandles().lab.ensemble, selector);

export const usePlayback = <T>(selector: (state: PlaybackState) => T): T =>
  useStore(useHandles().lab.playback, selector);

export const useChoices = <T>(selector: (choices: Choices) => T): T =>
  useStore(useHandles().choices, selector);

/** Runs a console line and shows it in the console: what every button does. */
export function useRun(): (line: string) => void {
  const { transcript } = useHandles();
  return (line) => void transcript.run(line);
}
