import { describe, expect, it } from 'vitest';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { checkQuota, formatStatsTrack, limitPath, parseStatsTrack, statPath } from './quota.ts';
import { bytesOf, TreeBench } from './testing/TreeBench.ts';

const LIMITS = limitPath('/a');
const STATS = statPath('/a');

/** /a and /a/b with 3 bytes each, then a quota on /a as zkCli makes it. */
function withQuota(limits: string): TreeBench {
  const bench = new TreeBench();
  bench.create('/a', 'aaa');
  bench.create('/a/b', 'bbb');
  bench.create('/zookeeper/quota/a');
  bench.create(LIMITS, limits);
  bench.create(STATS, 'count=0,bytes=0');
  return bench;
}

describe('StatsTrack', () => {
  it.each([
    'count=1,bytes=2',
    'count=-1,bytes=-1',
    'count=5,bytes=-1=;byteHardLimit=40;countHardLimit=3',
    'count=5,bytes=-1=;countHardLimit=3',
  ])('%s is written as it was read', (text) => {
    const track = parseStatsTrack(bytesOf(text));
    expect(track && formatStatsTrack(track)).toEqual(bytesOf(text));
  });

  it('takes missing fields for no limit, and other text for nothing', () => {
    const none = { count: -1, bytes: -1, countHardLimit: -1, byteHardLimit: -1 };
    expect(parseStatsTrack(null)).toEqual(none);
    expect(parseStatsTrack(bytesOf('bytes='))).toEqual(none);
    expect(parseStatsTrack(bytesOf('hello'))).toBeNull();
    expect(parseStatsTrack(bytesOf('count=-'))).toBeNull();
    expect(parseStatsTrack(bytesOf('count=99999999999999999999'))).toBeNull();
  });
});

describe('usage', () => {
  it('counts the znode itself, its descendants and their data', () => {
    const bench = withQuota('count=9,bytes=99');
    expect(bench.text(STATS)).toBe('count=2,bytes=6');
    bench.create('/a/b/c', 'cccc');
    bench.set('/a', 'a');
    bench.create('/ab', 'elsewhere');
    expect(bench.text(STATS)).toBe('count=3,bytes=8');
    bench.delete('/a/b/c');
    expect(bench.text(STATS)).toBe('count=2,bytes=4');
  });

  it('moves without a txn: no new version, no event, no digest', () => {
    const bench = withQuota('count=9,bytes=99');
    const before = bench.node(STATS).stat();
    bench.watches.addWatch(1, STATS, 'data');
    bench.set('/a', 'aaaaaaaaa');
    expect(bench.text(STATS)).toBe('count=2,bytes=12');
    expect(bench.node(STATS).stat()).toEqual({ ...before, dataLength: 16 });
    expect(bench.takeEvents()).toEqual([]);
  });

  it('goes to the deepest quota only', () => {
    const bench = withQuota('count=9,bytes=99');
    bench.create('/zookeeper/quota/a/b');
    bench.create(limitPath('/a/b'), 'count=9,bytes=99');
    bench.create(statPath('/a/b'), '');
    bench.create('/a/b/c', 'x');
    expect(bench.text(statPath('/a/b'))).toBe('count=2,bytes=4');
    expect(bench.text(STATS)).toBe('count=2,bytes=6');
    expect(bench.tree.quotaPathFor('/a/b/c')).toBe('/a/b');
    expect(bench.tree.quotaPathFor('/a/bc')).toBe('/a');
  });

  it('ends with the limits znode', () => {
    const bench = withQuota('count=9,bytes=99');
    bench.delete(LIMITS);
    bench.create('/a/c', 'x');
    expect(bench.text(STATS)).toBe('count=2,bytes=6');
    expect(bench.tree.quotaPathFor('/a')).toBeNull();
  });

  it('is counted anew where a client has overwritten it', () => {
    const bench = withQuota('count=9,bytes=99');
    bench.set(STATS, 'nonsense');
    bench.create('/a/c', 'x');
    expect(bench.text(STATS)).toBe('count=3,bytes=7');
  });

  it('never covers /zookeeper or a path that is none', () => {
    const bench = new TreeBench();
    bench.create('/zookeeper/quota/zookeeper');
    bench.create(limitPath('/zookeeper'), 'count=1,bytes=1');
    expect(bench.tree.quotaPathFor('/zookeeper/quota')).toBeNull();
    expect(bench.tree.quotaPathFor('')).toBeNull();
    expect(bench.tree.quotaPathFor('abc')).toBeNull();
  });
});

describe('checkQuota', () => {
  const { OK, QUOTAEXCEEDED, MARSHALLINGERROR } = KeeperErrorCode;
  const create = (bytes: number) => ({ path: '/a/new', bytesDelta: bytes, countDelta: 1 });
  const grow = (bytes: number) => ({ path: '/a/b', bytesDelta: bytes, countDelta: 0 });

  it('soft limits allow everything', () => {
    const { tree } = withQuota('count=1,bytes=1');
    expect(checkQuota(tree, create(10))).toBe(OK);
    expect(checkQuota(tree, grow(10))).toBe(OK);
  });

  it('a hard count limit stops creates', () => {
    const { tree } = withQuota('count=-1,bytes=-1=;countHardLimit=2');
    expect(checkQuota(tree, create(0))).toBe(QUOTAEXCEEDED);
    expect(checkQuota(tree, grow(100))).toBe(OK);
    expect(checkQuota(tree, { ...create(0), path: '/ab' })).toBe(OK);
  });

  it('a hard byte limit stops what is over it, to the byte', () => {
    const { tree } = withQuota('count=-1,bytes=-1=;byteHardLimit=10');
    expect(checkQuota(tree, create(4))).toBe(OK);
    expect(checkQuota(tree, create(5))).toBe(QUOTAEXCEEDED);
    expect(checkQuota(tree, grow(4))).toBe(OK);
    expect(checkQuota(tree, grow(5))).toBe(QUOTAEXCEEDED);
    expect(checkQuota(tree, grow(0))).toBe(OK);
  });

  it('fails on limits that cannot be read, and on usage if there is a limit to compare with', () => {
    expect(checkQuota(withQuota('nonsense').tree, create(0))).toBe(MARSHALLINGERROR);
    for (const [limits, error] of [
      ['count=1,bytes=-1', MARSHALLINGERROR],
      ['count=-1,bytes=1', OK],
    ] as const) {
      const bench = withQuota(limits);
      bench.set(STATS, 'nonsense');
      expect(checkQuota(bench.tree, create(0))).toBe(error);
    }
  });

  it('takes a limit as great as a long', () => {
    const { tree } = withQuota('count=-1,bytes=-1=;byteHardLimit=9223372036854775807');
    expect(checkQuota(tree, create(5))).toBe(OK);
  });

  it('allows what nobody counts', () => {
    const bench = withQuota('count=-1,bytes=-1=;byteHardLimit=1');
    bench.delete(STATS);
    expect(checkQuota(bench.tree, create(5))).toBe(OK);
    expect(checkQuota(new TreeBench().tree, create(5))).toBe(OK);
  });
});
