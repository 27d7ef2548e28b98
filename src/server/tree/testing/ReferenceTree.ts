/** What a tree is, said as plainly as possible: a list of znodes and no index. */

import type { ACL } from '../../../protocol/acl.ts';
import type { SubTxnBody, TxnBody } from '../../../protocol/txns.ts';

interface Entry {
  data: Uint8Array | null;
  acl: readonly ACL[];
  readonly born: number;
  changed: number;
  touched: number;
  version: number;
  creates: number;
  aversion: number;
  readonly owner: bigint | 'container' | 'ttl' | null;
}

export class ReferenceTree {
  readonly entries = new Map<string, Entry>();

  apply(body: TxnBody, session: bigint, zxid: number): void {
    const parts = body.type === 'multi' ? body.txns : [body];
    if (parts.some(({ type }) => type === 'error')) return;
    for (const part of parts) this.applyPart(part, session, zxid);
  }

  childrenOf(path: string): string[] {
    const names = [...this.entries.keys()].filter((at) => at !== '' && parent(at) === path);
    return names.map((at) => at.slice(at.lastIndexOf('/') + 1)).sort();
  }

  private applyPart(body: SubTxnBody, session: bigint, zxid: number): void {
    switch (body.type) {
      case 'create':
        return this.create(body, body.ephemeral ? session : null, zxid);
      case 'createContainer':
        return this.create(body, 'container', zxid);
      case 'createTTL':
        return this.create(body, 'ttl', zxid);
      case 'delete':
        return this.delete(body.path, zxid);
      case 'setData': {
        const { data, version } = body;
        return this.update(body.path, { data, version, changed: zxid });
      }
      case 'setACL':
        return this.update(body.path, { acl: body.acl, aversion: body.version });
      case 'closeSession': {
        for (const path of body.paths2Delete) this.delete(path, zxid);
        const owned = [...this.entries].filter(([, { owner }]) => owner === session);
        for (const [path] of owned) this.delete(path, zxid);
        return;
      }
      default:
        throw new Error(`no rule for ${body.type}`);
    }
  }

  private create(
    { path, data, acl, parentCVersion }: Extract<SubTxnBody, { parentCVersion: number }>,
    owner: Entry['owner'],
    zxid: number,
  ): void {
    const above = this.entries.get(parent(path));
    if (above === undefined) return;
    const creates = parentCVersion === -1 ? above.creates + 1 : parentCVersion;
    if (creates > above.creates) Object.assign(above, { creates, touched: zxid });
    if (this.entries.has(path)) return;
    const times = { born: zxid, changed: zxid, touched: zxid };
    this.entries.set(path, { data, acl, ...times, version: 0, creates: 0, aversion: 0, owner });
  }

  private delete(path: string, zxid: number): void {
    const above = this.entries.get(parent(path));
    if (above !== undefined) above.touched = Math.max(above.touched, zxid);
    for (const at of [...this.entries.keys()]) {
      if (at === path || at.startsWith(`${path}/`)) this.entries.delete(at);
    }
  }

  private update(path: string, change: Partial<Entry>): void {
    Object.assign(this.entries.get(path) ?? {}, change);
  }
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
