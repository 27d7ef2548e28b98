/** What the page and the worker that reads files say to each other. */

import type { Result } from '../../base/result.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { FileReport, Look, Query, Timeline } from '../../lab/files/FilesReader.ts';

export type ReaderOrder =
  | Question
  /** A file that the worker asked for; a text says why it cannot be read. */
  | { readonly type: 'bytes'; readonly source: number; readonly bytes: Uint8Array | string };

/** `open` comes first. */
export type Question = { readonly id: number } & (
  | { readonly type: 'open'; readonly sources: readonly SourceName[] }
  | { readonly type: 'look'; readonly query: Query }
  | { readonly type: 'start'; readonly index: number; readonly config: EnsembleConfig }
);

export type ReaderReport =
  | Answer
  | { readonly type: 'read'; readonly source: number }
  | { readonly type: 'progress'; readonly share: number };

/** `id`: of the question. */
export type Answer = { readonly id: number } & (
  | {
      readonly type: 'opened';
      readonly files: readonly FileReport[];
      readonly timeline: Timeline;
    }
  | { readonly type: 'looked'; readonly look: Look }
  | { readonly type: 'started'; readonly start: Result<PackedStart, string> }
  | { readonly type: 'failed'; readonly problem: string }
);

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
