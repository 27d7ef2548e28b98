/** What a txn does, in two words, from its bytes. */

import { decodeTxn } from '../../protocol/txns.ts';

export interface TxnDescription {
  readonly op: string;
  readonly path: string;
}

export function describeTxn(bytes: Uint8Array): TxnDescription {
  const decoded = decodeTxn(bytes);
  if (!decoded.ok) return { op: 'unreadable', path: '' };
  const body = decoded.value.body;
  return { op: body.type, path: 'path' in body ? body.path : '' };
}
