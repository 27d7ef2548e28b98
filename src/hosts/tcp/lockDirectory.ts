/**
 * Keeps a second process from writing to the same files: a file that names the process that does,
 * put there and taken over atomically. One that a killed process left behind means nothing.
 */

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = 'ensemble.lock';
const TRIES = 3;

/** Makes the directory if it is not there. Returns how to unlock it. Throws if it is in use. */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const lock = join(directory, LOCK);
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  const draft = `${lock}.${process.pid}`;
  writeFileSync(draft, own);
  try {
    for (let i = 0; i < TRIES; i++) {
      if (tryLink(draft, lock)) return () => rmSync(lock, { force: true });
      const holder = textOf(lock);
      if (isAlive(holder)) throw inUse(directory, holder);
      takeAway(lock, holder, draft);
    }
    throw inUse(directory, textOf(lock));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes what a dead process has left, unless somebody has taken it over meanwhile. */
function takeAway(lock: string, seen: string, draft: string): void {
  const old = `${draft}.old`;
  try {
    renameSync(lock, old);
  } catch {
    return;
  }
  if (textOf(old) !== seen) tryLink(old, lock);
  rmSync(old, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function inUse(directory: string, holder: string): Error {
  return new Error(`${directory} is in use by process ${holder.split(' ')[0]}.`);
}

/** Another process may have the same number by now, but it started at another time. */
function isAlive(holder: string): boolean {
  const [pid = 0, started = ''] = holder.trim().split(' ');
  if (!(Number(pid) > 0)) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return started === startOf(Number(pid));
}

/** In clock ticks after the machine's start; '-' where the system does not tell. */
function startOf(pid: number): string {
  // The name before it may hold blanks and parentheses.
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return fields[19] ?? '-';
}
