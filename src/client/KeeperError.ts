/**
 * How a request fails. Source: KeeperException; its words are those of zkCli's CliWrapperException.
 */

import { cliErrorMessage, errorMessage, errorName, KeeperErrorCode } from '../protocol/errors.ts';
import type { MultiResult } from '../protocol/multi.ts';

export interface KeeperErrorOptions {
  /** False when the request may have been carried out nevertheless. Default true. */
  readonly definite?: boolean;
  /** Said instead of the code's own words. */
  readonly reason?: string;
}

export class KeeperError extends Error {
  /** `NONODE`, `CONNECTIONLOSS`, ... */
  override readonly name: string;
  readonly code: number;
  /** As the program wrote it, without chroot; '' for a request without a path. */
  readonly path: string;
  /**
   * Whether it is known that nothing was done. After CONNECTIONLOSS it never is: look before doing
   * it again.
   */
  readonly definite: boolean;
  /** What zkCli prints: `Node does not exist: /a`. */
  readonly cliMessage: string;

  constructor(code: number, path: string, options: KeeperErrorOptions = {}) {
    super(options.reason ?? errorMessage(code, path === '' ? undefined : path));
    this.name = errorName(code) ?? `ERROR${code}`;
    this.code = code;
    this.path = path;
    this.definite = options.definite ?? code !== KeeperErrorCode.CONNECTIONLOSS;
    this.cliMessage =
      options.reason ?? (path === '' ? errorMessage(code) : cliErrorMessage(code, path));
  }
}

/**
 * A multi that failed: nothing of it was applied. `code` and `path` are those of the first cause.
 */
export class MultiError extends KeeperError {
  /** One per operation; RUNTIMEINCONSISTENCY for those after the cause. */
  readonly results: readonly MultiResult[];

  constructor(code: number, path: string, results: readonly MultiResult[]) {
    super(code, path);
    this.results = results;
  }
}

/** Whether `error` is a KeeperError with this code. */
export function isKeeperError(
  error: unknown,
  code: keyof typeof KeeperErrorCode,
): error is KeeperError {
  return error instanceof KeeperError && error.code === KeeperErrorCode[code];
}
