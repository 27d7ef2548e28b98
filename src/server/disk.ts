/**
 * A server's disk as the server sees it: named files of bytes, changed by operations that are
 * carried out in order. The files outlive the server; the host holds them.
 */

/** File name (`log.100000001`, `snapshot.0`, `acceptedEpoch`) to contents. */
export type DiskFiles = ReadonlyMap<string, Uint8Array>;

export type DiskOp =
  | { readonly type: 'append'; readonly file: string; readonly bytes: Uint8Array }
  /** Replaces the file in one step (a temporary file and a rename). */
  | { readonly type: 'replace'; readonly file: string; readonly bytes: Uint8Array }
  | { readonly type: 'truncate'; readonly file: string; readonly length: number }
  | { readonly type: 'remove'; readonly file: string };
