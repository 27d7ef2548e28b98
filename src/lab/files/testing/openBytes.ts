/** Opens files that are in memory. */

import type { FilesReader } from '../FilesReader.ts';
import { LocalReader } from '../LocalReader.ts';
import { type OpenedFile, type OpenedFiles, openFiles } from '../openFiles.ts';

export function openBytes(files: Iterable<readonly [string, Uint8Array]>): Promise<OpenedFiles> {
  const sources = [...files].map(([name, bytes]) => ({
    name,
    sizeBytes: bytes.length,
    read: () => Promise.resolve(bytes),
  }));
  return openFiles(sources);
}

export const readBytes = async (
  files: Iterable<readonly [string, Uint8Array]>,
): Promise<FilesReader> => new LocalReader(await openBytes(files));

/** The one file whose name ends so. */
export function fileOf({ files }: OpenedFiles, ending: string): OpenedFile {
  const found = files.filter(({ file }) => file.name.endsWith(ending));
  const [one] = found;
  if (one === undefined || found.length > 1) throw new Error(`${found.length} files ${ending}`);
  return one;
}

/** Digest of the tree at a moment; null where there is none. */
export function digestAt({ history }: OpenedFiles, index: number): bigint | null {
  return history.at(index)?.database.tree.digest() ?? null;
}
