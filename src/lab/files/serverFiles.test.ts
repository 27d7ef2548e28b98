/** A running ensemble's disks as files, and files as a running ensemble. */

import { expect, test } from 'vitest';
import { liveChecks } from '../../checks/allChecks.ts';
import { asZxid, epochOf } from '../../protocol/zxid.ts';
import { zookeeperDisk } from '../../server/storage/testing/zookeeperDisk.ts';
import { execute } from '../console/execute.ts';
import { LAB_ENSEMBLE } from '../settings.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { damageOf } from './describeFile.ts';
import { lookAt } from './lookAt.ts';
import { readTar, writeTar } from './tar.ts';
import { digestAt, openBytes } from './testing/openBytes.ts';

const NOTHING: ReadonlySet<string> = new Set();
const SMALL_SNAPSHOTS = { server: { ...LAB_ENSEMBLE.server, snapCount: 8 } };

async function write(lab: TestLab): Promise<void> {
  for (const line of [
    'create /app',
    'create /app/name one',
    'create -e /app/owned x',
    'set /app/name two',
    'multi { create /b ; set /app/name three ; create -s /app/s- }',
    'delete /b',
    'create -s /app/s-',
    'create -c /box',
    'setAcl /app world:anyone:cdrwa',
    'set /app/name four',
  ]) {
    await lab.text(line);
  }
  await lab.text('run 1s');
}

/** What needs no time of the ensemble, though it needs some of the machine. */
async function atOnce({ lab }: TestLab, line: string): Promise<string> {
  const result = await execute(lab, line);
  if (!result.ok) throw new Error(`${line}: ${result.text}`);
  return result.text;
}

const brokenIn = ({ lab }: TestLab) =>
  lab.ensemble.getState().invariants.filter(({ state }) => state === 'broken');

/** Digest after each zxid, as the server told while it ran. */
function appliedBy({ lab }: TestLab, who: string): ReadonlyMap<number, string> {
  const applied = new Map<number, string>();
  for (const event of lab.recorder.events) {
    if (event.type === 'applied' && event.who === who) applied.set(event.zxid, event.digest);
  }
  return applied;
}

test('the tree at every zxid of a downloaded disk is the one that the server had', async () => {
  const lab = await startTestLab(SMALL_SNAPSHOTS);
  await write(lab);
  await lab.text('kill 2');
  await atOnce(lab, 'disk 2');
  const archive = lab.saved.get('S2.tar') ?? new Uint8Array(0);
  expect(readTar(archive).map(({ name }) => name)).toContain('version-2/acceptedEpoch');
  const opened = await openBytes([['S2.tar', archive]]);
  expect(opened.files.flatMap(damageOf)).toEqual([]);
  const applied = appliedBy(lab, 'S2');
  let compared = 0;
  for (const [index, { zxid, record }] of opened.history.moments.entries()) {
    if (record === null) continue;
    compared += 1;
    expect(String(digestAt(opened, index)), `at ${zxid}`).toBe(applied.get(zxid));
  }
  expect(compared).toBeGreaterThan(8);
});

test('a live server, a paused one and one without power have a disk to open', async () => {
  const lab = await startTestLab();
  await write(lab);
  await lab.text('pause 1');
  await lab.text('powercut 3');
  for (const server of ['S1', 'S2', 'S3']) {
    await atOnce(lab, `files ${server}`);
    const { opened, title, isShown } = lab.lab.files.getState();
    expect({ title, isShown }).toEqual({ title: `${server}'s disk`, isShown: true });
    expect(opened?.files.flatMap(({ damage }) => damage)).toEqual([]);
    const query = { index: opened?.timeline.newest ?? -1, collapsed: NOTHING, path: '/app/name' };
    const look = await opened?.look(query);
    expect(look?.tree?.znode?.data).toEqual(new TextEncoder().encode('four'));
  }
});

test('an ensemble goes on from files, as of any zxid, and breaks no rule', async () => {
  const lab = await startTestLab();
  await write(lab);
  await atOnce(lab, 'files 1');
  const { opened } = lab.lab.files.getState();
  if (opened === null) throw new Error('nothing is open');
  const { zxids, newest } = opened.timeline;
  const index = newest - 3;
  const zxid = asZxid(zxids[index] ?? 0);
  const look = await opened.look({ index, collapsed: NOTHING, path: '/' });
  lab.lab.judgeBy(liveChecks);
  await atOnce(lab, `files run 0x${zxid.toString(16)}`);
  expect(lab.lab.files.getState().isShown).toBe(false);
  expect(lab.lab.recorder.history.treeAt(zxid).digest()).toBe(look.tree?.digest);
  await lab.text('run 2s');
  const before = await lab.text('get -s /app/name');
  expect(before).toContain('three');
  expect(await lab.text('create -s /app/s-')).toContain('/app/s-0000000004');
  await lab.text('set /app/name five');
  // The sessions of the files have nobody any more.
  await lab.text('run 20s');
  expect(await lab.text('ls /app')).not.toContain('owned');
  await lab.text('kill leader');
  await lab.text('restart all');
  await lab.text('run 5s');
  expect(await lab.text('get /app/name')).toBe('five');
  const { servers, invariants, committedZxid } = lab.lab.ensemble.getState();
  expect(invariants.filter(({ state }) => state === 'broken')).toEqual([]);
  expect(invariants).not.toEqual([]);
  const digests = new Set(Object.values(servers).map((server) => server.digest));
  expect(digests).toEqual(
    new Set([String(lab.lab.recorder.history.treeAt(committedZxid).digest())]),
  );
  expect(epochOf(asZxid(committedZxid))).toBeGreaterThan(epochOf(zxid));
});

test('an ensemble goes on from what Apache ZooKeeper wrote', async () => {
  const lab = await startTestLab();
  const sources = [...zookeeperDisk()].map(([name, bytes]) => ({
    name,
    sizeBytes: bytes.length,
    read: () => Promise.resolve(bytes),
  }));
  await lookAt(lab.lab, 'files', sources);
  lab.lab.judgeBy(liveChecks);
  await atOnce(lab, 'files run');
  await lab.text('run 3s');
  expect(await lab.text('get /a')).toBe('world');
  await lab.text('create /a/new 1');
  expect(brokenIn(lab)).toEqual([]);
});

test('members that were reconfigured do not keep the new servers from their own list', async () => {
  const lab = await startTestLab(LAB_ENSEMBLE);
  await lab.text('addauth digest super:test');
  await lab.text('reconfig -remove 3,4,5');
  await lab.text('create /after 1');
  await lab.text('run 1s');
  await atOnce(lab, 'files 1');
  await lab.text('ensemble 3');
  lab.lab.judgeBy(liveChecks);
  await atOnce(lab, 'files run');
  await lab.text('run 3s');
  expect(await lab.text('get /after')).toBe('1');
  await lab.text('kill 1');
  await lab.text('run 5s');
  expect(await lab.text('create /later 1')).toContain('/later');
  expect(brokenIn(lab)).toEqual([]);
});

test('without files, or for a zxid that they do not lead to, nothing is started', async () => {
  const lab = await startTestLab();
  const { config } = lab.lab;
  expect(await execute(lab.lab, 'files run')).toMatchObject({ ok: false });
  await atOnce(lab, 'files 1');
  expect(await execute(lab.lab, 'files run 0x7700000001')).toMatchObject({
    ok: false,
    text: 'The files do not lead to 0x7700000001.',
  });
  expect((await execute(lab.lab, 'files run 3-1')).text).toContain('Expected a zxid');
  expect(lab.lab.config).toBe(config);
});

test('an archive comes back, whatever the sizes', () => {
  const files = [0, 1, 511, 512, 513].map((length) => ({
    name: `version-2/log.${length.toString(16)}`,
    bytes: new Uint8Array(length).fill(length),
  }));
  expect(readTar(writeTar(files, 1_767_225_600))).toEqual(files);
});
