import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adler32 } from '../../base/adler32.ts';
import { zookeeperDisk } from '../../server/storage/testing/zookeeperDisk.ts';
import { readLog } from '../../server/storage/txnLog.ts';
import { damageOf, describeDamage, describeFile } from './describeFile.ts';
import { openBytes } from './testing/openBytes.ts';

const DISK = zookeeperDisk();
const NAMES = [...DISK.keys()];

interface Change {
  readonly file: string;
  readonly at: number;
  readonly value: number;
  /** The record's checksum is made right, so that the change is read. */
  readonly isChecked: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  file: fc.constantFrom(...NAMES),
  at: fc.nat(900),
  value: fc.nat(255),
  isChecked: fc.boolean(),
});

function damaged(changes: readonly Change[]): ReadonlyMap<string, Uint8Array> {
  const disk = new Map([...DISK].map(([name, bytes]) => [name, bytes.slice()]));
  for (const { file, at, value, isChecked } of changes) {
    const bytes = disk.get(file) ?? new Uint8Array(0);
    if (at < bytes.length) bytes[at] = value;
    if (isChecked) recheck(file, bytes, at);
  }
  return disk;
}

function recheck(file: string, bytes: Uint8Array, at: number): void {
  const log = readLog(file, DISK.get(file) ?? bytes);
  const record = log.ok
    ? log.value.records.find(({ offset, end }) => at >= offset + 12 && at < end - 1)
    : undefined;
  if (record === undefined) return;
  const checksum = adler32(bytes.subarray(record.offset + 12, record.end - 1));
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(record.offset + 4, checksum);
}

test('whatever is damaged, the files open, and each tree that is reached', async () => {
  const changes = fc.array(change, { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(changes, fc.subarray(NAMES), async (all, missing) => {
      const files = [...damaged(all)].filter(([name]) => !missing.includes(name));
      const opened = await openBytes(files);
      expect(opened.files).toHaveLength(files.length);
      for (const file of opened.files) {
        expect([...describeFile(file), ...damageOf(file).map(describeDamage)]).not.toEqual([]);
      }
      const { history } = opened;
      for (const [index, { isReached }] of history.moments.entries()) {
        if (isReached) expect(history.at(index)?.database.tree.getNode('/')).toBeDefined();
      }
    }),
    { numRuns: 200 },
  );
});
