/**
 * What the service knows: the znodes after each committed txn, by the time of its first commit.
 * Checks of recipes compare it with what the clients believe.
 */

import { CommittedTxns } from '../../checks/CommittedTxns.ts';
import { Histories } from '../../checks/Histories.ts';
import { parentOf } from '../../protocol/paths.ts';
import type { SubTxnBody } from '../../protocol/txns.ts';
import { isFailedTxn } from '../../protocol/txns.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

export interface ServiceZnode {
  readonly path: string;
  readonly czxid: number;
  readonly bornUs: number;
  readonly owner: bigint;
  data: Uint8Array;
  mzxid: number;
  version: number;
  changedUs: number;
}

export interface TreeChange {
  readonly type: 'created' | 'changed' | 'deleted';
  readonly znode: ServiceZnode;
}

export class ServiceTree {
  /** What the last event changed. */
  changes: TreeChange[] = [];
  private readonly committed = new CommittedTxns(new Histories());
  private readonly znodes = new Map<string, ServiceZnode>();

  observe(event: TraceEvent): void {
    if (this.changes.length > 0) this.changes = [];
    this.committed.observe(event);
    for (const { header, body } of this.committed.fresh) {
      if (isFailedTxn(body)) continue;
      for (const part of body.type === 'multi' ? body.txns : [body]) {
        this.apply(part, header.zxid, header.clientId, event.atUs);
      }
    }
  }

  get(path: string): ServiceZnode | undefined {
    return this.znodes.get(path);
  }

  childrenOf(path: string): readonly ServiceZnode[] {
    return [...this.znodes.values()].filter((znode) => parentOf(znode.path) === path);
  }

  /** The znode itself and all below, sorted by path. */
  below(path: string): readonly ServiceZnode[] {
    return [...this.znodes.values()]
      .filter((znode) => znode.path === path || znode.path.startsWith(`${path}/`))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private apply(body: SubTxnBody, zxid: number, session: bigint, atUs: number): void {
    switch (body.type) {
      case 'closeSession':
        for (const { path, owner } of [...this.znodes.values()]) {
          if (owner === session) this.remove(path);
        }
        return;
      case 'create':
      case 'create2':
        return this.create(body.path, body.data, zxid, body.ephemeral ? session : 0n, atUs);
      case 'createContainer':
      case 'createTTL':
        return this.create(body.path, body.data, zxid, 0n, atUs);
      case 'delete':
      case 'deleteContainer':
        return this.remove(body.path);
      case 'setData': {
        const znode = this.znodes.get(body.path);
        if (znode === undefined) return;
        znode.data = body.data ?? new Uint8Array();
        znode.mzxid = zxid;
        znode.version = body.version;
        znode.changedUs = atUs;
        this.changes.push({ type: 'changed', znode });
        return;
      }
      default:
        return;
    }
  }

  private create(
    path: string,
    data: Uint8Array | null,
    czxid: number,
    owner: bigint,
    atUs: number,
  ): void {
    const znode: ServiceZnode = {
      path,
      czxid,
      bornUs: atUs,
      owner,
      data: data ?? new Uint8Array(),
      mzxid: czxid,
      version: 0,
      changedUs: atUs,
    };
    this.znodes.set(path, znode);
    this.changes.push({ type: 'created', znode });
  }

  private remove(path: string): void {
    const znode = this.znodes.get(path);
    if (znode === undefined) return;
    this.znodes.delete(path);
    this.changes.push({ type: 'deleted', znode });
  }
}
