/** A stretch of a file that could not be read, or that does not say what it should. */

export interface Damage {
  /**
   * `torn`: a write that was cut off at the end of a log, which ZooKeeper drops. `corrupt`: bytes
   * that cannot be read. `differs`: they can, and contradict the rest.
   */
  readonly type: 'torn' | 'corrupt' | 'differs';
  /** In the file, or in what it holds when it is compressed; `end` is the first byte after it. */
  readonly offset: number;
  readonly end: number;
  readonly reason: string;
}
