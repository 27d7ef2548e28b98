/** What the page and the worker that reads files say to each other. */

import type { Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { FileReport, Look, Query, Timeline } from '../../lab/files/FilesReader.ts';

export type ReaderOrder =
  | { readonly type: 'open'; readonly sources: readonly SourceName[] }
  /** The answer to `read`; a text says why the file cannot be read. */
  | { readonly type: 'bytes'; readonly source: number; readonly bytes: Uint8Array | string }
  | { readonly type: 'look'; readonly id: number; readonly query: Query }
  | {
      readonly type: 'start';
      readonly id: number;
      readonly index: number;
      readonly config: EnsembleConfig;
    };

export type ReaderReport =
  | { readonly type: 'read'; readonly source: number }
  | { readonly type: 'progress'; readonly share: number }
  | {
      readonly type: 'opened';
      readonly files: readonly FileReport[];
      readonly timeline: Timeline;
    }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'looked'; readonly id: number; readonly look: Look }
  | {
      readonly type: 'started';
      readonly id: number;
      readonly start: Result<PackedStart, string>;
    };

export interface SourceName {
  readonly name: string;
  readonly sizeBytes: number;
}

/** A Start whose tree is the body of a snapshot. */
export interface PackedStart {
  readonly config: EnsembleConfig;
  readonly body: Uint8Array;
  readonly zxid: number;
}
