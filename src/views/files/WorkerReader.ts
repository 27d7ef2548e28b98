/** The page's side of the worker that reads files. */

import { assert } from '../../base/assert.ts';
import { ok, type Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type {
  FileReport,
  FilesReader,
  Look,
  Opening,
  Query,
  Start,
  Timeline,
} from '../../lab/files/FilesReader.ts';
import type { FileSource } from '../../lab/files/openFiles.ts';
import { decodeSnapshotBody } from '../../server/storage/snapshotFile.ts';
import type { Answer, PackedStart, Question, ReaderOrder, ReaderReport } from './readerMessages.ts';

/** The part of a Worker that is used. */
export interface ReaderWorker {
  onmessage: ((event: MessageEvent<ReaderReport>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(order: ReaderOrder, transfer: Transferable[]): void;
  terminate(): void;
}

export function openThrough(
  worker: ReaderWorker,
  sources: readonly FileSource[],
  onProgress: (share: number) => void,
): Opening {
  const calls = new Calls(worker);
  worker.onmessage = ({ data: report }) => {
    if (report.type === 'read') void send(worker, sources, report.source);
    else if (report.type === 'progress') onProgress(report.share);
    else calls.onAnswer(report);
  };
  worker.onerror = ({ message }) => calls.fail(message);
  return { reader: open(calls, sources), cancel: () => calls.end() };
}

async function open(calls: Calls, all: readonly FileSource[]): Promise<FilesReader> {
  const sources = all.map(({ name, sizeBytes }) => ({ name, sizeBytes }));
  try {
    const answer = await calls.ask((id) => ({ type: 'open', id, sources }));
    assert(answer.type === 'opened', 'the answer to an opening');
    return new WorkerReader(calls, answer);
  } catch (error) {
    calls.end();
    throw error;
  }
}

async function send(
  worker: ReaderWorker,
  sources: readonly FileSource[],
  source: number,
): Promise<void> {
  try {
    const bytes = (await sources[source]?.read()) ?? new Uint8Array(0);
    worker.postMessage({ type: 'bytes', source, bytes }, [bytes.buffer]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    worker.postMessage({ type: 'bytes', source, bytes: reason }, []);
  }
}

/** Questions to the worker that wait for their answers. */
class Calls {
  readonly #worker: ReaderWorker;
  readonly #waiting = new Map<
    number,
    { resolve(answer: Answer): void; reject(error: Error): void }
  >();
  #lastId = 0;

  constructor(worker: ReaderWorker) {
    this.#worker = worker;
  }

  ask(questionOf: (id: number) => Question): Promise<Answer> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(questionOf(id), []);
    });
  }

  onAnswer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.type === 'failed') waiting?.reject(new Error(answer.problem));
    else waiting?.resolve(answer);
  }

  end(): void {
    this.#worker.terminate();
    this.fail('They are closed.');
  }

  fail(problem: string): void {
    const error = new Error(problem);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

class WorkerReader implements FilesReader {
  readonly files: readonly FileReport[];
  readonly timeline: Timeline;
  readonly #calls: Calls;

  constructor(calls: Calls, { files, timeline }: Pick<FilesReader, 'files' | 'timeline'>) {
    this.#calls = calls;
    this.files = files;
    this.timeline = timeline;
  }

  async look(query: Query): Promise<Look> {
    const answer = await this.#calls.ask((id) => ({ type: 'look', id, query }));
    assert(answer.type === 'looked', 'the answer to a look');
    return answer.look;
  }

  async startFrom(index: number, config: EnsembleConfig): Promise<Result<Start, string>> {
    const answer = await this.#calls.ask((id) => ({ type: 'start', id, index, config }));
    assert(answer.type === 'started', 'the answer to a start');
    return answer.start.ok ? ok(unpacked(answer.start.value)) : answer.start;
  }

  close(): void {
    this.#calls.end();
  }
}

function unpacked({ config, body, zxid }: PackedStart): Start {
  const snapshot = decodeSnapshotBody(body);
  assert(snapshot.ok, 'what was encoded can be decoded');
  return { config, base: { tree: snapshot.value.tree, zxid } };
}
