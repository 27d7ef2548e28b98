/** Real files in a temporary folder. */

import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Prng } from '../../base/prng.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { DiskOp } from '../../server/disk.ts';
import { FileDisk } from './FileDisk.ts';

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ensemble-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const append = (file: string, text: string): DiskOp => ({
  type: 'append',
  file,
  bytes: utf8Encode(text),
});
const replace = (file: string, text: string): DiskOp => ({
  type: 'replace',
  file,
  bytes: utf8Encode(text),
});

function carryOut(disk: FileDisk, ...ops: readonly DiskOp[]): Promise<void> {
  return new Promise((resolve, reject) => {
    disk.carryOut(ops, (error) => (error === null ? resolve() : reject(error)));
  });
}

function textsOf(disk: FileDisk): Record<string, string> {
  return Object.fromEntries([...disk.files()].map(([name, bytes]) => [name, utf8Decode(bytes)]));
}

test.each([true, false])('operations leave what they say; fsync %s', async (fsync) => {
  const directory = folder();
  const disk = new FileDisk(directory, fsync);
  await carryOut(disk, append('log.1', 'ab'), append('log.1', 'cd'), replace('epoch', '1'));
  await carryOut(disk, append('log.2', 'x'), replace('epoch', '2'));
  await carryOut(disk, { type: 'truncate', file: 'log.1', length: 3 }, append('log.1', 'Z'));
  await carryOut(disk, { type: 'truncate', file: 'log.1', length: 99 });
  await carryOut(disk, { type: 'remove', file: 'log.2' });
  const left = { epoch: '2', 'log.1': 'abcZ' };
  expect(textsOf(disk)).toEqual(left);
  expect(textsOf(new FileDisk(directory, fsync))).toEqual(left);
});

test('a replacement that was never finished is not there', () => {
  const directory = folder();
  const disk = new FileDisk(directory, true);
  writeFileSync(join(directory, 'version-2', 'currentEpoch.tmp'), '7');
  expect(textsOf(disk)).toEqual({});
});

test('a power cut takes what was not flushed, and no more', async () => {
  const directory = folder();
  const disk = new FileDisk(directory, true);
  await carryOut(disk, append('log.1', 'flushed'));
  disk.carryOut([append('log.1', '-in-flight')], () => {});
  const lost = disk.loseUnsynced(0, new Prng(1));
  expect(lost).toBeGreaterThan(0);
  const text = textsOf(disk)['log.1'] ?? '';
  expect('flushed-in-flight'.startsWith(text) && text.startsWith('flushed')).toBe(true);
  expect(text.length + lost).toBe('flushed-in-flight'.length);
});

test('an append goes to the end of what an earlier process left', async () => {
  const directory = folder();
  await carryOut(new FileDisk(directory, true), append('log.1', 'a'));
  appendFileSync(join(directory, 'version-2', 'log.1'), 'b');
  const disk = new FileDisk(directory, true);
  await carryOut(disk, append('log.1', 'c'));
  expect(textsOf(disk)).toEqual({ 'log.1': 'abc' });
});

test('a disk that cannot be written says so', () => {
  const directory = folder();
  const disk = new FileDisk(directory, true);
  rmSync(join(directory, 'version-2'), { recursive: true });
  expect(() => disk.carryOut([append('log.1', 'a')], () => {})).toThrow('ENOENT');
});

test('wiping leaves an empty folder', async () => {
  const directory = folder();
  const disk = new FileDisk(directory, true);
  await carryOut(disk, append('log.1', 'a'));
  disk.wipe();
  expect(textsOf(disk)).toEqual({});
  expect(existsSync(join(directory, 'version-2'))).toBe(true);
});
