/** The space-time diagram: what led to a message, by keyboard and by mouse. */

import { expect, test } from './LabPage.ts';

test('a message is chosen by keys and by the mouse, and the inspector follows', async ({ lab }) => {
  await lab.openQuickly('?seed=1');
  const { page } = lab;
  await lab.untilLeader();
  await lab.run('create /seen', 'pause');
  await page.getByRole('tab', { name: 'Space-time' }).click();
  const diagram = page.getByRole('region', { name: 'Space-time diagram' });
  const said = page.locator('.spacetime-said');
  await expect(said).toContainText('Choose a message');

  await diagram.focus();
  await page.keyboard.press('End');
  await expect(said).toContainText(/reply .*: [1-9]\d* messages can have led to it, it to 0\./);
  await expect(page.locator('.inspector').getByRole('heading')).toHaveText('reply');
  for (let press = 0; press < 30; press++) {
    await page.keyboard.press('ArrowLeft');
    if ((await said.innerText()).startsWith('PROPOSAL')) break;
  }
  await expect(said).toContainText(/PROPOSAL .*, S\d to S\d, sent at .*, arrived after/);
  await expect(page.locator('.inspector').getByRole('heading')).toHaveText('PROPOSAL');

  // The middle of the window shows what was chosen; beside every line, a click chooses nothing.
  const box = await diagram.boundingBox();
  if (box === null) throw new Error('the diagram has no place');
  await page.mouse.click(box.x + box.width / 2, box.y + 4);
  await expect(said).toContainText('Choose a message');

  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect(await lab.axe('.spacetime')).toEqual([]);
});
