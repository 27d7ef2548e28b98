/** Which of the three arrangements of the page fits the window. */

import { useSyncExternalStore } from 'react';

export type Arrangement = 'wide' | 'medium' | 'phone';

const WIDE = '(min-width: 1240px)';
const MEDIUM = '(min-width: 760px)';

const subscribe = (onChange: () => void): (() => void) => {
  const queries = [WIDE, MEDIUM].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', onChange);
  return () => {
    for (const query of queries) query.removeEventListener('change', onChange);
  };
};

const read = (): Arrangement => {
  if (matchMedia(WIDE).matches) return 'wide';
  return matchMedia(MEDIUM).matches ? 'medium' : 'phone';
};

export const useArrangement = (): Arrangement => useSyncExternalStore(subscribe, read);
