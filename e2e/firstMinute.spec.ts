/** The first minute, as somebody lives it who has never heard of ZooKeeper. */

import type { Locator } from '@playwright/test';
import { expect, type LabPage, test } from './LabPage.ts';

interface Hand {
  /** Does what the guide asks of a server: a click, a tap, or the keys for it. */
  readonly press: (lab: LabPage, id: string) => Promise<void>;
  /** Presses the button of this name. */
  readonly choose: (lab: LabPage, name: RegExp) => Promise<void>;
}

const mouse: Hand = {
  press: async (lab, id) => {
    const { x, y } = await lab.middleOf(id);
    await lab.page.mouse.click(x, y);
  },
  choose: (lab, name) => lab.page.getByRole('button', { name }).click(),
};

const finger: Hand = {
  press: async (lab, id) => {
    const { x, y } = await lab.middleOf(id);
    await lab.page.touchscreen.tap(x, y);
  },
  choose: (lab, name) => lab.page.getByRole('button', { name }).tap(),
};

const TABS_MAX = 80;
const ARROWS_MAX = 20;

/** Tab until the focus is on what is looked for, as far as the page goes. */
async function tabTo(lab: LabPage, wanted: Locator): Promise<void> {
  const focused = wanted.and(lab.page.locator(':focus'));
  for (let presses = 0; presses < TABS_MAX; presses++) {
    await lab.page.keyboard.press('Tab');
    if ((await focused.count()) > 0) return;
  }
  throw new Error(`Tab does not come to ${wanted}`);
}

/** Walks to a server with the arrow keys and presses Enter. */
async function walkTo(lab: LabPage, id: string): Promise<void> {
  const { page } = lab;
  await tabTo(lab, page.locator('[data-server], [data-client]'));
  for (let presses = 0; !(await isFocused(lab, id)); presses++) {
    expect(presses).toBeLessThan(ARROWS_MAX);
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Enter');
}

const isFocused = async (lab: LabPage, id: string): Promise<boolean> =>
  (await lab.node(id).and(lab.page.locator(':focus')).count()) > 0;

const keys: Hand = {
  press: walkTo,
  choose: async (lab, name) => {
    await tabTo(lab, lab.page.getByRole('button', { name }));
    await lab.page.keyboard.press('Enter');
  },
};

const upCount = (lab: LabPage) => async (): Promise<number> =>
  (await lab.state()).servers.filter(({ process }) => process === 'up').length;

/** Everything that the guide asks for, from the first election to the doors. */
async function liveThrough(lab: LabPage, { press, choose }: Hand): Promise<void> {
  const { caption, page } = lab;
  await expect(caption).toContainText('Five servers are choosing a leader');
  const first = await lab.untilLeader();
  await expect(page.getByRole('button', { name: /^Server S\d, leading, epoch 1/ })).toBeVisible();
  await expect(caption).toContainText(`click ${first} to kill the leader`);
  expect(await page.evaluate(() => window.lab.tree())).toContainEqual(
    expect.objectContaining({ path: '/hello', data: 'world' }),
  );

  await press(lab, first);
  await expect(lab.node(first)).toHaveAccessibleName(/down; its disk stays/);
  await lab.untilLeader(first);
  await expect(caption).toContainText('4 of 5 is a majority. Kill more servers until it is not');
  expect(await page.evaluate(() => window.lab.tree())).toContainEqual(
    expect.objectContaining({ path: '/hello', data: 'world' }),
  );

  for (const left of [3, 2]) {
    const { servers } = await lab.state();
    const victim = servers.find(({ process }) => process === 'up')?.id ?? '';
    await press(lab, victim);
    await expect.poll(upCount(lab)).toBe(left);
  }
  await expect(caption).toContainText('2 of 5 is no majority');
  await expect(page.locator('.quorum-text')).toContainText('No quorum');
  await lab.until(({ leader }) => leader, null);

  await press(lab, first);
  await expect(caption).toContainText('A new leader leads and both writes are there');
  expect(await page.evaluate(() => window.lab.tree())).toContainEqual(
    expect.objectContaining({ path: '/hello', data: 'again' }),
  );
  for (const { id, state } of (await lab.state()).invariants) {
    expect([id, state]).toEqual([id, 'holds']);
  }

  await choose(lab, /^What next/);
  await expect(page.getByRole('button', { name: /^Locks race/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Split the network/ })).toBeVisible();
  expect((await lab.state()).leader).not.toBeNull();
}

test.describe('the first minute', () => {
  test('with the mouse', async ({ lab }) => {
    await lab.open('?seed=1');
    await liveThrough(lab, mouse);
  });

  test('with the keyboard alone', async ({ lab }) => {
    await lab.open('?seed=2');
    await lab.exec('speed 4');
    await liveThrough(lab, keys);
  });

  test.describe('under reduced motion', () => {
    test.use({ contextOptions: { reducedMotion: 'reduce' } });

    test('says the same, and nothing moves by itself', async ({ lab }) => {
      await lab.open('?seed=3');
      await lab.exec('speed 4');
      await liveThrough(lab, mouse);
      await expect(lab.page.locator('html')).toHaveAttribute('data-motion', 'reduced');
      const endless = await lab.page.evaluate(() =>
        document
          .getAnimations()
          .filter((one) => one.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY)
          .map((one) => (one instanceof CSSAnimation ? one.animationName : one.id)),
      );
      expect(endless).toEqual([]);
    });
  });

  test.describe('on a phone', () => {
    test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

    test('with a finger', async ({ lab }) => {
      await lab.open('?seed=4');
      await lab.exec('speed 4');
      await liveThrough(lab, finger);
    });
  });

  test('with the letter keys', async ({ lab }) => {
    await lab.open('?seed=5');
    const { page } = lab;
    const first = await lab.untilLeader();
    await expect(lab.caption).toContainText(`click ${first}`);
    await page.keyboard.press(first.slice(1));
    await expect(lab.node(first)).toBeFocused();
    await page.keyboard.press('k');
    await expect(lab.node(first)).toHaveAccessibleName(/down/);
    await lab.untilLeader(first);
    await page.keyboard.press(first.slice(1));
    await page.keyboard.press('r');
    await lab.until(({ servers }) => servers.filter(({ alive }) => alive).length, 5);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keys' });
    await expect(dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await page.keyboard.press('`');
    await expect(lab.prompt).toBeFocused();
    await page.keyboard.type('k4');
    expect(await lab.prompt.inputValue()).toBe('k4');
  });

  test('can be skipped, and stays skipped', async ({ lab }) => {
    await lab.open('?seed=6');
    await lab.page.getByRole('button', { name: 'Skip' }).click();
    await expect(lab.page.getByRole('button', { name: /^Locks race/ })).toBeVisible();
    await lab.page.reload();
    await expect(lab.page.getByRole('button', { name: /^Locks race/ })).toBeVisible();
  });
});
