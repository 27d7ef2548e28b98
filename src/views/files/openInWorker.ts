/** Opens files in a worker, which ends when they are closed. */

import type { StartOpening } from '../../lab/files/FilesReader.ts';
import { openThrough } from './WorkerReader.ts';

export const openInWorker: StartOpening = (sources, onProgress) =>
  openThrough(
    new Worker(new URL('./files.worker.ts', import.meta.url), { type: 'module' }),
    sources,
    onProgress,
  );
