/** From files to what is shown of them: each with its findings, and the history of all together. */

import { plural } from '../format.ts';
import { checkDigests, type DigestCheck } from './checkDigests.ts';
import { FileHistory } from './FileHistory.ts';
import { type FoundFile, findFile } from './FoundFile.ts';
import { isTar, type NamedBytes, readTar } from './tar.ts';

/** A file that has not been read yet. */
export interface FileSource {
  readonly name: string;
  readonly sizeBytes: number;
  /** Bytes that nobody else uses. */
  read(): Promise<Uint8Array>;
}

export interface OpenedFile {
  readonly file: FoundFile;
  readonly check: DigestCheck;
}

export interface OpenedFiles {
  readonly files: readonly OpenedFile[];
  readonly history: FileHistory;
}

export const FILES_MAX = 200;
/** ZooKeeper's logs are 64 MiB of zeros from the beginning. */
export const FILE_BYTES_MAX = 256_000_000;
export const ALL_BYTES_MAX = 512_000_000;
/** Txns of all logs together. */
export const TXNS_MAX = 500_000;

const NO_CHECK: DigestCheck = { compared: 0, damage: [] };

/** Of the whole, reading takes about half, and checking the rest. */
const READING_SHARE = 0.5;

/** `onProgress`: how much is done, from 0 to 1. */
export async function openFiles(
  sources: readonly FileSource[],
  onProgress: (share: number) => void = () => {},
): Promise<OpenedFiles> {
  const found: FoundFile[] = [];
  const limits = { files: 0, bytes: 0, txns: 0 };
  const allBytes = sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const source of sources) {
    for (const content of await contentsOf(source, limits)) {
      found.push('type' in content ? content : await findWithin(content, limits));
    }
    onProgress((READING_SHARE * limits.bytes) / Math.max(1, allBytes));
    if (limits.files > FILES_MAX) break;
  }
  found.sort((a, b) => rankOf(a) - rankOf(b) || zxidOf(a) - zxidOf(b));
  const history = new FileHistory(found);
  const checks = checkDigests(history, (share) =>
    onProgress(READING_SHARE + (1 - READING_SHARE) * share),
  );
  return { history, files: found.map((file) => ({ file, check: checks.get(file) ?? NO_CHECK })) };
}

interface Limits {
  files: number;
  bytes: number;
  txns: number;
}

/** What a source holds: itself, or if it is an archive the files in it; or why it is not read. */
async function contentsOf(
  source: FileSource,
  limits: Limits,
): Promise<readonly (NamedBytes | FoundFile)[]> {
  const { name, sizeBytes } = source;
  limits.files += 1;
  limits.bytes += sizeBytes;
  const refuse = (reason: string): readonly FoundFile[] => {
    limits.bytes -= sizeBytes;
    return [{ type: 'other', name, sizeBytes, damage: [], reason }];
  };
  if (limits.files > FILES_MAX)
    return refuse(`Not read, nor what follows: ${FILES_MAX} files are.`);
  if (sizeBytes > FILE_BYTES_MAX) return refuse(`Not read: larger than ${FILE_BYTES_MAX} bytes.`);
  if (limits.bytes > ALL_BYTES_MAX) {
    return refuse(`Not read: the files together are larger than ${ALL_BYTES_MAX} bytes.`);
  }
  let bytes: Uint8Array;
  try {
    bytes = await source.read();
  } catch (error) {
    return refuse(`Cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return isTar(bytes) ? readTar(bytes).slice(0, FILES_MAX) : [{ name, bytes }];
}

async function findWithin(content: NamedBytes, limits: Limits): Promise<FoundFile> {
  const left = TXNS_MAX - limits.txns;
  const file = await findFile(content, left + 1);
  if (file.type !== 'log') return file;
  if (file.records.length <= left) {
    limits.txns += file.records.length;
    return file;
  }
  const { name, sizeBytes } = file;
  const reason = `Left out: with it there are more than ${plural(TXNS_MAX, 'txn')}.`;
  return { type: 'other', name, sizeBytes, damage: [], reason };
}

const ORDER = ['snapshot', 'log', 'acceptedEpoch', 'currentEpoch', 'myid', 'other'] as const;
const rankOf = ({ type }: FoundFile): number => ORDER.indexOf(type);

const zxidOf = (file: FoundFile): number => ('zxid' in file ? file.zxid : 0);
