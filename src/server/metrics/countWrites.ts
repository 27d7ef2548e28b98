/** Bytes written by the first name of their paths. Source: DataTree.updateWriteStat. */

import type { TxnBody } from '../../protocol/txns.ts';
import { isFailedTxn } from '../../protocol/txns.ts';
import { namespaceOf } from './namespaceOf.ts';
import type { ServerMetrics } from './ServerMetrics.ts';

/** What a txn changes. */
export function countWrites(metrics: ServerMetrics, body: TxnBody): void {
  switch (body.type) {
    case 'create':
    case 'create2':
    case 'createContainer':
    case 'createTTL':
    case 'setData':
    case 'reconfig':
      countWrite(metrics, body.path, body.data?.length ?? 0);
      return;
    case 'delete':
    case 'deleteContainer':
      countWrite(metrics, body.path, 0);
      return;
    case 'closeSession':
      for (const path of body.paths2Delete) countWrite(metrics, path, 0);
      return;
    case 'multi':
      if (!isFailedTxn(body)) for (const part of body.txns) countWrites(metrics, part);
      return;
    case 'setACL':
    case 'check':
    case 'createSession':
    case 'error':
      return;
  }
}

export function countWrite({ sets }: ServerMetrics, path: string, bytes: number): void {
  const namespace = namespaceOf(path);
  if (namespace !== null) sets.write_per_namespace.add(namespace, path.length + bytes);
}
