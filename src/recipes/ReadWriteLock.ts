/**
 * A lock that many may hold for reading, or one for writing: all stand in one line, readers wait
 * for the nearest writer before them, writers for whoever is before them. Znodes as Curator's
 * InterProcessReadWriteLock: `<path>/_c_<uuid>-__READ__<10 digits>` and `...-__WRIT__<10 digits>`.
 *
 * Guarantees: as the servers see it, no writer holds together with anybody else; first come, first
 * served, so that writers do not starve. Re-entrant. Who writes may also read, and keeps reading
 * when it stops writing (a downgrade): its read znode has the number of its write znode, and its
 * fence too.
 * Does not guarantee that a holder that is cut off stops believing in time: see `Lock`. Who reads
 * cannot get the write lock as well: it would wait for itself.
 * Errors: as `Lock`; an Error for a reader that asks to write.
 * Source: ZooKeeper recipes, "Shared Locks"; Curator InterProcessReadWriteLock.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { AcquireOptions, Holding } from './Claim.ts';
import { Lock } from './Lock.ts';
import type { LockKind } from './LockKind.ts';

const READ = '__READ__';
const WRITE = '__WRIT__';

const WRITE_KIND: LockKind = {
  recipe: 'writeLock',
  basename: WRITE,
  marks: [READ, WRITE],
  watchStep: 'watch whoever is before',
  blockerOf: (line, index) => line[index - 1] ?? null,
};

const READ_KIND: LockKind = {
  recipe: 'readLock',
  basename: READ,
  marks: [READ, WRITE],
  watchStep: 'watch the writer before',
  // The nearest one: when it is gone, those before it are gone too.
  blockerOf: (line, index) =>
    line
      .slice(0, index)
      .reverse()
      .find((child) => child.includes(WRITE)) ?? null,
};

export type Side = 'read' | 'write';

export class ReadWriteLock {
  readonly path: string;
  private readonly locks: Readonly<Record<Side, Lock>>;

  /** `path`: made as a container if it is missing. */
  constructor(context: ClientContext, path: string) {
    this.path = path;
    const write = new Lock(context, path, { kind: WRITE_KIND });
    const beside = (): Holding | null => write.held;
    this.locks = { read: new Lock(context, path, { kind: { ...READ_KIND, beside } }), write };
  }

  get isIdle(): boolean {
    return this.locks.read.isIdle && this.locks.write.isIdle;
  }

  /** Null when this client does not hold it, as far as it knows. */
  held(side: Side): Holding | null {
    return this.locks[side].held;
  }

  waitsFor(side: Side): boolean {
    return !this.locks[side].isIdle && this.held(side) === null;
  }

  /** As `Lock`. */
  async acquire(side: Side, options: AcquireOptions = {}): Promise<Holding | null> {
    if (side === 'write' && !this.locks.read.isIdle && this.held('write') === null) {
      throw new Error(`who reads ${this.path} cannot write it too: it would wait for itself`);
    }
    return this.locks[side].acquire(options);
  }

  release(side: Side): Promise<void> {
    return this.locks[side].release();
  }
}
