/**
 * Every recipe has a view: what the service knows, what clients believe, and lines to go on with.
 */

import { expect, type LabPage, test } from './LabPage.ts';

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 340, height: 740 };

/** The lines that make it, and what its view says then. */
const RECIPES = [
  {
    path: '/locks/a',
    lines: ['lock C1 /locks/a', 'run 1s', 'lock C2 /locks/a', 'run 1s', 'lock C3 /locks/a'],
    says: 'C1 holds; 2 behind it.',
  },
  {
    path: '/herd/a',
    lines: ['lock C1 /herd/a --herd', 'run 1s', 'lock C2 /herd/a --herd', 'lock C3 /herd/a --herd'],
    says: 'C1 holds; both others watch its znode.',
  },
  {
    path: '/election/a',
    lines: ['elect C1 /election/a', 'run 1s', 'elect C2 /election/a'],
    says: 'C1 leads; 1 behind it.',
  },
  {
    path: '/rw/a',
    lines: [
      'rwlock read C1 /rw/a',
      'run 1s',
      'rwlock read C2 /rw/a',
      'run 1s',
      'rwlock write C3 /rw/a',
    ],
    says: 'C1 and C2 read together; 1 waits.',
  },
  {
    path: '/sem/a',
    lines: ['semaphore C1 /sem/a 2', 'run 1s', 'semaphore C2 /sem/a 2', 'semaphore C3 /sem/a 2'],
    says: '2 of 2 leases are taken; 1 waits.',
  },
  {
    path: '/gate',
    lines: ['barrier set C1 /gate', 'barrier wait C2 /gate', 'barrier wait C3 /gate'],
    says: 'The gate is shut; C2 and C3 wait.',
  },
  {
    path: '/double/a',
    lines: ['doublebarrier C1 /double/a 3', 'doublebarrier C2 /double/a 3'],
    says: '2 of 3 there; it begins when all are.',
  },
  {
    path: '/jobs',
    lines: [
      'queue put C1 /jobs low --priority 9',
      'queue put C1 /jobs high --priority -1',
      'queue consume C2 /jobs --work 60000 --locks /busy',
    ],
    says: '2 items; taken by C2.',
  },
  {
    path: '/queues/later',
    lines: [
      'queue put C1 /queues/later slow --delay 900000',
      'queue put C1 /queues/later soon --delay 600000',
    ],
    says: '2 items; nobody takes any.',
  },
  {
    path: '/queues/simple',
    lines: ['queue offer C1 /queues/simple one'],
    says: '1 item; nobody takes any.',
  },
  {
    path: '/multi/b',
    lines: ['lock C3 /multi/b --revocable', 'run 1s', 'multilock C1 /multi/a /multi/b'],
    says: 'C3 holds; 1 behind it.',
  },
  {
    path: '/group',
    lines: ['join C1 /group --data hello', 'join C2 /group'],
    says: '2 members as the service has it.',
  },
  {
    path: '/services/web',
    lines: [
      'register C1 /services web --port 80',
      'discover C3 /services web',
      'register C2 /services web',
    ],
    says: 'does not see C2',
  },
  {
    path: '/kept',
    lines: ['keep C1 /kept hello', 'run 1s', 'keep C2 /kept hello'],
    says: 'It is there; C1 and C2 see to it.',
  },
  {
    path: '/config/app',
    lines: ['config watch C1 /config/app', 'config set C2 /config/app v1'],
    says: '1 of 1 follower runs it.',
  },
  {
    path: '/count',
    lines: ['counter add C1 /count 5', 'counter add C2 /count 2'],
    says: 'The service is at 7, after 2 changes.',
  },
  {
    path: '/counts/a',
    lines: ['count watch C1 /counts/a', 'run 1s', 'count set C1 /counts/a 7'],
    says: 'The service is at 7, after 1 change.',
  },
  {
    path: '/cached',
    lines: ['create /cached top', 'create /cached/a one', 'cache C1 /cached', 'cache C2 /cached'],
    says: 'The service has 2 znodes here; C1 and C2 have the same.',
  },
  {
    path: '/tx',
    lines: ['2pc begin C1 /tx C2,C3', '2pc vote C2 /tx commit'],
    says: '1 of 2 sites voted; C1 coordinates.',
  },
] as const;

const panel = (lab: LabPage) => lab.page.getByRole('tabpanel', { name: 'Recipes' });

async function openRecipes(lab: LabPage): Promise<void> {
  await lab.page.getByRole('tab', { name: 'Recipes' }).click();
  await expect(panel(lab)).toBeVisible();
}

/** Without time for the page to draw: each line, and as much virtual time as its answer takes. */
async function runQuickly(lab: LabPage, lines: readonly string[]): Promise<void> {
  const failed = await lab.page.evaluate(async (all) => {
    await window.lab.exec('pause');
    const errors: string[] = [];
    for (const line of all) {
      let isAnswered = false;
      const answer = window.lab.exec(line).finally(() => {
        isAnswered = true;
      });
      do await window.lab.exec('run 1s');
      while (!isAnswered);
      const { ok, text } = await answer;
      if (!ok) errors.push(`${line}: ${text}`);
    }
    return errors;
  }, lines);
  expect(failed).toEqual([]);
}

async function choose(lab: LabPage, path: string): Promise<void> {
  const select = panel(lab).getByRole('combobox', { name: 'Recipe' });
  const option = select.getByRole('option').filter({ hasText: new RegExp(`${path}$`) });
  await select.selectOption((await option.getAttribute('value')) ?? '');
}

for (const size of [DESKTOP, PHONE]) {
  test(`every recipe has its view at ${size.width} px, and axe finds nothing`, async ({ lab }) => {
    await lab.page.setViewportSize(size);
    await lab.openQuickly('?seed=1&clients=3');
    for (const { lines } of RECIPES) await runQuickly(lab, lines);
    await openRecipes(lab);
    for (const { path, says } of RECIPES) {
      await choose(lab, path);
      await expect(panel(lab).getByText(says), path).toBeVisible();
      const wide = await panel(lab).evaluate((one) => one.scrollWidth - one.clientWidth);
      expect.soft(wide, `${path} is too wide`).toBeLessThanOrEqual(0);
      expect.soft(await lab.axe('[role=tabpanel]:has(.recipes)'), path).toEqual([]);
    }
    if (size === PHONE) {
      const small = await panel(lab).evaluate((one) =>
        [...one.querySelectorAll('.button, .field')]
          .filter((each) => each.getBoundingClientRect().height < 44)
          .map(({ outerHTML }) => outerHTML),
      );
      expect(small).toEqual([]);
    }
  });
}

test('a button starts a recipe, and its lines go on with it', async ({ lab }) => {
  await lab.openQuickly('?seed=1&clients=3');
  await openRecipes(lab);
  await panel(lab).getByRole('button', { name: 'Barrier', exact: true }).click();
  await expect(panel(lab).getByText('The gate is shut; C2 and C3 wait.')).toBeVisible();
  await panel(lab).getByRole('button', { name: 'open' }).click();
  await expect(panel(lab).getByText('The gate is open; nobody waits.')).toBeVisible();
  await panel(lab).getByRole('button', { name: 'Start another' }).press('Enter');
  await panel(lab).getByRole('button', { name: 'Counter' }).press('Enter');
  await expect(panel(lab).getByText('The service is at 3, after 3 changes.')).toBeVisible();
});

test('selecting a znode of a recipe opens its view', async ({ lab }) => {
  await lab.openQuickly('?seed=1&clients=3');
  await runQuickly(lab, ['join C1 /group', 'counter add C2 /count 2']);
  await openRecipes(lab);
  await expect(panel(lab).getByText('The service is at 2')).toBeVisible();
  await lab.page.getByRole('treeitem', { name: /^group/ }).click();
  await expect(panel(lab).getByText('1 member as the service has it.')).toBeVisible();
});

test('a dead member is told apart until its session expires', async ({ lab }) => {
  await lab.openQuickly('?seed=1&clients=3');
  await runQuickly(lab, ['join C1 /group', 'join C2 /group']);
  await lab.run('kill C2');
  await openRecipes(lab);
  await expect(panel(lab).getByText('C2 has gone and nobody knows yet.')).toBeVisible();
  await lab.run('run 20s');
  await expect(panel(lab).getByText('1 member as the service has it.')).toBeVisible();
});

test('a copy that a paused client keeps is told apart', async ({ lab }) => {
  await lab.openQuickly('?seed=1&clients=3');
  await runQuickly(lab, ['create /cached one', 'cache C2 /cached', 'cache C3 /cached']);
  await lab.run('pause C3');
  await runQuickly(lab, ['set /cached two']);
  await openRecipes(lab);
  await expect(panel(lab).getByText('C2 has the same; C3 is behind.')).toBeVisible();
  await lab.page.getByRole('treeitem', { name: /^cached/ }).click();
  const row = panel(lab).getByRole('row').filter({ hasText: '/cached' });
  await expect(row.getByText('v1', { exact: true })).toHaveCount(2);
  await expect(row.getByText(/^older/)).toBeVisible();
});

test('a long queue shows the first items and counts the others', async ({ lab }) => {
  await lab.openQuickly('?seed=1&clients=3');
  await runQuickly(lab, ['queue put C1 /jobs first']);
  // At once no more than a client takes.
  for (let round = 0; round < 5; round++) {
    await lab.page.evaluate(async () => {
      const line = 'create -s /jobs/queue- foreign';
      const puts = Array.from({ length: 40 }, () => window.lab.exec(line));
      await window.lab.exec('run 2s');
      await Promise.all(puts);
    });
  }
  await openRecipes(lab);
  await expect(panel(lab).getByText('201 items; nobody takes any.')).toBeVisible();
  await expect(panel(lab).getByText('and 177 more behind them', { exact: true })).toBeVisible();
  const items = panel(lab).getByRole('region', { name: 'Items of /jobs' }).getByRole('listitem');
  await expect(items).toHaveCount(24);
});
