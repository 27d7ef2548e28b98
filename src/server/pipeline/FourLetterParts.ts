/** What four-letter words look at. */

import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { ReplicationStatus } from '../replication.ts';
import type { DigestLog } from './DigestLog.ts';
import type { Role } from './roles.ts';
import type { ServerCnxnFactory } from './ServerCnxnFactory.ts';

export interface FourLetterParts {
  readonly context: ServerContext;
  readonly database: Database;
  readonly cnxns: ServerCnxnFactory;
  readonly digestLog: DigestLog;
  /** Of this process. */
  readonly startedAtMs: number;
  readonly status: () => ReplicationStatus;
  /** Sizes of a leader's proposals. */
  readonly resetProposalStats: () => void;
  /** Bytes of all that is on the disk. */
  readonly diskUsage: () => number;
  /** Null while not serving. */
  readonly role: () => Role | null;
}
