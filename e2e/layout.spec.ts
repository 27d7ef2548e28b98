/**
 * No panel overlaps another, nothing overflows, everything can be reached: at every size and in
 * both themes.
 */

import { expect, type LabPage, test } from './LabPage.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
  { width: 360, height: 740 },
] as const;

const TARGET_MIN_PX = 44;

/** An ensemble in trouble with much to show: locks, dead servers, cut links, a chosen server. */
async function makeItBusy(lab: LabPage): Promise<void> {
  await lab.openQuickly('?seed=1&clients=3&observers=1');
  await lab.run('create /app', 'create /app/settings some-rather-long-data-that-wants-room');
  await lab.run('lock C1 /locks/a', 'lock C2 /locks/a', 'lock C3 /locks/a', 'run 2s');
  await lab.until(({ lockQueues }) => lockQueues[0]?.tickets.length, 3);
  await lab.run('slow 2>3 400', 'lose 3>2 30', 'kill 1', 'cut 2 | 6', 'run 3s');
  await lab.untilLeader('S1');
  await lab.run('pause');
  await lab.node('S2').focus();
  await lab.page.keyboard.press('Enter');
}

const panels = (lab: LabPage) =>
  lab.page.evaluate(() =>
    [...document.querySelectorAll('.panel, .tabbed, .top-bar, .transport')].map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const name = element.getAttribute('aria-label') ?? element.className;
      return { name, left, top, right, bottom };
    }),
  );

async function expectApart(lab: LabPage): Promise<void> {
  const boxes = await panels(lab);
  expect(boxes.length).toBeGreaterThanOrEqual(4);
  const overlaps: string[] = [];
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (width > 0.5 && height > 0.5) overlaps.push(`${a.name} and ${b.name}`);
    }
  }
  expect.soft(overlaps, 'panels that overlap').toEqual([]);
}

/**
 * Nothing makes the page scroll, and no panel is wider inside than outside, unless it may scroll.
 */
async function expectNoOverflow(lab: LabPage): Promise<void> {
  const found = await lab.page.evaluate(() => {
    const root = document.documentElement;
    const wide: string[] = [];
    if (root.scrollWidth > root.clientWidth) wide.push('the document scrolls sideways');
    if (root.scrollHeight > root.clientHeight) wide.push('the document scrolls');
    const exempt =
      '.visually-hidden, dialog, [popover], svg, .queue-scroll, .spacetime-space, .tab-list';
    for (const panel of document.querySelectorAll('.panel, .tabbed, .top-bar, .transport')) {
      const limit = panel.getBoundingClientRect();
      for (const element of panel.querySelectorAll('*')) {
        const box = element.getBoundingClientRect();
        if (box.width === 0 || element.closest(exempt) !== null) continue;
        if (box.right > limit.right + 1 || box.left < limit.left - 1) {
          wide.push(
            `${panel.getAttribute('aria-label') ?? panel.className}: ${element.outerHTML.slice(0, 120)}`,
          );
        }
      }
    }
    return wide;
  });
  expect.soft(found, 'what overflows').toEqual([]);
}

/** Everything in the ring stays inside it: servers, clients, their labels and menus. */
async function expectRingInside(lab: LabPage): Promise<void> {
  const outside = await lab.page.evaluate(() => {
    const limit = document.querySelector('.ring')?.getBoundingClientRect();
    if (limit === undefined) return ['no ring'];
    return [
      ...document.querySelectorAll(
        '.ring .server, .ring .server-notes, .ring .client, .ring .node-menu',
      ),
    ]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        const isInX = box.left >= limit.left - 1 && box.right <= limit.right + 1;
        return !isInX || box.top < limit.top - 1 || box.bottom > limit.bottom + 1;
      })
      .map((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const edges = [
          left - limit.left,
          top - limit.top,
          right - limit.right,
          bottom - limit.bottom,
        ];
        return `${element.getAttribute('aria-label')} ${edges.map(Math.round).join(' ')}`;
      });
  });
  expect.soft(outside, 'what leaves the ring').toEqual([]);
}

/** Whether the ring has taken the size of its panel. */
const isRingDrawn = (lab: LabPage): Promise<boolean> =>
  lab.page.evaluate(() => {
    const ring = document.querySelector('.ring');
    const svg = document.querySelector('.ring-svg');
    if (ring === null || svg === null) return false;
    const isAs = (name: 'width' | 'height', px: number): boolean =>
      Math.abs(Number(svg.getAttribute(name)) - px) <= 1;
    return isAs('width', ring.clientWidth) && isAs('height', ring.clientHeight);
  });

async function expectLargeTargets(lab: LabPage): Promise<void> {
  const small = await lab.page.evaluate((min) => {
    const targets = 'button, input, select, summary, [role=tab], [role=button], [role=treeitem]';
    return [...document.querySelectorAll(targets)].flatMap((element) => {
      // What a label encloses is as large as the label; what a row encloses, as the row.
      const target = element.closest('label, .server, .client') ?? element;
      const hit = target.querySelector('.server-hit') ?? target;
      const { width, height } = hit.getBoundingClientRect();
      const isHidden = width === 0 || element.closest('dialog, [popover]') !== null;
      // Chips among the faults do what these do.
      const isDoubled = element.matches('.link-fault');
      if (isHidden || isDoubled || (width >= min - 0.5 && height >= min - 0.5)) return [];
      return [`${Math.round(width)}x${Math.round(height)} ${element.outerHTML.slice(0, 110)}`];
    });
  }, TARGET_MIN_PX);
  expect.soft(small, 'targets under 44 px').toEqual([]);
}

/** Every tab in turn, whatever the arrangement has. */
async function forEachTab(lab: LabPage, check: () => Promise<void>): Promise<void> {
  await check();
  for (const tab of await lab.page.getByRole('tab').all()) {
    await tab.click();
    await check();
  }
}

for (const viewport of SIZES) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${viewport.width}x${viewport.height}, ${colorScheme}`, () => {
      const isPhone = viewport.width < 760;
      test.use({ viewport, colorScheme, hasTouch: isPhone, isMobile: isPhone });

      test('panels keep apart and hold what is in them', async ({ lab }) => {
        await makeItBusy(lab);
        await forEachTab(lab, async () => {
          await expectApart(lab);
          await expectNoOverflow(lab);
          await expectRingInside(lab);
          if (isPhone) await expectLargeTargets(lab);
        });
        expect.soft(await lab.axe()).toEqual([]);
      });
    });
  }
}

test('axe finds nothing: at the start, with a node chosen, with the keys open', async ({ lab }) => {
  await lab.open();
  expect.soft(await lab.axe(), 'at the start').toEqual([]);
  await lab.untilLeader();
  await lab.node('S1').focus();
  await lab.page.keyboard.press('2');
  expect.soft(await lab.axe(), 'a server chosen').toEqual([]);
  await lab.page.keyboard.press('?');
  expect.soft(await lab.axe(), 'keys open').toEqual([]);
  await lab.page.keyboard.press('Escape');
  const invariants = lab.page.locator('.invariants');
  if ((await invariants.count()) > 0) await invariants.click();
  expect.soft(await lab.axe(), 'invariants open').toEqual([]);
});

test('nine servers, four observers and eight clients still fit', async ({ lab }) => {
  await lab.openQuickly('?servers=9&observers=4&clients=8');
  for (const viewport of SIZES) {
    await lab.page.setViewportSize(viewport);
    await expect.poll(() => isRingDrawn(lab)).toBe(true);
    await expectApart(lab);
    await expectNoOverflow(lab);
    await expectRingInside(lab);
  }
});
