import { describe, expect, test } from 'vitest';
import { Prng } from '../base/prng.ts';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import type { DiskOp } from '../server/disk.ts';
import { Disk } from './Disk.ts';
import { SerialDisk } from './SerialDisk.ts';

const append = (text: string): DiskOp => ({ type: 'append', file: 'log', bytes: utf8Encode(text) });
const log = (disk: Disk) => utf8Decode(disk.files().get('log') ?? new Uint8Array(0));

function written(): Disk {
  const disk = new Disk();
  disk.write([
    { doneUs: 10, ops: [append('one ')] },
    { doneUs: 20, ops: [append('two ')] },
    {
      doneUs: 30,
      ops: [append('three '), { type: 'replace', file: 'epoch', bytes: utf8Encode('1') }],
    },
  ]);
  return disk;
}

describe('Disk', () => {
  test('shows what was written, flushed or not', () => {
    expect(log(written())).toBe('one two three ');
  });

  test('a kill loses nothing', () => {
    const disk = written();
    disk.keepAll();
    expect(disk.loseUnsynced(0, new Prng(1))).toBe(0);
    expect(log(disk)).toBe('one two three ');
  });

  test('a power cut keeps what is done, and at most the beginning of the next append', () => {
    const tails = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const disk = written();
      const lostBytes = disk.loseUnsynced(10, new Prng(seed));
      const left = log(disk);
      expect('one two three '.startsWith(left) && left.length >= 4 && left.length < 8).toBe(true);
      expect(lostBytes).toBe('one two three 1'.length - left.length);
      expect(disk.files().has('epoch')).toBe(false);
      tails.add(left);
    }
    expect(tails.size).toBe(4);
  });

  test('a wiped one is empty', () => {
    const disk = written();
    disk.wipe();
    expect(disk.files().size).toBe(0);
  });

  test('truncates, replaces and removes', () => {
    const disk = written();
    const ops: DiskOp[] = [
      { type: 'truncate', file: 'log', length: 5 },
      append('!'),
      { type: 'remove', file: 'epoch' },
    ];
    disk.write([{ doneUs: 40, ops }]);
    expect(log(disk)).toBe('one t!');
    expect([...disk.files().keys()]).toEqual(['log']);
    disk.settle(40);
    expect(log(disk)).toBe('one t!');
  });
});

describe('SerialDisk', () => {
  test('does one thing after the other, and reads what was written before', () => {
    const disk = new SerialDisk(new Map(), 3_000);
    expect(disk.write(0, [append('a')])).toBe(3_000);
    expect(disk.write(1_000, [append('b')])).toBe(6_000);
    const { doneUs, files } = disk.read(2_000);
    disk.write(2_500, [append('c')]);
    expect(doneUs).toBe(9_000);
    expect(utf8Decode(files.get('log') ?? new Uint8Array(0))).toBe('ab');
    expect(disk.write(50_000, [append('d')])).toBe(53_000);
    expect(disk.takeWrites().map((write) => write.doneUs)).toEqual([3_000, 6_000, 12_000, 53_000]);
    expect(disk.takeWrites()).toEqual([]);
  });
});
