import { expect, test } from 'vitest';
import { openBytes } from '../../lab/files/testing/openBytes.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import { proposalOf } from '../../server/storage/testing/histories.ts';
import { zookeeperDisk } from '../../server/storage/testing/zookeeperDisk.ts';
import { bandsOf, ticksOf } from './bands.ts';
import { momentText, spokenMoment } from './momentText.ts';

const momentsOf = async (files: Iterable<readonly [string, Uint8Array]>) =>
  (await openBytes(files)).history.moments;

test('the strip has a band per epoch and gap, and a tick per snapshot', async () => {
  const files = new Map(zookeeperDisk());
  const whole = await momentsOf(files);
  expect(bandsOf(whole)).toEqual([{ share: expect.closeTo(1), hue: 0, isReached: true }]);
  expect(ticksOf(whole).map(({ at, zxid }) => [Math.round(at * 11), zxid])).toEqual([
    [0, 0],
    [3, 3],
    [9, 9],
  ]);
  files.delete('log.5');
  files.delete('snapshot.9');
  const bands = bandsOf(await momentsOf(files));
  expect(bands.map(({ isReached }) => isReached)).toEqual([true, false]);
  expect(bands.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test('a gap is seen however long the history', async () => {
  const [first, ...rest] = await momentsOf(zookeeperDisk());
  if (first === undefined) throw new Error('no history');
  const long = Array.from({ length: 5_000 }, (_, at) => ({ ...first, isReached: at !== 3_333 }));
  expect(bandsOf([...long, ...rest]).some(({ isReached }) => !isReached)).toBe(true);
});

test('a moment is told by its txn, or by the snapshot that alone tells of it', async () => {
  const moments = await momentsOf(zookeeperDisk());
  expect(moments.map(momentText).slice(0, 4)).toEqual([
    'only snapshot.0 tells of it',
    'createSession',
    'create /a',
    'create /a/e1',
  ]);
  const [moment] = moments.slice(2);
  if (moment?.record == null) throw new Error('no txn');
  const proposal = proposalOf(makeZxid(1, 7), {
    type: 'multi',
    txns: [{ type: 'delete', path: '/a' }],
  });
  const record = { ...moment.record, proposal };
  const multi = { ...moment, zxid: proposal.zxid, record, isReached: false };
  expect(spokenMoment(multi)).toBe('1-7: multi of 1 part, no tree');
});
