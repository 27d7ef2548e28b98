/**
 * A 32-bit number that many clients see and set: four bytes, big-endian, in one znode.
 *
 * Guarantees and errors: those of SharedValue. Data that are no four bytes count as 0.
 * Does not guarantee that no step is lost between `set`s; for sums take AtomicLong.
 * Source: Curator SharedCount.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { decodeInt32, encodeInt32 } from './bigEndian.ts';
import { SharedValue } from './SharedValue.ts';

export interface VersionedCount {
  readonly count: number;
  readonly version: number;
}

export class SharedCount {
  private readonly shared: SharedValue;
  private readonly step: (text: string) => void;

  /** `seed`: what the znode is made with if it is missing. */
  constructor(context: ClientContext, path: string, seed: number) {
    this.step = (text) => context.step('sharedCount', path, text);
    this.shared = new SharedValue(context, path, {
      seed: encodeInt32(seed),
      onChange: () => this.step(`sees ${this.value?.count}`),
    });
  }

  /** Null before anything has been read. */
  get value(): VersionedCount | null {
    const { value } = this.shared;
    return value && { count: decodeInt32(value.data) ?? 0, version: value.version };
  }

  /** Resolves when it takes part for the first time: it has read the value. */
  get stands(): Promise<void> {
    return this.shared.stands;
  }

  run(): Promise<void> {
    return this.shared.run();
  }

  async close(): Promise<void> {
    await this.shared.close();
    this.step('left');
  }

  set(count: number): Promise<void> {
    return this.shared.set(encodeInt32(count));
  }

  /** False if somebody else has written since `version`. */
  trySet(version: number, count: number): Promise<boolean> {
    return this.shared.trySet(version, encodeInt32(count));
  }
}
