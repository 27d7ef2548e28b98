import { expect, test } from 'vitest';
import { LocalReader } from '../../lab/files/LocalReader.ts';
import { readBytes } from '../../lab/files/testing/openBytes.ts';
import { LAB_ENSEMBLE } from '../../lab/settings.ts';
import { zookeeperDisk } from '../../server/storage/testing/zookeeperDisk.ts';
import { bandsOf, ticksOf } from './bands.ts';
import { momentText } from './momentText.ts';
import { ReaderSide } from './ReaderSide.ts';
import { openThrough, type ReaderWorker } from './WorkerReader.ts';

const NOTHING: ReadonlySet<string> = new Set();

const timelineOf = async (files: Iterable<readonly [string, Uint8Array]>) =>
  (await readBytes(files)).timeline;

test('the strip has a band per epoch and gap, and a tick per snapshot', async () => {
  const files = new Map(zookeeperDisk());
  const whole = await timelineOf(files);
  expect(bandsOf(whole)).toEqual([{ share: expect.closeTo(1), hue: 0, isReached: true }]);
  expect(ticksOf(whole).map(({ at, zxid }) => [Math.round(at * 11), zxid])).toEqual([
    [0, 0],
    [3, 3],
    [9, 9],
  ]);
  files.delete('log.5');
  files.delete('snapshot.9');
  const bands = bandsOf(await timelineOf(files));
  expect(bands.map(({ isReached }) => isReached)).toEqual([true, false]);
  expect(bands.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test('a gap is seen however long the history', async () => {
  const timeline = await timelineOf(zookeeperDisk());
  const zxids = Float64Array.from({ length: 5_000 }, (_, at) => at);
  const reached = new Uint8Array(5_000).fill(1);
  reached[3_333] = 0;
  expect(bandsOf({ ...timeline, zxids, reached }).some(({ isReached }) => !isReached)).toBe(true);
});

test('a moment is told by its txn, or by the snapshot that alone tells of it', async () => {
  const reader = await readBytes(zookeeperDisk());
  const looks = await Promise.all(
    [0, 1, 2, 3].map((index) => reader.look({ index, collapsed: NOTHING, path: '/' })),
  );
  expect(looks.map(momentText)).toEqual([
    'only snapshot.0 tells of it',
    'createSession',
    'create /a',
    'create /a/e1',
  ]);
  const [, , { txn: logged } = { txn: null }] = looks;
  if (logged === null) throw new Error('no txn');
  const body = { type: 'multi', txns: [{ type: 'delete', path: '/a' }] } as const;
  const multi = { ...logged, txn: { ...logged.txn, body } };
  expect(momentText({ index: 4, txn: multi, snapshot: null, tree: null })).toBe('multi of 1 part');
});

/** What a worker does, in this thread; what goes to and fro is cloned as there. */
function sameThreadWorker(): ReaderWorker & { isTerminated: boolean } {
  const side = new ReaderSide((report) => {
    const event = new MessageEvent('message', { data: structuredClone(report) });
    queueMicrotask(() => worker.onmessage?.(event));
  });
  const worker: ReaderWorker & { isTerminated: boolean } = {
    isTerminated: false,
    onmessage: null,
    onerror: null,
    postMessage: (order, transfer) => side.receive(structuredClone(order, { transfer })),
    terminate() {
      this.isTerminated = true;
    },
  };
  return worker;
}

const sources = (files: Iterable<readonly [string, Uint8Array]>) =>
  [...files].map(([name, bytes]) => ({
    name,
    sizeBytes: bytes.length,
    read: () => Promise.resolve(bytes.slice()),
  }));

test('a worker answers as a reader in this thread does', async () => {
  const worker = sameThreadWorker();
  const shares: number[] = [];
  const opening = openThrough(worker, sources(zookeeperDisk()), (share) => shares.push(share));
  const [there, here] = [await opening.reader, await readBytes(zookeeperDisk())];
  expect(here).toBeInstanceOf(LocalReader);
  expect(there.files).toEqual(here.files);
  expect(there.timeline).toEqual(here.timeline);
  expect(shares).toEqual(shares.toSorted());
  for (const index of [11, 4, 5, 0]) {
    const query = { index, collapsed: new Set(['/zookeeper']), path: '/a' };
    expect(await there.look(query)).toEqual(await here.look(query));
  }
  const config = { ...LAB_ENSEMBLE, participants: 1 };
  const [started, expected] = [await there.startFrom(5, config), await here.startFrom(5, config)];
  if (!started.ok || !expected.ok) throw new Error('not started');
  expect(started.value.config).toEqual(expected.value.config);
  expect(started.value.base.zxid).toBe(5);
  expect(started.value.base.tree.digest()).toBe(expected.value.base.tree.digest());
});

test('what fails in a worker is told, and who closes it waits for nothing', async () => {
  const worker = sameThreadWorker();
  const read = () => Promise.reject(new Error('no such file'));
  const { reader } = openThrough(worker, [{ name: 'log.1', sizeBytes: 9, read }], () => {});
  const opened = await reader;
  expect(opened.files[0]?.sentences).toEqual(['Cannot be read: no such file']);
  const asked = opened.startFrom(0, { ...LAB_ENSEMBLE, participants: 1 });
  await expect(asked).rejects.toThrow('a history that cannot be rebuilt');
  const look = opened.look({ index: 0, collapsed: NOTHING, path: '/' });
  opened.close();
  await expect(look).rejects.toThrow('closed');
  expect(worker.isTerminated).toBe(true);
});
