/** The inside of the worker that reads files. */

import { assert } from '../../base/assert.ts';
import { ok, type Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { FilesReader } from '../../lab/files/FilesReader.ts';
import { openLocally } from '../../lab/files/LocalReader.ts';
import { encodeSnapshotBody } from '../../server/storage/snapshotFile.ts';
import type {
  Answer,
  PackedStart,
  Question,
  ReaderOrder,
  ReaderReport,
  SourceName,
} from './readerMessages.ts';

export class ReaderSide {
  readonly #post: (report: ReaderReport) => void;
  readonly #reading = new Map<number, (bytes: Uint8Array | string) => void>();
  #reader: Promise<FilesReader> | null = null;

  constructor(post: (report: ReaderReport) => void) {
    this.#post = post;
  }

  receive(order: ReaderOrder): void {
    if (order.type === 'bytes') {
      this.#reading.get(order.source)?.(order.bytes);
      this.#reading.delete(order.source);
    } else {
      void this.#answer(order);
    }
  }

  async #answer(question: Question): Promise<void> {
    try {
      this.#post(await this.#answerTo(question));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#post({ type: 'failed', id: question.id, problem });
    }
  }

  async #answerTo(question: Question): Promise<Answer> {
    const { id } = question;
    if (question.type === 'open') this.#reader = this.#open(question.sources);
    const reader = await this.#reader;
    assert(reader !== null, 'files are opened first');
    switch (question.type) {
      case 'open':
        return { type: 'opened', id, files: reader.files, timeline: reader.timeline };
      case 'look':
        return { type: 'looked', id, look: await reader.look(question.query) };
      case 'start':
        return { type: 'started', id, start: await packedStart(reader, question) };
    }
  }

  #open(names: readonly SourceName[]): Promise<FilesReader> {
    const sources = names.map((name, source) => ({ ...name, read: () => this.#read(source) }));
    return openLocally(sources, (share) => this.#post({ type: 'progress', share })).reader;
  }

  async #read(source: number): Promise<Uint8Array> {
    this.#post({ type: 'read', source });
    const bytes = await new Promise<Uint8Array | string>((resolve) =>
      this.#reading.set(source, resolve),
    );
    if (typeof bytes === 'string') throw new Error(bytes);
    return bytes;
  }
}

async function packedStart(
  reader: FilesReader,
  { index, config }: { readonly index: number; readonly config: EnsembleConfig },
): Promise<Result<PackedStart, string>> {
  const start = await reader.startFrom(index, config);
  if (!start.ok) return start;
  const { tree, zxid } = start.value.base;
  const body = encodeSnapshotBody({ tree, sessions: new Map() });
  return ok({ config: start.value.config, body, zxid });
}
