/** Start-up of a worker: the first message brings the port over which everything else comes. */

import type { Programs } from '../../conductor/createParticipant.ts';
import { WorkerSide } from './WorkerSide.ts';

export function serveWorker(programs: Programs): void {
  addEventListener(
    'message',
    ({ ports }) => {
      const [page] = ports;
      if (page !== undefined) new WorkerSide(page, programs);
    },
    { once: true },
  );
}
