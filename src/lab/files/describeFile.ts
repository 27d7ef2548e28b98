/** What was found in a file, in words. */

import { formatBytes, hexZxid, plural, shortZxid } from '../format.ts';
import type { Damage } from './Damage.ts';
import type { FileReport } from './FilesReader.ts';
import type { LogFound, SnapshotFound } from './FoundFile.ts';
import type { OpenedFile } from './openFiles.ts';

export function reportOf(opened: OpenedFile): FileReport {
  const { name, sizeBytes } = opened.file;
  return { name, sizeBytes, sentences: describeFile(opened), damage: damageOf(opened) };
}

/** Sentences; the first says what the file is. */
export function describeFile({ file, check }: OpenedFile): readonly string[] {
  switch (file.type) {
    case 'snapshot':
      return describeSnapshot(file);
    case 'log':
      return describeLog(file, check.compared);
    case 'acceptedEpoch':
      return file.value === null ? [] : [`Epoch ${file.value} was the last that it accepted.`];
    case 'currentEpoch':
      return file.value === null ? [] : [`Its history was of epoch ${file.value}.`];
    case 'myid':
      return file.value === null ? [] : [`Server ${file.value}.`];
    case 'other':
      return [file.reason];
  }
}

function describeSnapshot(file: SnapshotFound): readonly string[] {
  const { zxid, isWhole, znodeCount, sessionCount, digestZxid } = file;
  const holds = `${plural(znodeCount, 'znode')} and ${plural(sessionCount, 'session')}`;
  if (!isWhole) return [`A snapshot of ${shortZxid(zxid)}, damaged. Before the damage: ${holds}.`];
  const sentences = [`The tree at ${shortZxid(zxid)}: ${holds}.`];
  if (digestZxid === null) sentences.push('Checksums are right. It carries no digest.');
  else if (digestZxid === zxid) sentences.push('Checksums and digest are right.');
  else {
    sentences.push(
      `Checksums are right. It is fuzzy: written while txns up to ${shortZxid(digestZxid)} came.`,
    );
  }
  return sentences;
}

function describeLog(
  { records, damage, paddingBytes }: LogFound,
  compared: number,
): readonly string[] {
  const [first, last] = [records[0], records.at(-1)];
  const sentences: string[] = [];
  if (first === undefined || last === undefined) {
    if (damage.length === 0) sentences.push('A log without a txn.');
    else sentences.push('No txn could be read.');
  } else {
    const range =
      first === last
        ? shortZxid(first.zxid)
        : `${shortZxid(first.zxid)} to ${shortZxid(last.zxid)}`;
    sentences.push(`${plural(records.length, 'txn')}, ${range}.`);
    sentences.push(
      compared === 0
        ? 'No digest was compared.'
        : `${plural(compared, 'digest')} compared with the replayed tree.`,
    );
  }
  if (paddingBytes > 0) sentences.push(`${formatBytes(paddingBytes)} of padding.`);
  return sentences;
}

const number = new Intl.NumberFormat('en');

/** `Bytes 1,204 to 1,266: checksum mismatch.` */
export function describeDamage({ type, offset, end, reason }: Damage): string {
  const where =
    end > offset
      ? `Bytes ${number.format(offset)} to ${number.format(end - 1)}`
      : `At byte ${number.format(offset)}`;
  const after = type === 'torn' ? ', which ZooKeeper drops' : '';
  return `${where}: ${reason}${after}.`;
}

/** All that was found wrong in the file. */
export const damageOf = ({ file, check }: OpenedFile): readonly Damage[] => [
  ...file.damage,
  ...check.damage,
];

/** Why there is no tree at this zxid. */
export const unreachedReason = (zxid: number): string =>
  `No snapshot leads to ${hexZxid(zxid)} without a gap, so the tree is not known here.`;
