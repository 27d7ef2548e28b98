/** What a txn does, in two words, from its bytes. */

import { formatSessionId } from '../../protocol/sessionId.ts';
import { decodeTxn } from '../../protocol/txns.ts';

export interface TxnDescription {
  readonly op: string;
  /** Of the znode; for createSession and closeSession, the session id; '' for what has neither. */
  readonly path: string;
}

export function describeTxn(bytes: Uint8Array): TxnDescription {
  const decoded = decodeTxn(bytes);
  if (!decoded.ok) return { op: 'unreadable', path: '' };
  const { header, body } = decoded.value;
  if (body.type === 'createSession' || body.type === 'closeSession') {
    return { op: body.type, path: formatSessionId(header.clientId) };
  }
  return { op: body.type, path: 'path' in body ? body.path : '' };
}
