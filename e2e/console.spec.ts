/** The console: zkCli's commands and the lab's own, typed by hand; and what it says to nonsense. */

import { CLIENTS_MAX } from '../src/lab/Lab.ts';
import { expect, type LabPage, test } from './LabPage.ts';

async function type(lab: LabPage, line: string): Promise<void> {
  await lab.prompt.fill(line);
  await lab.prompt.press('Enter');
}

test('zkCli commands do what they do in zkCli', async ({ lab }) => {
  await lab.openQuickly();
  const { output } = lab;
  await expect(output).toContainText('Created /locks/a');
  await type(lab, 'create -s -e /locks/a/lock-');
  await expect(output).toContainText('Created /locks/a/lock-0000000000');
  await type(lab, 'create -s -e /locks/a/lock-');
  await expect(output).toContainText('Created /locks/a/lock-0000000001');
  await type(lab, 'ls /locks/a');
  await expect(output).toContainText('[lock-0000000000, lock-0000000001]');
  await type(lab, 'create /greeting "hello there"');
  await type(lab, 'get -s /greeting');
  await expect(output).toContainText(/hello there\s+cZxid = 0x1[0-9a-f]{8}\s+ctime = /i);
  await expect(output).toContainText('dataVersion = 0');
  await expect(output).toContainText('dataLength = 11');
  await type(lab, 'set -v 0 /greeting bye');
  await type(lab, 'set -v 0 /greeting again');
  await expect(output).toContainText('version No is not valid : /greeting');
  await type(lab, 'get -w /greeting');
  await type(lab, 'set /greeting third');
  await expect(output).toContainText(
    'WatchedEvent state:SyncConnected type:NodeDataChanged path:/greeting',
  );
  await expect(lab.page.getByRole('treeitem', { name: /greeting/ })).toContainText('third');
});

test('Tab completes, the arrows recall, help explains', async ({ lab }) => {
  await lab.openQuickly();
  const { prompt, output, page } = lab;
  await lab.run('create /alpha', 'create /alphabet', 'create /alpha/inner');

  await prompt.fill('getAll');
  await prompt.press('Tab');
  await expect(prompt).toHaveValue('getAllChildrenNumber ');
  await prompt.fill('ls /al');
  await prompt.press('Tab');
  await expect(prompt).toHaveValue('ls /alpha');
  await expect(page.locator('.console-candidates')).toContainText('/alphabet');
  await prompt.pressSequentially('/');
  await prompt.press('Tab');
  await expect(prompt).toHaveValue('ls /alpha/inner ');
  await prompt.press('Enter');
  await expect(output).toContainText('[]');

  await type(lab, 'whoami');
  await prompt.press('ArrowUp');
  await expect(prompt).toHaveValue('whoami');
  await prompt.press('ArrowUp');
  await expect(prompt).toHaveValue('ls /alpha/inner');
  await prompt.press('ArrowDown');
  await expect(prompt).toHaveValue('whoami');
  await prompt.press('ArrowDown');
  await expect(prompt).toHaveValue('');

  await type(lab, 'help create');
  await expect(output).toContainText('create [-s] [-e] [-c] [-t ttl] path [data] [acl]');
  await type(lab, 'help');
  for (const word of ['powercut', 'cut 1,2 | 3,4,5', 'getEphemerals', 'unlock']) {
    await expect(output).toContainText(word);
  }
});

test('speaks for several clients', async ({ lab }) => {
  await lab.openQuickly();
  await type(lab, 'client add');
  await type(lab, 'use C2');
  await expect(lab.prompt).toHaveAccessibleName('Console, client C2');
  await type(lab, 'create -e /mine');
  await expect(lab.output).toContainText('Created /mine');
  await type(lab, 'getEphemerals');
  await expect(lab.output).toContainText('[/mine]');
  await type(lab, 'close');
  await lab.until(({ clients }) => clients.find(({ id }) => id === 'C2')?.state, 'closed');
  expect(await lab.page.evaluate(() => window.lab.tree())).not.toContainEqual(
    expect.objectContaining({ path: '/mine' }),
  );
});

test('Ctrl+K: a command, a whole line, or a deed for what is selected', async ({ lab }) => {
  await lab.openQuickly();
  const { keyboard } = lab.page;
  const box = lab.page.getByRole('combobox', { name: 'Command' });
  const chosen = lab.page.getByRole('dialog').getByRole('option', { selected: true });
  const open = async () => {
    await keyboard.press('Control+k');
    await expect(box).toBeFocused();
  };
  await lab.node('S2').focus();
  await keyboard.press('Enter');
  await open();
  await expect(chosen).toContainText('Kill: S2');
  await keyboard.press('ArrowDown');
  await expect(chosen).toContainText('Pause: S2');
  expect(await lab.axe('.palette')).toEqual([]);
  await keyboard.press('Enter');
  await expect(box).toBeHidden();
  await expect(lab.node('S2')).toBeFocused();
  await expect(lab.output).toContainText('> pause S2');

  await open();
  await box.fill('queues for a lock');
  await expect(chosen).toContainText('lock [client] path');
  await keyboard.press('Enter');
  await expect(lab.prompt).toBeFocused();
  await expect(lab.prompt).toHaveValue('lock ');
  await lab.prompt.pressSequentially('/locks/a');
  await keyboard.press('Enter');
  await expect(lab.output).toContainText('> lock /locks/a');

  await open();
  await box.fill('resume 2');
  await keyboard.press('Enter');
  await expect(lab.output).toContainText('S2 goes on');
  await open();
  await keyboard.press('Escape');
  await expect(box).toBeHidden();
});

/** Lines that must not work, and what the answer must say. */
const MISTAKES: readonly (readonly [line: string, answer: RegExp])[] = [
  ['crate /a', /Unknown command "crate"\. Did you mean "create"\?/],
  ['create', /Expected a path/],
  ['create a', /must start with \//],
  ['create /a//b', /empty node name/],
  ['create /a/', /must not end with \//],
  ['create /a/../b', /[Rr]elative paths not allowed/],
  ['create /no/parent', /Node does not exist: \/no\/parent/],
  ['create /hello x nonsense', /does not have the form scheme:id:perm/],
  ['create -x /a', /Expected one of -s -e/],
  ['create -t soon /a', /Expected a number after -t/],
  ['create -e -c /a', /Expected/],
  ['get /missing', /Node does not exist: \/missing/],
  ['get "/open', /Expected a closing "/],
  ["get '/open", /Expected a closing '/],
  ['get /hello too many words', /Expected nothing more, got "too"/],
  ['set -v 7 /hello x', /version No is not valid/],
  ['set -v nine /hello x', /Expected a number after -v/],
  ['set -v 99999999999 /hello x', /Expected a number after -v/],
  ['delete /', /Arguments are not valid/],
  ['setAcl /hello world:anyone:q', /q is no permission/],
  ['addauth', /Expected a scheme/],
  ['kill', /Expected a server/],
  ['kill 99', /Expected a server \(S1, .*\), got "99"/],
  ['restart 1', /S1/],
  ['cut 1,2 |', /Expected links such as/],
  ['cut 1,2 | 2,3', /S2 twice/],
  ['oneway 1 2', /Expected a direction/],
  ['slow 1>2 fast', /Expected milliseconds/],
  ['lose 1>2 300', /Expected a percentage from 0 to 100/],
  ['speed 0', /Expected a factor from 0\.05 to 50/],
  ['speed 1e9', /Expected a factor/],
  ['step -1', /Expected/],
  ['goto yesterday', /Expected a time such as/],
  ['ensemble 99', /Expected a number of servers from 2 to 9/],
  ['ensemble 5 --observers 9', /from 0 to 4/],
  ['client kill C9', /Expected a client/],
  ['use C9', /Expected a client/],
  ['unlock C1', /C1 is in no lock/],
  ['multi { create /a ; delete', /Expected/],
];

test('a mistake gets one line that says what was expected, and changes nothing', async ({
  lab,
}) => {
  await lab.openQuickly();
  await lab.run('create /hello world');
  const before = await lab.page.evaluate(() => window.lab.tree());
  for (const [line, answer] of MISTAKES) {
    const { ok, text } = await lab.exec(line);
    expect.soft(ok, line).toBe(false);
    expect.soft(text, line).toMatch(answer);
    expect.soft(text.split('\n'), line).toHaveLength(1);
  }
  await expect(lab.page.locator('.console-mistake')).toHaveCount(MISTAKES.length);
  expect(await lab.page.evaluate(() => window.lab.tree())).toEqual(before);
  const { servers, links } = await lab.state();
  expect(servers.every(({ process }) => process === 'up')).toBe(true);
  expect(links).toEqual([]);
  await lab.run('set /hello still-here', 'get /hello');
});

test('sizes over the limit are refused and nothing is lost', async ({ lab }) => {
  await lab.openQuickly();
  const tooLong = await lab.exec(`create /big ${'x'.repeat(20_000)}`);
  expect(tooLong.ok).toBe(false);
  expect(tooLong.text).toMatch(/at most 16384 characters, got 20012/);
  await lab.run(`create /fits ${'x'.repeat(10_000)}`);
  expect(await lab.exec('get /fits')).toMatchObject({ ok: true });
  for (let count = 2; count <= 24; count++) await lab.run('client add');
  await lab.run('run 5s');
  await lab.until(({ clients }) => clients.filter((one) => one.state === 'connected').length, 24);
  await lab.run('pause');
  for (let count = 25; count <= CLIENTS_MAX; count++) await lab.run('client add');
  const oneTooMany = await lab.exec('client add');
  expect(oneTooMany.ok).toBe(false);
  expect(oneTooMany.text).toContain(`${CLIENTS_MAX} clients already`);
  expect((await lab.state()).clients).toHaveLength(CLIENTS_MAX);
});

test('settings in the address that make no sense are named and replaced', async ({ lab }) => {
  await lab.open('?servers=99&seed=x&observers=-1&clients=1e3&foo=<b>');
  for (const name of ['servers=99', 'seed=x', 'observers=-1', 'clients=1e3']) {
    await expect(lab.output).toContainText(`The address says ${name}; expected a whole number`);
  }
  await lab.untilLeader();
  expect((await lab.state()).servers).toHaveLength(5);
});

test('settings in the address are obeyed', async ({ lab }) => {
  await lab.forgoGuide();
  await lab.open('?servers=3&observers=1&seed=7&clients=2');
  await lab.run('speed 20', 'run 3s');
  await lab.untilLeader();
  const { servers, seed } = await lab.state();
  expect(servers.map(({ role }) => role)).toEqual([
    'participant',
    'participant',
    'participant',
    'observer',
  ]);
  expect(seed).toBe(7);
  await lab.until(({ clients }) => clients.map(({ state }) => state), ['connected', 'connected']);
  await lab.run('ensemble 9 --observers 4 --seed 3', 'run 3s');
  await lab.untilLeader();
  expect((await lab.state()).servers).toHaveLength(13);
});
