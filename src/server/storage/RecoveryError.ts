/**
 * Why a disk is refused: the server stays down, because going on could lose acknowledged writes.
 */

export interface RecoveryError {
  readonly file: string;
  /** Bytes from the start of the file to what could not be read. */
  readonly offset: number;
  readonly reason: string;
}
