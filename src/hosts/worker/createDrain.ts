/**
 * Waits for microtasks by a hop through a message port: a task of its own, and the fastest that
 * browsers have.
 */

import type { Drain } from '../../conductor/ClientRunner.ts';

export function createDrain(): Drain {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
