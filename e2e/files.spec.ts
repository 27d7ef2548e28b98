/**
 * ZooKeeper's files on the page: dropped and chosen, damaged ones too; the tree at any zxid; an
 * ensemble that goes on from them; and the disk of a server, downloaded and opened again.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zookeeperDisk } from '../src/server/storage/testing/zookeeperDisk.ts';
import { expect, type LabPage, test } from './LabPage.ts';

const dialogOf = (lab: LabPage) => lab.page.getByRole('dialog', { name: /^Files/ });
const sliderOf = (lab: LabPage) => lab.page.getByRole('slider', { name: 'Zxid' });
const rowOf = (lab: LabPage, name: RegExp) => dialogOf(lab).getByRole('treeitem', { name });

/** Drags a folder with these files over the page, and drops it there. */
async function drop(lab: LabPage, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const folder = test.info().outputPath('version-2');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  const { width, height } = lab.page.viewportSize() ?? { width: 0, height: 0 };
  const session = await lab.page.context().newCDPSession(lab.page);
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: width / 2,
      y: height / 2,
      data: { items: [], files: [folder], dragOperationsMask: 1 },
    });
  const highlight = lab.page.locator('.file-drop');
  await drag('dragEnter');
  await drag('dragOver');
  await expect(highlight).toBeVisible();
  await drag('drop');
  await expect(highlight).toBeHidden();
}

/** What is wider than the dialog, or makes the page scroll. */
const overflowOf = (lab: LabPage) =>
  dialogOf(lab).evaluate((dialog) => {
    const limit = dialog.getBoundingClientRect();
    const wide = [...dialog.querySelectorAll('*')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      const isHidden = width === 0 || element.closest('.visually-hidden') !== null;
      return !isHidden && (left < limit.left - 1 || right > limit.right + 1);
    });
    const root = document.documentElement;
    const isPageWide = root.scrollWidth > root.clientWidth || limit.right > root.clientWidth;
    return [...wide.map(({ outerHTML }) => outerHTML.slice(0, 120)), isPageWide];
  });

test('a disk of Apache ZooKeeper is dropped, walked through by keyboard, and run', async ({
  lab,
}) => {
  await lab.openQuickly('?seed=1&servers=3');
  await drop(lab, zookeeperDisk());
  const dialog = dialogOf(lab);
  await expect(dialog).toContainText('6 files, nothing damaged');
  await expect(dialog).toContainText('5 digests compared with the replayed tree.');
  const slider = sliderOf(lab);
  await expect(slider).toHaveAttribute('aria-valuetext', '0-11: closeSession');
  await expect(rowOf(lab, /^a /)).toContainText('world');
  await slider.focus();
  await lab.page.keyboard.press('Home');
  await expect(rowOf(lab, /^a /)).toHaveCount(0);
  for (let step = 0; step < 5; step++) await lab.page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '0-5: setData /a');
  // What the txn changed is marked with what was there before.
  await expect(dialog.locator('.tree-changed')).toContainText(/hello\s*world/);
  await dialog.getByRole('button', { name: '/a', exact: true }).click();
  await expect(dialog.getByRole('region', { name: 'Znode /a' })).toContainText('dataVersion1');
  await lab.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await lab.page.getByRole('button', { name: 'Files', exact: true }).click();
  await dialog.getByRole('button', { name: /as an ensemble$/ }).click();
  await expect(dialog).toBeHidden();
  await lab.run('run 5s');
  await lab.untilLeader();
  await expect.poll(async () => (await lab.exec('get /a')).text).toBe('world');
  await lab.run('set /a onwards');
  const { invariants } = await lab.state();
  expect(invariants.filter(({ state }) => state === 'broken')).toEqual([]);
});

test('of damaged files it is told what could not be read, and where', async ({ lab }) => {
  await lab.openQuickly('?seed=1&servers=3');
  const files = new Map(zookeeperDisk());
  const log = new Uint8Array(files.get('log.5') ?? []);
  // The last byte of the payload of its first record.
  log.set([0xff], 16 + 12 + 0x3f - 1);
  files.set('log.5', log);
  files.set('snapshot.9', files.get('snapshot.9')?.slice(0, 500) ?? new Uint8Array(0));
  files.set('notes.txt', new Uint8Array([1]));
  await drop(lab, files);
  const dialog = dialogOf(lab);
  await expect(dialog).toContainText('7 files, 2 damaged');
  await expect(dialog).toContainText('Damaged Bytes 16 to 91: checksum mismatch.');
  await expect(dialog).toContainText('Damaged At byte 500: unfinished snapshot.');
  await expect(dialog).toContainText('No snapshot, log, epoch or myid by its name.');
  await expect(sliderOf(lab)).toHaveAttribute('aria-valuetext', /^0-4: /);
  await sliderOf(lab).press('ArrowRight');
  await expect(dialog).toContainText('No snapshot leads to 0x6 without a gap');
  await expect(dialog.getByRole('button', { name: /as an ensemble$/ })).toBeDisabled();
  expect(await lab.axe('dialog.files')).toEqual([]);
});

test("a server's disk is downloaded, opened again, and holds the same tree", async ({ lab }) => {
  await lab.openQuickly('?seed=1&servers=3');
  await lab.run('create /app v1', 'set /app v2', 'create -e /app/mine', 'run 1s');
  await lab.run('kill 2');
  await lab.node('S2').focus();
  await lab.page.keyboard.press('Enter');
  const downloading = lab.page.waitForEvent('download');
  await lab.page.getByRole('button', { name: 'Download disk' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('S2.tar');
  const archive = await readFile(await download.path());
  await lab.run('files');
  const chooser = dialogOf(lab).getByLabel('Choose files');
  const { digest } = await lab.server('S2');
  await chooser.setInputFiles({ name: 'S2.tar', mimeType: '', buffer: archive });
  await expect(dialogOf(lab)).toContainText('nothing damaged');
  await expect(dialogOf(lab)).toContainText(`tree digest ${digest}`);
  await expect(rowOf(lab, /^app/)).toContainText('v2');
});

for (const size of [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  { width: 360, height: 740 },
]) {
  test(`nothing overflows at ${size.width} px, and axe finds nothing`, async ({ lab }) => {
    await lab.page.setViewportSize(size);
    await lab.openQuickly('?seed=1&servers=3');
    await lab.run('files');
    await expect(dialogOf(lab)).toBeVisible();
    expect.soft(await overflowOf(lab), 'nothing open').toEqual([false]);
    expect.soft(await lab.axe(), 'nothing open').toEqual([]);
    await lab.run('create /app v1', 'set /app v2', 'run 1s', 'files 1');
    await expect(sliderOf(lab)).toBeVisible();
    expect.soft(await overflowOf(lab), 'a disk').toEqual([false]);
    expect.soft(await lab.axe(), 'a disk').toEqual([]);
  });
}
