/** A tree with watchers, to which txns are applied one after the other. */

import { assert } from '../../../base/assert.ts';
import type { ACL, Id } from '../../../protocol/acl.ts';
import { OPEN_ACL_UNSAFE, Perms } from '../../../protocol/acl.ts';
import { eventTypeName } from '../../../protocol/events.ts';
import type { TxnBody } from '../../../protocol/txns.ts';
import { makeZxid } from '../../../protocol/zxid.ts';
import { ServerMetrics } from '../../metrics/ServerMetrics.ts';
import { checkACL } from '../acl.ts';
import type { ApplyResult } from '../applyTxn.ts';
import { applyTxn } from '../applyTxn.ts';
import type { Znode } from '../DataNode.ts';
import { DataTree } from '../DataTree.ts';
import { WatchManager } from '../WatchManager.ts';

export const SESSION = 0x100000000000001n;

export class TreeBench {
  readonly tree = new DataTree();
  readonly metrics = new ServerMetrics();
  readonly watches: WatchManager;
  /** Identities by connection; who is not listed has none. */
  readonly ids = new Map<number, readonly Id[]>();
  private counter = 0;
  private events: string[] = [];

  constructor(watchesPerConnectionMax = 1000) {
    this.watches = new WatchManager({
      metrics: this.metrics,
      watchesPerConnectionMax,
      deliver: (connection, { type, path }, zxid) =>
        this.events.push(`${connection} ${eventTypeName(type)} ${path} ${zxid}`),
      canRead: (connection, acl) => checkACL(acl, Perms.READ, this.ids.get(connection) ?? []),
    });
    this.tree.watches = this.watches;
  }

  /** Its zxid and time are the number of the txn, counted from 1. */
  apply(body: TxnBody, session = SESSION): ApplyResult {
    const n = ++this.counter;
    const header = { clientId: session, cxid: n, zxid: makeZxid(0, n), time: n };
    return applyTxn(this.tree, header, body);
  }

  create(path: string, text: string | null = '', more: { acl?: readonly ACL[] } = {}): ApplyResult {
    return this.apply(createBody(path, text, more));
  }

  createEphemeral(path: string, session = SESSION): ApplyResult {
    return this.apply({ ...createBody(path, ''), ephemeral: true }, session);
  }

  set(path: string, text: string | null): ApplyResult {
    const version = this.node(path).version + 1;
    return this.apply({ type: 'setData', path, data: bytesOf(text), version });
  }

  delete(path: string): ApplyResult {
    return this.apply({ type: 'delete', path });
  }

  node(path: string): Znode {
    const node = this.tree.getNode(path);
    assert(node !== undefined, `${path} exists`);
    return node;
  }

  text(path: string): string | null {
    const { data } = this.node(path);
    return data === null ? null : String.fromCharCode(...data);
  }

  /** 'connection type path zxid' of what was delivered since the last call. */
  takeEvents(): readonly string[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}

export function createBody(
  path: string,
  text: string | null = '',
  { acl = OPEN_ACL_UNSAFE }: { acl?: readonly ACL[] } = {},
) {
  const data = bytesOf(text);
  return { type: 'create', path, data, acl, ephemeral: false, parentCVersion: -1 } as const;
}

export function bytesOf(text: string | null): Uint8Array | null {
  return text === null ? null : Uint8Array.from(text, (c) => c.charCodeAt(0));
}
