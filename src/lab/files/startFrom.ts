/** A new ensemble whose servers' disks hold what the files say of one zxid. */

import { err, ok, type Result } from '../../base/result.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import { parseConfig } from '../../server/DynamicConfig.ts';
import type { DiskFiles } from '../../server/disk.ts';
import type { MemoryDatabase } from '../../server/storage/MemoryDatabase.ts';
import { recover } from '../../server/storage/recovery.ts';
import { CONFIG_NODE } from '../../server/tree/systemPaths.ts';
import type { Start } from './FilesReader.ts';
import type { OpenedFiles } from './openFiles.ts';

const COMMIT_LOG_COUNT = 500;
/** From the last that the files tell of to the beginning of the new run. */
const LATER_MS = 1_000;

/** `index`: of a moment that can be reached; `config`: of an ensemble with empty disks. */
export function startFrom(
  { history, files }: OpenedFiles,
  index: number,
  config: EnsembleConfig,
): Result<Start, string> {
  const disk = history.diskAt(index);
  const epochs = new Map<string, Uint8Array>();
  for (const { file } of files) {
    if (file.type !== 'acceptedEpoch' && file.type !== 'currentEpoch') continue;
    if (file.value !== null) epochs.set(file.type, utf8Encode(String(file.value)));
  }
  // Epochs of another history than the files' are left out; servers then begin with the zxid's.
  const all: DiskFiles = new Map([...disk, ...epochs]);
  const withEpochs = recover(all, COMMIT_LOG_COUNT);
  const recovered = withEpochs.ok ? withEpochs : recover(disk, COMMIT_LOG_COUNT);
  if (!recovered.ok) {
    const { file, offset, reason } = recovered.error;
    return err(`${file} at byte ${offset}: ${reason}`);
  }
  const { memory } = recovered.value;
  const { timeOriginMs } = config.server;
  const server = {
    ...config.server,
    timeOriginMs: Math.max(timeOriginMs, latestMs(memory) + LATER_MS),
    reconfigEnabled: config.server.reconfigEnabled && !isReconfigured(memory),
  };
  return ok({
    config: { ...config, server, files: withEpochs.ok ? all : disk },
    base: { tree: memory.tree, zxid: memory.lastProcessedZxid },
  });
}

/**
 * Somebody has changed the members of the ensemble that the files come from. Its servers are not
 * here, so that those that are keep to their own list.
 */
function isReconfigured({ tree }: MemoryDatabase): boolean {
  const text = tree.getNode(CONFIG_NODE)?.data ?? new Uint8Array(0);
  const config = parseConfig(utf8Decode(text));
  return config.ok && config.value.version > 0;
}

/** Clocks go on: an id of a session is made of the time, and must not be given again. */
function latestMs({ tree, sessions, committedLog }: MemoryDatabase): number {
  let latest = committedLog.at(-1)?.txn.header.time ?? 0;
  for (const [, { ctime, mtime }] of tree.walk()) latest = Math.max(latest, ctime, mtime);
  for (const id of sessions.keys()) latest = Math.max(latest, openedMs(id, latest));
  return latest;
}

const SESSION_TIME_BITS = 40;

/**
 * When the server that opened the session began to count ids. Of that an id holds the lower bits;
 * the others are those of `nearMs`, which is not many years away.
 */
function openedMs(id: bigint, nearMs: number): number {
  const span = 2 ** SESSION_TIME_BITS;
  const low = Number(BigInt.asUintN(SESSION_TIME_BITS, id >> 16n));
  const away = low - (nearMs % span);
  const turns = away > span / 2 ? -1 : away < -span / 2 ? 1 : 0;
  return Math.max(0, nearMs + away + turns * span);
}
