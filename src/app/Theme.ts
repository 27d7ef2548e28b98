/**
 * Puts the chosen theme and motion on the document, following the system where the person has not
 * chosen.
 */

import type { StoreApi } from 'zustand/vanilla';
import type { Choices } from '../lab/choices.ts';

const DARK = '(prefers-color-scheme: dark)';
const REDUCED = '(prefers-reduced-motion: reduce)';

export function applyTheme(choices: StoreApi<Choices>, root: HTMLElement): void {
  const apply = (): void => {
    const { theme, motion } = choices.getState();
    const isDark = theme === 'dark' || (theme === 'system' && matchMedia(DARK).matches);
    root.dataset['theme'] = isDark ? 'dark' : 'light';
    root.dataset['motion'] = isReduced(motion) ? 'reduced' : 'full';
  };
  apply();
  choices.subscribe(apply);
  for (const query of [DARK, REDUCED]) matchMedia(query).addEventListener('change', apply);
}

export const isReduced = (motion: Choices['motion']): boolean =>
  motion === 'reduced' || (motion === 'system' && matchMedia(REDUCED).matches);
