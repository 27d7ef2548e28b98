/** All that a client program may use of the world: everything else would make runs differ. */

import type { Prng } from '../base/prng.ts';
import type { ClientDisk } from './ClientDisk.ts';
import type { PeerNetwork } from './peerNetwork.ts';
import type { JsonValue } from './trace.ts';
import type { ZooKeeper } from './ZooKeeper.ts';

/** What a client thinks it holds. */
export interface Belief {
  readonly holds: boolean;
  /** czxid of the znode that stands for it: grows from holder to holder. 0 when nothing is held. */
  readonly fence: number;
  /** Path of that znode; '' for none. */
  readonly znode: string;
}

export interface ClientContext {
  /** Of this client as others call it: `C1`. */
  readonly id: string;
  /** The handle of the present session, which may have ended: see `openSession`. */
  readonly zk: ZooKeeper;
  /** Virtual time, whole ms. */
  readonly nowMs: number;
  /** The same as a date: ms since 1970. */
  readonly dateMs: number;
  readonly random: Prng;
  /** Other clients, to ask and to answer. */
  readonly peers: PeerNetwork;
  /** Outlives this process. */
  readonly disk: ClientDisk;
  /** The present session, or a new one if that has ended. It need not be connected yet. */
  openSession(): ZooKeeper;
  sleep(ms: number): Promise<void>;
  /** What `promise` resolves to, or `timeout` after `ms`. The promise goes on regardless. */
  within<T>(ms: number, promise: Promise<T>): Promise<T | typeof TIMEOUT>;
  /** Names what a recipe is about to do, in the words of its documentation. */
  step(recipe: string, path: string, text: string): void;
  belief(recipe: string, path: string, belief: Belief): void;
  /** For views and checks that know `program`: what `subject` is like now. */
  note(program: string, subject: string, data: JsonValue): void;
  /** Random, version 4, lower-case. */
  uuid(): string;
}

export const TIMEOUT = 'timeout';

/**
 * A program by name. Resolves when it is done; what it started may go on. `args` come from outside:
 * check them.
 */
export type Command = (context: ClientContext, args: JsonValue) => Promise<JsonValue>;
export type CommandRegistry = ReadonlyMap<string, Command>;
