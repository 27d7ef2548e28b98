/** Going back, doing something else, coming back; and the same run in somebody else's browser. */

import { expect, LabPage, test } from './LabPage.ts';

const slider = (lab: LabPage) => lab.page.getByRole('slider', { name: 'Moment of the run' });

/** The node of the ring says what the lab says. */
const isDown = async (lab: LabPage, id: string): Promise<boolean> => !(await lab.server(id)).alive;

test('go back, do something else, switch branches, share', async ({ lab, context }) => {
  await lab.openQuickly('?seed=5&servers=3');
  await lab.run('pause', 'kill 1');
  const { nowUs: killedUs } = await lab.state();
  await lab.run('run 3s');
  const first = await lab.state();

  // To before the kill, by the keyboard: the last milestone is the kill itself.
  await slider(lab).focus();
  await lab.page.keyboard.press('PageDown');
  await lab.until(({ nowUs }) => nowUs, killedUs);
  expect(await isDown(lab, 'S1')).toBe(true);
  await lab.page.keyboard.press(',');
  await expect.poll(() => isDown(lab, 'S1')).toBe(false);
  await expect(lab.page.getByRole('button', { name: 'Now', exact: true })).toBeEnabled();
  expect((await lab.state()).nowUs).toBeLessThan(first.nowUs);

  // Something else is done there: the old future becomes a branch.
  await lab.run('kill 2', 'run 3s');
  const second = await lab.state();
  expect(await isDown(lab, 'S1')).toBe(false);
  expect(await isDown(lab, 'S2')).toBe(true);
  expect(second.traceHash).not.toBe(first.traceHash);
  const branches = lab.page.getByRole('combobox', { name: 'Branch' });
  await expect(branches).toHaveValue('B');
  await branches.selectOption('A');
  await lab.until(({ traceHash }) => traceHash, first.traceHash);
  expect(await isDown(lab, 'S1')).toBe(true);

  // Somebody else opens the link.
  await lab.page.getByRole('button', { name: 'Share', exact: true }).click();
  const field = lab.page.getByRole('textbox', { name: 'Link to this run' });
  await expect(field).toBeVisible();
  expect.soft(await lab.axe('.timeline'), 'the timeline').toEqual([]);
  const link = await field.inputValue();
  const other = new LabPage(await context.newPage());
  await other.page.goto(link);
  await other.until(({ traceHash }) => traceHash, first.traceHash);
  await expect(other.output).toContainText('It is the same to the last event');
  expect(await other.state()).toMatchObject({ playing: false, nowUs: first.nowUs });

  // And goes on where it ended.
  await other.run('restart 1', 'run 2s');
  expect(await isDown(other, 'S1')).toBe(false);
  expect(other.problems).toEqual([]);
});

test('a click on the band goes there; Now comes back', async ({ lab }) => {
  await lab.openQuickly('?seed=5&servers=3');
  await lab.run('pause', 'run 5s');
  const { nowUs, traceHash } = await lab.state();
  const track = lab.page.locator('.timeline-track');
  const box = await track.boundingBox();
  await track.click({ position: { x: (box?.width ?? 0) * 0.2, y: 25 } });
  await lab.until((state) => state.nowUs < nowUs, true);
  await lab.page.getByRole('button', { name: 'Now', exact: true }).click();
  await lab.until((state) => state.traceHash, traceHash);
  await expect(lab.page.getByRole('button', { name: 'Now', exact: true })).toBeDisabled();
});

test('a link that is none is one line, and the lab is as ever', async ({ lab }) => {
  await lab.forgoGuide();
  await lab.open('?seed=1#run=nonsense');
  await expect(lab.output).toContainText('The link is damaged.');
  await lab.untilLeader();
  await lab.until(({ clients }) => clients.length, 1);
});
