/** What a txn does to its znode or session, beside its kind and its path. */

import { listOf, previewData } from '../../lab/format.ts';
import { errorName } from '../../protocol/errors.ts';
import type { SubTxnBody } from '../../protocol/txns.ts';

export function txnDetail(body: SubTxnBody): string {
  switch (body.type) {
    case 'error':
      return errorName(body.err) ?? String(body.err);
    case 'createSession':
      return `timeout ${body.timeOut} ms`;
    case 'closeSession':
      return body.paths2Delete.length === 0 ? '' : `deletes ${listOf(body.paths2Delete)}`;
    case 'setACL':
    case 'check':
      return `version ${body.version}`;
    case 'delete':
    case 'deleteContainer':
      return '';
    case 'setData':
    case 'reconfig':
      return `${previewData(body.data, 60)} v${body.version}`;
    case 'create':
    case 'create2':
      return `${body.ephemeral ? 'ephemeral ' : ''}${previewData(body.data, 60)}`;
    case 'createContainer':
    case 'createTTL':
      return previewData(body.data, 60);
  }
}
