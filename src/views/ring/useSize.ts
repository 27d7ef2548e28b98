/** The size of an element in whole CSS pixels, kept up to date. */

import { type RefObject, useLayoutEffect, useState } from 'react';
import type { RingSize } from './geometry.ts';

export function useSize(element: RefObject<HTMLElement | null>): RingSize | null {
  const [size, setSize] = useState<RingSize | null>(null);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
