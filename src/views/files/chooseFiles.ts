/** Files that a person chose or dropped, folders with all that is in them. */

import { FILES_MAX, type FileSource } from '../../lab/files/openFiles.ts';
import { plural } from '../../lab/format.ts';

const sourceOf = (file: File, folder = ''): FileSource => ({
  name: `${folder}${file.name}`,
  sizeBytes: file.size,
  read: async () => new Uint8Array(await file.arrayBuffer()),
});

export const sourcesOf = (files: readonly File[]): readonly FileSource[] =>
  files.map((file) => sourceOf(file));

/** Those of the entries; more than are read anyway are not looked for. */
export async function sourcesIn(
  entries: readonly FileSystemEntry[],
): Promise<readonly FileSource[]> {
  const sources: FileSource[] = [];
  const pending = [...entries].reverse();
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    if (sources.length > FILES_MAX) break;
    if (isDirectory(entry)) pending.push(...(await entriesOf(entry)).reverse());
    else if (isFile(entry)) sources.push(sourceOf(await fileOf(entry), folderOf(entry)));
  }
  return sources;
}

/** `3 files`, or the name of the only one. */
export const titleOf = (sources: readonly FileSource[]): string =>
  sources.length === 1 ? (sources[0]?.name ?? '') : plural(sources.length, 'file');

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry =>
  entry.isDirectory;

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** `version-2/`, or nothing. */
const folderOf = ({ fullPath }: FileSystemEntry): string =>
  fullPath.slice(1, fullPath.lastIndexOf('/') + 1);

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A browser hands them out in parts; an empty one is the last.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0 || all.length > FILES_MAX) return all;
    all.push(...part);
  }
}
