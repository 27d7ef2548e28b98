/** Folds what clients tell the trace into their entries. */

import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { Draft } from './Draft.ts';

/** Requests shown per client; more are counted by the trace, not listed. */
const PENDING_WINDOW = 64;

export function foldClient(draft: Draft, event: TraceEvent): void {
  switch (event.type) {
    case 'clientStateChanged': {
      const client = draft.client(event.who);
      client.state = event.state;
      const isConnected = event.state === 'connected' || event.state === 'connectedReadOnly';
      client.server = isConnected ? event.server : null;
      client.sessionId = event.sessionId;
      client.timeoutMs = event.timeoutMs;
      if (isConnected) draft.session(event.sessionId).client = event.who;
      if (!isConnected) client.pending = [];
      return;
    }
    case 'operationSent': {
      const client = draft.client(event.who);
      if (client.pending.length >= PENDING_WINDOW) return;
      const { xid, op, path, atUs } = event;
      client.pending = [...client.pending, { xid, op, path, sentUs: atUs }];
      return;
    }
    case 'operationDone': {
      const client = draft.client(event.who);
      client.pending = client.pending.filter((operation) => operation.xid !== event.xid);
      client.lastZxid = Math.max(client.lastZxid, event.zxid);
      return;
    }
    case 'watchDelivered': {
      const client = draft.client(event.who);
      client.lastZxid = Math.max(client.lastZxid, event.zxid);
      return;
    }
    case 'step': {
      const client = draft.client(event.who);
      client.steps = { ...client.steps, [`${event.recipe} ${event.path}`]: event.step };
      return;
    }
    case 'belief': {
      const client = draft.client(event.who);
      const { recipe, path, holds, fence, znode } = event;
      const others = client.beliefs.filter((one) => one.recipe !== recipe || one.path !== path);
      client.beliefs = [...others, { recipe, path, holds, fence, znode }];
      return;
    }
    case 'commandDone':
      draft.client(event.who).lastResult = event.ok ? 'ok' : event.error;
      return;
    default:
      return;
  }
}
