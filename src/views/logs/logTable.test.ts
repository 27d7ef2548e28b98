import { describe, expect, it } from 'vitest';
import { counterIn } from '../../lab/format.ts';
import type { ServerView, TxnView } from '../../lab/model.ts';
import { newServer } from '../../lab/recorder/Draft.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import { columnCountFor, glyphOf, logColumns, logRow } from './logTable.ts';

const txn = (zxid: number, committed: boolean): TxnView => ({
  zxid,
  op: 'create',
  path: '/a',
  proposedBy: 1,
  acks: [1],
  committed,
});

const server = (id: string, change: Partial<ServerView>): ServerView => ({
  ...newServer(id, false),
  ...change,
});

const old = [1, 2, 3].map((counter) => makeZxid(1, counter));
const next = [1, 2].map((counter) => makeZxid(2, counter));
const [a = 0, b = 0, c = 0] = old;
const [d = 0, e = 0] = next;

/** Epoch 1 committed a and b and left c with its leader; epoch 2 has committed d and proposed e. */
const txns = new Map(
  [txn(a, true), txn(b, true), txn(c, false), txn(d, true), txn(e, false)].map((one) => [
    one.zxid,
    one,
  ]),
);

describe('log table', () => {
  const servers = [
    server('S1', { log: [a, b, c], lastCommitted: b, lastApplied: b }),
    server('S2', { log: [a, b, d, e], lastCommitted: d, lastApplied: d }),
    server('S3', { log: [a, b, d], lastCommitted: b, lastApplied: b }),
    server('S4', { log: [], lastCommitted: d, lastApplied: d }),
  ];
  const source = { txns, servers, committedZxid: d };

  it('orders columns by zxid and marks the first of each epoch', () => {
    const columns = logColumns(source, 24);
    expect(columns.map((column) => column.txn.zxid)).toEqual([a, b, c, d, e]);
    expect(columns.map((column) => column.isFirstOfEpoch)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it('numbers only the columns whose numbers have room', () => {
    const numbersFrom = (counter: number) => {
      const zxids = Array.from({ length: 12 }, (_, index) => makeZxid(1, counter + index));
      const many = new Map(zxids.map((zxid) => [zxid, txn(zxid, true)]));
      const columns = logColumns({ txns: many, servers: [], committedZxid: 0 }, 24);
      return columns.filter((one) => one.isNumbered).map((one) => counterIn(one.txn.zxid));
    };
    expect(numbersFrom(1)).toHaveLength(12);
    expect(numbersFrom(1_001)).toEqual([1_001, 1_004, 1_006, 1_008, 1_010, 1_012]);
    expect(numbersFrom(12_001)).toEqual([12_001, 12_005, 12_010]);
  });

  it('keeps the newest when there is no room for all', () => {
    expect(logColumns(source, 2).map((column) => column.txn.zxid)).toEqual([d, e]);
  });

  it('leaves out what was proposed once and is nowhere any more', () => {
    const [first, ...others] = servers;
    const truncated = { ...source, servers: [{ ...first, log: [a, b] } as ServerView, ...others] };
    expect(logColumns(truncated, 24).map((column) => column.txn.zxid)).toEqual([a, b, d, e]);
  });

  it('tells committed, logged, doomed and missing apart', () => {
    const columns = logColumns(source, 24);
    const rows = servers.map((one) => logRow(one, columns, source.committedZxid));
    expect(rows).toEqual([
      ['committed', 'committed', 'doomed', 'missing', 'missing'],
      ['committed', 'committed', 'missing', 'committed', 'logged'],
      ['committed', 'committed', 'missing', 'logged', 'missing'],
      ['committed', 'committed', 'missing', 'committed', 'missing'],
    ]);
  });

  it('has a glyph for every kind of txn', () => {
    const ops = ['create2', 'deleteContainer', 'setData', 'closeSession', 'multi', 'error'];
    expect(ops.map(glyphOf).join('')).toBe('+×=$¶!');
  });

  it('shows fewer columns in less room', () => {
    expect([900, 500, 410, 376, 340].map(columnCountFor)).toEqual([24, 12, 8, 7, 6]);
  });
});
