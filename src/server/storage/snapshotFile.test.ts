import { expect, test } from 'vitest';
import { concatBytes } from '../../base/bytes.ts';
import { asZxid, makeZxid } from '../../protocol/zxid.ts';
import { MemoryDatabase } from './MemoryDatabase.ts';
import {
  decodeSnapshotBody,
  decodeSnapshotFile,
  encodeSnapshotBody,
  encodeSnapshotFile,
} from './snapshotFile.ts';
import { history } from './testing/histories.ts';
import { zookeeperDisk } from './testing/zookeeperDisk.ts';

const ZXID = makeZxid(1, 14);
const FILE = 'snapshot.10000000e';
/** A seal, a digest and its seal, a zxid and its seal. */
const SEAL = 13;
const DIGEST_PART = 20 + SEAL;
const LAST_PART = 8 + SEAL;

const example = new MemoryDatabase(500);
for (const proposal of history(1, 14)) example.apply(proposal);
const BYTES = encodeSnapshotFile(example, ZXID);

test('a snapshot comes back as it was', () => {
  const snapshot = decodeSnapshotFile(FILE, BYTES, ZXID);
  if (!snapshot.ok) throw new Error(snapshot.error.reason);
  expect(snapshot.value.sessions).toEqual(example.sessions);
  expect(snapshot.value.tree.digest()).toBe(example.tree.digest());
  expect(encodeSnapshotFile(snapshot.value, ZXID)).toEqual(BYTES);
});

test('the body alone is the stream of a SNAP', () => {
  const body = encodeSnapshotBody(example);
  expect(BYTES.slice(16, 16 + body.length)).toEqual(body);
  expect(BYTES.length).toBe(16 + body.length + SEAL + DIGEST_PART + LAST_PART);
  const snapshot = decodeSnapshotBody(body);
  expect(snapshot.ok && encodeSnapshotBody(snapshot.value)).toEqual(body);
});

test('parts that older versions leave out may be missing', () => {
  const without = (bytes: number) => BYTES.slice(0, BYTES.length - bytes);
  const read = (bytes: Uint8Array) => decodeSnapshotFile(FILE, bytes, ZXID).ok;
  expect(read(without(LAST_PART))).toBe(true);
  expect(read(without(LAST_PART + DIGEST_PART))).toBe(true);
});

test('a snapshot cut at any other byte is refused', () => {
  const whole = [BYTES.length, BYTES.length - LAST_PART, BYTES.length - LAST_PART - DIGEST_PART];
  for (let cut = 0; cut < BYTES.length; cut++) {
    if (whole.includes(cut)) continue;
    expect(decodeSnapshotFile(FILE, BYTES.slice(0, cut), ZXID).ok).toBe(false);
  }
});

test('a damaged byte anywhere is refused', () => {
  for (let at = 0; at < BYTES.length; at++) {
    const bytes = BYTES.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;
    const snapshot = decodeSnapshotFile(FILE, bytes, ZXID);
    expect(snapshot).toMatchObject({ ok: false, error: { file: FILE } });
  }
});

test('bytes after the end are refused', () => {
  const bytes = concatBytes(BYTES, new Uint8Array([0, 0, 0, 1, 0x2f]));
  expect(decodeSnapshotFile(FILE, bytes, ZXID).ok).toBe(false);
});

test('snapshots of ZooKeeper 3.8 are read, also those taken while txns were applied', () => {
  const disk = zookeeperDisk();
  for (const zxid of [0, 3, 9]) {
    const file = `snapshot.${zxid}`;
    const snapshot = decodeSnapshotFile(file, disk.get(file) ?? new Uint8Array(0), asZxid(zxid));
    expect(snapshot.ok).toBe(true);
  }
});
