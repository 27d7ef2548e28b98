import { describe, expect, it } from 'vitest';
import { RingBuffer } from '../../base/RingBuffer.ts';
import { ANYONE_ID, Perms } from '../../protocol/acl.ts';
import { encodeTxn, type Txn } from '../../protocol/txns.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import { DataTree } from '../../server/tree/DataTree.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { findProposal } from './findProposal.ts';
import { aclWord, hexLines, statLines } from './znodeText.ts';

describe('znode text', () => {
  it("says a stat in zkCli's words and order", () => {
    const node = new DataTree().getNode('/zookeeper');
    const lines = node === undefined ? [] : statLines(node.stat());
    expect(lines.map(({ name, value }) => `${name} = ${value}`)).toEqual([
      'cZxid = 0x0',
      'ctime = Thu Jan 01 00:00:00 UTC 1970',
      'mZxid = 0x0',
      'mtime = Thu Jan 01 00:00:00 UTC 1970',
      'pZxid = 0x0',
      'cversion = -2',
      'dataVersion = 0',
      'aclVersion = 0',
      'ephemeralOwner = 0x0',
      'dataLength = 0',
      'numChildren = 2',
    ]);
  });

  it('writes permissions as letters', () => {
    expect(aclWord({ perms: Perms.ALL, id: ANYONE_ID })).toBe('world:anyone:cdrwa');
    expect(aclWord({ perms: Perms.READ, id: ANYONE_ID })).toBe('world:anyone:r');
  });

  it('shows bytes sixteen a line and counts the others', () => {
    const data = new Uint8Array(40).fill(255, 0, 1);
    expect(hexLines(data.subarray(0, 3), 2)).toBe('0000  ff 00 00');
    expect(hexLines(data, 2).split('\n').at(-1)).toBe('and 8 bytes more');
  });
});

describe('find proposal', () => {
  it('finds the txn that the leader proposed', () => {
    const txn: Txn = {
      header: { clientId: 1n, cxid: 1, zxid: makeZxid(1, 1), time: 5 },
      body: { type: 'delete', path: '/a' },
      digest: null,
    };
    const events = new RingBuffer<TraceEvent>(10);
    const { zxid } = txn.header;
    events.push({ atUs: 0, who: 'S1', type: 'proposed', zxid, txn: encodeTxn(txn) });
    events.push({ atUs: 1, who: 'S1', type: 'logged', zxid });
    expect(findProposal(events, zxid)).toEqual(txn);
    expect(findProposal(events, makeZxid(1, 2))).toBeNull();
  });
});
