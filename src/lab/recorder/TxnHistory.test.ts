import { describe, expect, test } from 'vitest';
import { OPEN_ACL_UNSAFE } from '../../protocol/acl.ts';
import { encodeTxn } from '../../protocol/txns.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import type { TraceBody } from '../../trace/TraceEvent.ts';
import { TxnHistory } from './TxnHistory.ts';

const SMALL = { txnsMax: 10, foldCount: 4 };

function tell(history: TxnHistory, who: string, body: TraceBody): void {
  history.fold({ atUs: 0, who, ...body });
}

function propose(history: TxnHistory, epoch: number, counter: number, path: string): void {
  const zxid = makeZxid(epoch, counter);
  const txn = encodeTxn({
    header: { clientId: 1n, cxid: counter, zxid, time: 0 },
    body: {
      type: 'create',
      path,
      data: null,
      acl: OPEN_ACL_UNSAFE,
      ephemeral: false,
      parentCVersion: -1,
    },
    digest: null,
  });
  tell(history, 'S1', { type: 'proposed', zxid, txn });
}

const commit = (history: TxnHistory, epoch: number, counter: number): void =>
  tell(history, 'S1', { type: 'committed', zxid: makeZxid(epoch, counter) });

const childrenAt = (history: TxnHistory, zxid: number): string[] =>
  [...(history.treeAt(zxid).getNode('/')?.children ?? [])].filter((name) => name !== 'zookeeper');

describe('TxnHistory', () => {
  test('shows the tree at every cursor, forwards and backwards', () => {
    const history = new TxnHistory();
    for (let n = 1; n <= 5; n++) {
      propose(history, 1, n, `/n${n}`);
      commit(history, 1, n);
    }
    for (const n of [5, 1, 3, 2, 4, 0]) {
      expect(childrenAt(history, makeZxid(1, n))).toHaveLength(n);
    }
    expect(history.lastZxid).toBe(makeZxid(1, 5));
  });

  test('what is only proposed is not in it; a commit brings all before it', () => {
    const history = new TxnHistory();
    for (let n = 1; n <= 3; n++) propose(history, 1, n, `/n${n}`);
    expect(childrenAt(history, makeZxid(1, 3))).toEqual([]);
    commit(history, 1, 2);
    expect(childrenAt(history, makeZxid(1, 3))).toEqual(['n1', 'n2']);
    commit(history, 1, 1);
    expect(history.length).toBe(2);
  });

  test('the log of an established leader is committed, the rest of older epochs is dead', () => {
    const history = new TxnHistory();
    for (let n = 1; n <= 3; n++) propose(history, 1, n, `/n${n}`);
    commit(history, 1, 1);
    tell(history, 'S2', { type: 'logged', zxid: makeZxid(1, 2) });
    tell(history, 'S2', { type: 'leaderEstablished', epoch: 2, quorum: [2, 3] });
    expect(childrenAt(history, history.lastZxid)).toEqual(['n1', 'n2']);
    propose(history, 2, 1, '/later');
    commit(history, 2, 1);
    expect(childrenAt(history, history.lastZxid)).toEqual(['n1', 'n2', 'later']);
  });

  test('keeps a limited list: the oldest are folded into the base', () => {
    const history = new TxnHistory(null, SMALL);
    for (let n = 1; n <= 25; n++) {
      propose(history, 1, n, `/n${n}`);
      commit(history, 1, n);
      expect(childrenAt(history, history.lastZxid)).toHaveLength(n);
    }
    expect(history.length).toBe(25);
    expect(history.oldestZxid).toBe(makeZxid(1, 16));
    expect(childrenAt(history, makeZxid(1, 20))).toHaveLength(20);
    expect(childrenAt(history, makeZxid(1, 3))).toHaveLength(16);
  });
});
