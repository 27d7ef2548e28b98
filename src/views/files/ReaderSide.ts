/** The inside of the worker that reads files. */

import { ok, type Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { FilesReader } from '../../lab/files/FilesReader.ts';
import { openLocally } from '../../lab/files/LocalReader.ts';
import { encodeSnapshotBody } from '../../server/storage/snapshotFile.ts';
import type { PackedStart, ReaderOrder, ReaderReport, SourceName } from './readerMessages.ts';

export class ReaderSide {
  readonly #post: (report: ReaderReport) => void;
  readonly #reading = new Map<number, (bytes: Uint8Array | string) => void>();
  #reader: Promise<FilesReader> | null = null;

  constructor(post: (report: ReaderReport) => void) {
    this.#post = post;
  }

  receive(order: ReaderOrder): void {
    switch (order.type) {
      case 'open':
        return void this.#open(order.sources);
      case 'bytes':
        this.#reading.get(order.source)?.(order.bytes);
        this.#reading.delete(order.source);
        return;
      case 'look':
      case 'start':
        return void this.#answer(order);
    }
  }

  async #open(names: readonly SourceName[]): Promise<void> {
    const sources = names.map((name, source) => ({ ...name, read: () => this.#read(source) }));
    const { reader } = openLocally(sources, (share) => this.#post({ type: 'progress', share }));
    this.#reader = reader;
    await this.#reported(async () => {
      const { files, timeline } = await reader;
      this.#post({ type: 'opened', files, timeline });
    });
  }

  async #read(source: number): Promise<Uint8Array> {
    this.#post({ type: 'read', source });
    const bytes = await new Promise<Uint8Array | string>((resolve) =>
      this.#reading.set(source, resolve),
    );
    if (typeof bytes === 'string') throw new Error(bytes);
    return bytes;
  }

  async #answer(order: Extract<ReaderOrder, { readonly type: 'look' | 'start' }>): Promise<void> {
    await this.#reported(async () => {
      const reader = await this.#reader;
      if (reader === null) return;
      const { id } = order;
      if (order.type === 'look') {
        this.#post({ type: 'looked', id, look: await reader.look(order.query) });
      } else {
        this.#post({ type: 'started', id, start: await packedStart(reader, order) });
      }
    });
  }

  async #reported(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#post({ type: 'failed', problem });
    }
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
