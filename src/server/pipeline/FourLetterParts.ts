/** What four-letter words look at. */

import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { ReplicationStatus } from '../replication.ts';
import type { DigestLog } from './DigestLog.ts';
import type { Role } from './roles.ts';
import type { ServerCnxnFactory } from './ServerCnxnFactory.ts';

export interface DiskUsage {
  readonly snapshotBytes: number;
  readonly logBytes: number;
}

export interface FourLetterParts {
  readonly context: ServerContext;
  readonly database: Database;
  readonly cnxns: ServerCnxnFactory;
  readonly digestLog: DigestLog;
  /** Of this process. */
  readonly startedAtMs: number;
  readonly status: () => ReplicationStatus;
  readonly diskUsage: () => DiskUsage;
  /** Null while not serving. */
  readonly role: () => Role | null;
}
