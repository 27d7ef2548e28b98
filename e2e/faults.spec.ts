/** Breaking things with buttons and lines, and mending them. */

import { expect, type LabPage, test } from './LabPage.ts';

const button = (lab: LabPage, group: RegExp, name: string) =>
  lab.page.getByRole('group', { name: group }).getByRole('button', { name, exact: true });

/** Presses it, and expects the line in the console that it stands for. */
async function press(lab: LabPage, group: RegExp, name: string, line: string): Promise<void> {
  const lines = lab.output.locator('.console-entry', { hasText: `> ${line}` });
  const before = await lines.count();
  await button(lab, group, name).click();
  await expect(lines).toHaveCount(before + 1);
}

const chip = (lab: LabPage, text: string | RegExp) =>
  lab.page.getByRole('group', { name: /^Broken now/ }).getByRole('button', { name: text });

const processOf = (id: string) => (state: Awaited<ReturnType<LabPage['state']>>) =>
  state.servers.find((server) => server.id === id)?.process;

test('the leader: killed, paused, without power, cut off; chips mend', async ({ lab }) => {
  await lab.openQuickly();
  const leader = /^The leader/;
  const deeds = [
    { name: 'Kill', verb: 'kill', process: 'down', text: 'killed' },
    { name: 'Cut power', verb: 'powercut', process: 'off', text: 'no power' },
    { name: 'Pause', verb: 'pause', process: 'paused', text: 'paused' },
  ];
  for (const { name, verb, process, text } of deeds) {
    const victim = await lab.untilLeader();
    await press(lab, leader, name, `${verb} ${victim}`);
    await lab.until(processOf(victim), process);
    await lab.untilLeader(victim);
    await chip(lab, `${victim} ${text}`).click();
    await lab.until(processOf(victim), 'up');
    await lab.until(({ quorum }) => quorum.length, 5);
  }
  const victim = await lab.untilLeader();
  const others = [1, 2, 3, 4, 5].filter((sid) => `S${sid}` !== victim).join(',');
  await button(lab, leader, 'Cut all links').click();
  await expect(lab.output).toContainText(/> cut \S+ \| \S+/);
  await lab.untilLeader(victim);
  expect((await lab.state()).links).toHaveLength(2 * others.split(',').length);
  await press(lab, /^Broken now/, 'Heal all links', 'heal');
  await lab.until(({ links }) => links.filter((link) => link.cut).length, 0);
  await lab.until(({ quorum }) => quorum.length, 5);
});

test('a split: the minority has no leader, and follows again when it is healed', async ({
  lab,
}) => {
  await lab.openQuickly();
  const minority = (state: Awaited<ReturnType<LabPage['state']>>) =>
    state.servers.slice(0, 2).map((server) => server.state);
  for (const id of ['S3', 'S4', 'S5']) {
    await lab.page.getByRole('button', { name: `${id} on side A` }).click();
  }
  await press(lab, /^Split/, 'Cut', 'cut S1,S2 | S3,S4,S5');
  await lab.until(minority, ['LOOKING', 'LOOKING']);
  await lab.until(({ leader }) => ['S3', 'S4', 'S5'].includes(leader ?? ''), true);
  await lab.run('client add --server 3', 'use C2');
  await lab.run('create /written-by-the-majority');
  const tree = await lab.page.evaluate(() => window.lab.tree('S1'));
  expect(tree).not.toContainEqual(expect.objectContaining({ path: '/written-by-the-majority' }));

  const wall = lab.page.getByRole('button', { name: 'S1–S3 cut' });
  await wall.click();
  await expect(wall).toBeHidden();
  await press(lab, /^Broken now/, 'Heal all links', 'heal');
  await lab.until(minority, ['FOLLOWING', 'FOLLOWING']);
  await expect
    .poll(() => lab.page.evaluate(() => window.lab.tree('S1')))
    .toContainEqual(expect.objectContaining({ path: '/written-by-the-majority' }));
});

test('one link: one-way cut, slow, lossy; each has its chip', async ({ lab }) => {
  await lab.openQuickly();
  const group = /^One link/;
  await press(lab, group, 'Slow down', 'slow S1>S2 400');
  await expect(chip(lab, 'S1→S2 +400 ms')).toBeVisible();
  await lab.until(({ links }) => links[0]?.extraLatencyUs, 400_000);
  await chip(lab, 'S1→S2 +400 ms').click();
  await expect(chip(lab, 'S1→S2 +400 ms')).toBeHidden();

  await press(lab, group, 'Lose some', 'lose S1>S2 30');
  await expect(chip(lab, 'S1→S2 30 % lost')).toBeVisible();
  await chip(lab, 'S1→S2 30 % lost').click();
  await expect(chip(lab, 'S1→S2 30 % lost')).toBeHidden();

  await press(lab, group, 'Cut both ways', 'cut S1 | S2');
  await chip(lab, 'S1–S2 cut').click();
  await press(lab, group, 'Cut one way', 'oneway S1>S2');
  await chip(lab, 'S1→S2 cut').click();
  await expect(lab.page.getByText('Nothing is broken.')).toBeVisible();
  await lab.run('create /after');
});

test('by keyboard alone: X splits the network, the menu cuts one link, Tab reaches the chips', async ({
  lab,
}) => {
  await lab.openQuickly();
  const { keyboard } = lab.page;
  await keyboard.press('x');
  const bar = lab.page.locator('.aim-bar');
  await expect(bar).toContainText('choose the servers of one side');
  await keyboard.press('1');
  await expect(lab.node('S1')).toHaveAccessibleName('Server S1, side B');
  await keyboard.press('ArrowRight');
  await keyboard.press('Space');
  await expect(bar).toContainText('cut S3,S4,S5 | S1,S2');
  expect(await lab.axe('.ring')).toEqual([]);
  await keyboard.press('Enter');
  await expect(lab.output).toContainText('> cut S3,S4,S5 | S1,S2');
  await expect(bar).toBeHidden();
  expect((await lab.state()).links).toHaveLength(12);
  await lab.run('heal');

  await keyboard.press('3');
  await expect(lab.page.locator('.node-menu')).toBeVisible();
  for (let press = 0; press < 6; press++) await keyboard.press('Tab');
  await expect(lab.page.getByRole('button', { name: 'Cut one way…' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(bar).toContainText('Cut what S3 sends to…');
  await expect(lab.node('S3')).toBeFocused();
  await keyboard.press('4');
  await expect(lab.output).toContainText('> oneway S3>S4');
  await chip(lab, 'S3→S4 cut').press('Enter');
  await expect(lab.page.getByText('Nothing is broken.')).toBeVisible();
  await keyboard.press('x');
  await keyboard.press('Escape');
  await expect(bar).toBeHidden();
});

test('a power cut and a wiped disk lose nothing that was acknowledged', async ({ lab }) => {
  await lab.openQuickly();
  await lab.run('create /kept', 'set /kept 1');
  await lab.run('powercut 1', 'wipe 2', 'set /kept 2', 'restart 1', 'restart 2');
  await lab.until(({ quorum }) => quorum.length, 5);
  await lab.run('set /kept 3');
  for (const id of ['S1', 'S2']) {
    await expect
      .poll(() => lab.page.evaluate((server) => window.lab.tree(server), id))
      .toContainEqual(expect.objectContaining({ path: '/kept', data: '3' }));
  }
  for (const { id, state, witness } of (await lab.state()).invariants) {
    expect([id, state, witness]).toEqual([id, 'holds', '']);
  }
});

test('a paused server falls behind and catches up', async ({ lab }) => {
  await lab.openQuickly();
  const leader = await lab.untilLeader();
  const follower = leader === 'S1' ? 'S2' : 'S1';
  await lab.node(follower).focus();
  await lab.page.keyboard.press('Enter');
  await lab.page.keyboard.press('p');
  await lab.until(processOf(follower), 'paused');
  await lab.run('create /meanwhile');
  await expect(lab.node(follower)).toHaveAccessibleName(/paused/);
  await lab.run(`resume ${follower}`);
  await expect
    .poll(() => lab.page.evaluate((server) => window.lab.tree(server), follower))
    .toContainEqual(expect.objectContaining({ path: '/meanwhile' }));
});

test('one message: held where it is, lost, and delivered', async ({ lab }) => {
  await lab.openQuickly();
  await lab.run('pause');
  const { keyboard } = lab.page;
  await lab.prompt.fill('create /slowly');
  await lab.prompt.press('Enter');
  await lab.prompt.press('Escape');
  await expect(lab.output).toContainText('> create /slowly');
  const inspector = lab.page.locator('.inspector');
  const actions = lab.page.getByRole('group', { name: 'Actions for this message' });
  await lab.stepUntilSent('request', 1);
  await expect(async () => {
    await keyboard.press('m');
    await expect(inspector.getByRole('heading')).toHaveText('request', { timeout: 1_000 });
  }).toPass();
  await actions.getByRole('button', { name: 'Hold' }).click();
  await expect(chip(lab, /^C1→S\d held/)).toBeVisible();
  await expect(inspector).toContainText('what follows on the link waits too');
  await lab.run('run 100ms');
  await expect(inspector).toContainText('what follows on the link waits too');
  await actions.getByRole('button', { name: 'Lose' }).click();
  await expect(lab.output).toContainText('is lost; it will be sent again');
  await actions.getByRole('button', { name: 'Deliver' }).click();
  await expect(lab.page.getByText('Nothing is broken.')).toBeVisible();
  await lab.run('run 1s');
  await expect(inspector).toContainText('it has arrived');
  await expect(lab.output).toContainText('Created /slowly');
});

test('the inspector tells why a server leads', async ({ lab }) => {
  await lab.openQuickly();
  const first = await lab.untilLeader();
  await lab.run(`kill ${first}`);
  const second = await lab.untilLeader(first);
  await lab.node(second).focus();
  await lab.page.keyboard.press('Enter');
  await lab.page.getByText('Why?', { exact: true }).press('Enter');
  const causes = lab.page.locator('.why').getByRole('listitem');
  await expect(causes.first()).toContainText(`${second} leads epoch`);
  await expect(causes.getByText(`${first} is killed; its disk stays.`)).toBeVisible();
  expect(await lab.axe('.inspector')).toEqual([]);
});
