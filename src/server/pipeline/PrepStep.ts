/** What the preparation of one txn works with. */

import type { Result } from '../../base/result.ts';
import type { Id } from '../../protocol/acl.ts';
import type { KeeperErrorCode } from '../../protocol/errors.ts';
import type { SubTxnBody } from '../../protocol/txns.ts';
import type { Zxid } from '../../protocol/zxid.ts';
import type { ServerConfig } from '../config.ts';
import type { QuotaRequest } from '../tree/quota.ts';
import type { OutstandingChanges } from './OutstandingChanges.ts';

export interface PrepStep {
  readonly zxid: Zxid;
  /** The leader's clock, Unix ms: the txn's time and so ctime and mtime. */
  readonly timeMs: number;
  readonly sessionId: bigint;
  readonly authinfo: readonly Id[];
  readonly config: ServerConfig;
  readonly changes: OutstandingChanges;
  /** Whether the session lives and its owner speaks. An ephemeral needs a global one. */
  checkSession(isEphemeral?: boolean): KeeperErrorCode;
  /** By the usage of what is applied so far. */
  checkQuota(growth: QuotaRequest): KeeperErrorCode;
}

/** The txn, or the code of the error txn in its place. */
export type Prepared = Result<SubTxnBody, KeeperErrorCode>;
