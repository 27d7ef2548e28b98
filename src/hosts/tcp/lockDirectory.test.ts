/** Who may write to a directory. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockDirectory } from './lockDirectory.ts';

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ensemble-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('one at a time, and the next once it has been unlocked', () => {
  const directory = join(folder(), 'new');
  const unlock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(
    `${directory} is in use by process ${process.pid}.`,
  );
  expect(readdirSync(directory)).toEqual(['ensemble.lock']);
  unlock();
  lockDirectory(directory)();
  expect(readdirSync(directory)).toEqual([]);
});

test('what a process that is gone has left is taken over', async () => {
  const directory = folder();
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('close', resolve));
  // Of a process that ended, of one whose number another has now, and of none.
  for (const text of [`${child.pid} 5\n`, `${process.pid} 5\n`, '', 'nonsense']) {
    writeFileSync(join(directory, 'ensemble.lock'), text);
    lockDirectory(directory)();
  }
  expect(readdirSync(directory)).toEqual([]);
});
