/** Starts the real workers of a page. */

import { CLIENTS, type WorkerRole } from './protocol.ts';
import type { WorkerHandle } from './RemoteWorker.ts';

export function spawnWorker(role: WorkerRole, onError: (message: string) => void): WorkerHandle {
  const worker =
    role === CLIENTS
      ? new Worker(new URL('./clients.worker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./server.worker.ts', import.meta.url), { type: 'module' });
  worker.onerror = ({ message }) => onError(message);
  worker.onmessageerror = () => onError('a message could not be read');
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(null, [port2]);
  return { port: port1, terminate: () => worker.terminate() };
}
