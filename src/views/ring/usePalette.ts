/** The colours that are on the document now: what is drawn, and not styled, has to follow them. */

import { useEffect, useState } from 'react';
import { type Palette, readPalette } from './drawShapes.ts';

export function usePalette(): Palette {
  const root = document.documentElement;
  const [palette, setPalette] = useState(() => readPalette(root));
  useEffect(() => {
    const observer = new MutationObserver(() => setPalette(readPalette(root)));
    observer.observe(root, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return palette;
}
