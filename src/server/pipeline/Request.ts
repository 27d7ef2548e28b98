/**
 * A request on its way through the pipeline, whoever sent it: a client of this server, a learner on
 * behalf of its client, or the leader itself (expiry, container check).
 * Source: ZooKeeper Request; FollowerRequestProcessor for which operations are ordered.
 */

import { OpCode } from '../../protocol/opcodes.ts';
import type { ClientRequest } from '../../protocol/requests.ts';
import { decodeRequest } from '../../protocol/requests.ts';
import type { Sid } from '../config.ts';
import type { QuorumRequest } from '../replication.ts';

export interface Request extends QuorumRequest {
  /** The server that the client is attached to; null for the leader's own requests. */
  readonly owner: Sid | null;
  /** `body` decoded; null if that was not possible. */
  readonly record: ClientRequest | null;
  readonly receivedAtMs: number;
}

export type RequestSource = Pick<Request, 'owner' | 'receivedAtMs'>;

export function makeRequest(request: QuorumRequest, source: RequestSource): Request {
  const decoded = decodeRequest(request.opcode, request.body);
  return { ...request, ...source, record: decoded.ok ? decoded.value : null };
}

const WRITES: ReadonlySet<number> = new Set([
  OpCode.create,
  OpCode.create2,
  OpCode.createTTL,
  OpCode.createContainer,
  OpCode.delete,
  OpCode.deleteContainer,
  OpCode.setData,
  OpCode.setACL,
  OpCode.multi,
  OpCode.reconfig,
  OpCode.createSession,
  OpCode.closeSession,
]);

/** Whether the leader turns it into a txn. */
export function isWrite(opcode: number): boolean {
  return WRITES.has(opcode);
}

/** Whether it takes its turn among the writes: a reconfig that cannot be read does not. */
export function isOrdered({ opcode, record }: Request): boolean {
  return isWrite(opcode) && (opcode !== OpCode.reconfig || record !== null);
}

/** The path that a request is about, '' if it has none. */
export function pathOf(record: ClientRequest | null): string {
  return record !== null && 'path' in record ? (record.path ?? '') : '';
}
