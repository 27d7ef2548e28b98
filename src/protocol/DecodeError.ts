/** Why bytes from outside could not be read: an expected failure, returned and never thrown. */

export type DecodeReason = 'truncated' | 'unreasonableLength' | 'badValue' | 'unknownType';

export interface DecodeError {
  readonly reason: DecodeReason;
  /** Bytes to the offending field from the start of its array (in a multi txn, of the sub-txn). */
  readonly offset: number;
  readonly message: string;
}

/**
 * How readers leave a nested codec. Only `attemptDecode` may catch it, so it never
 * reaches a caller of this folder.
 */
export class DecodeFault extends Error {
  readonly error: DecodeError;

  constructor(reason: DecodeReason, offset: number, message: string) {
    super(message);
    this.error = { reason, offset, message };
  }
}
