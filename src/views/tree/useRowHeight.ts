/** The height of a row in pixels: a finger needs more than a mouse. */

import { useSyncExternalStore } from 'react';

const COARSE = '(pointer: coarse), (max-width: 700px)';
const FINE_PX = 26;
const COARSE_PX = 44;

const subscribe = (onChange: () => void): (() => void) => {
  const query = matchMedia(COARSE);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
};

const read = (): number => (matchMedia(COARSE).matches ? COARSE_PX : FINE_PX);

export const useRowHeight = (): number => useSyncExternalStore(subscribe, read);
