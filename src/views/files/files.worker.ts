/** Reads files, and goes through their history, in a worker: the page goes on meanwhile. */

import { ReaderSide } from './ReaderSide.ts';
import type { ReaderOrder } from './readerMessages.ts';

const side = new ReaderSide((report) => postMessage(report));

addEventListener('message', ({ data }: MessageEvent<ReaderOrder>) => side.receive(data));
