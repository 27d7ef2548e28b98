import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { execute } from '../console/execute.ts';
import type { Lab } from '../Lab.ts';
import { configOf, DEFAULT_SETTINGS, LAB_ENSEMBLE } from '../settings.ts';
import { startTestLab } from '../testing/testLab.ts';
import { LINK_MAX, packRun } from './runLink.ts';
import { readRun, type SharedRun, writeRun } from './SharedRun.ts';

const EMPTY: SharedRun = {
  run: { config: configOf(DEFAULT_SETTINGS), base: null, actions: [], endUs: 1_000 },
  traceHash: '0123456789abcdef',
  build: 'test',
};

const linkOf = (text: string): string => `#run=${gzipSync(text).toString('base64url')}`;

const shareLab = async (lines: readonly string[]) => {
  const one = await startTestLab({ ...LAB_ENSEMBLE, participants: 3 });
  for (const line of lines) await one.text(line);
  return { ...one, link: await linkTo(one.lab) };
};

/** Without a moment passing meanwhile. */
async function linkTo(lab: Lab): Promise<string> {
  const { text } = await execute(lab, 'share');
  return text.slice(text.indexOf('http'));
}

test('whoever opens a link has the same run at the same moment', async () => {
  const { lab, text, link } = await shareLab(['create /a x', 'kill leader', 'run 3s']);
  expect(link).toMatch(/^http:\/\/lab\.test\/#run=[\w-]{100,1000}$/);
  const other = await startTestLab();
  const { text: verdict } = await execute(other.lab, `open ${link}`);
  expect(verdict).toContain('the same to the last event');
  expect(other.lab.traceHash).toBe(lab.traceHash);
  expect(other.lab.ensemble.getState()).toEqual(lab.ensemble.getState());
  expect(other.lab.playback.getState().isPlaying).toBe(false);
  expect(await other.text('branches')).toContain('A  3 servers, seed 1, 1 action');
  for (const one of [other.text, text]) {
    expect(await one('get /a')).toBe('x');
    expect(await one('create /b')).toContain('Created /b');
  }
  expect(other.lab.traceHash).toBe(lab.traceHash);
});

test('a moment of the past is shared without what was done later', async () => {
  const { text, lab, link } = await shareLab(['kill 1', 'run 3s', 'goto 1s']);
  await text('now');
  expect((await execute(lab, `open ${link}`)).ok).toBe(true);
  expect(lab.ensemble.getState().nowUs).toBe(1_000_000);
  expect(lab.time.endUs).toBe(1_000_000);
});

test('a run that is not the one that was shared is shown, and said to be another', async () => {
  for (const build of ['test', 'older']) {
    const link = await packRun({ ...EMPTY, build });
    const { lab } = await startTestLab();
    const { ok, text } = await execute(lab, `open ${link.ok && link.value}`);
    expect(ok).toBe(false);
    expect(text).toContain(
      build === 'test'
        ? 'Somebody has changed the link: the run differs'
        : 'recorded by another version (older; this is test): the run differs',
    );
    expect(lab.ensemble.getState().nowUs).toBe(1_000);
  }
});

test('what cannot be opened is one line, and the lab stays as it is', async () => {
  const { lab } = await startTestLab();
  const { traceHash } = lab;
  const text = writeRun(EMPTY);
  const value = JSON.parse(text.ok ? text.value : '');
  const links = {
    '#run=': 'is damaged',
    '#run=!!': 'is damaged',
    'https://lab.test/': 'has no run in it',
    [linkOf('{')]: 'cannot be read',
    [linkOf(JSON.stringify({ ...value, format: 2 }))]: 'is of another version of this page',
    [linkOf(JSON.stringify({ ...value, servers: 99 }))]: 'has no possible number of servers',
    [linkOf(JSON.stringify({ ...value, endUs: 1e300 }))]: 'has no possible time',
    [linkOf('0'.repeat(3_000_000))]: 'is damaged',
    [`#run=${'A'.repeat(LINK_MAX + 1)}`]: 'is longer than 12000 characters',
  };
  for (const [link, error] of Object.entries(links)) {
    const refused = { ok: false, text: `The link ${error}.`, data: null };
    expect(await execute(lab, `open ${link}`)).toEqual(refused);
  }
  expect(lab.traceHash).toBe(traceHash);
});

test('actions that do not exist, or have too much in them, are refused', () => {
  const text = writeRun(EMPTY);
  const value = JSON.parse(text.ok ? text.value : '');
  const read = (...steps: unknown[]) => readRun(JSON.stringify({ ...value, steps }));
  expect(read([1, { type: 'heal' }], [2, { type: 'kill', target: 'S1' }]).ok).toBe(true);
  const deep = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`);
  const command = { type: 'command', client: 'C1', command: 1, name: 'ls' };
  for (const action of [
    null,
    { type: 'constructor' },
    { type: 'kill' },
    { type: 'kill', target: 'S1', more: 1 },
    { type: 'kill', target: '__proto__' },
    { type: 'setLinks', changes: [{ from: 'S1', to: 'S2', cut: 'yes' }] },
    { ...command, args: deep },
    { ...command, args: JSON.parse('{"__proto__": {}}') },
  ]) {
    expect(read([1, action])).toMatchObject({ ok: false });
  }
  for (const laterUs of [0, -1, 0.5, 2_000, '1']) {
    expect(read([laterUs, { type: 'heal' }])).toMatchObject({ ok: false });
  }
});

/** Words that no compression makes short. */
function noise(seed: number): string {
  let last = seed + 1;
  return Array.from({ length: 500 }, () => {
    last = (last * 48_271) % 0x7fff_ffff;
    return last.toString(36);
  }).join(' ');
}

test('what a link cannot carry is said', async () => {
  const { run } = await startTestLab({ ...LAB_ENSEMBLE, participants: 3, diskLatencyUs: 1 });
  expect((await run('share')).text).toContain('settings that a link cannot carry');
  const long = await shareLab([]);
  for (let count = 0; count < 8; count++) await long.text(`create /${count} '${noise(count)}'`);
  expect((await execute(long.lab, 'share')).text).toContain('too long for a link');
  const late = { ...EMPTY.run, endUs: 3_600_000_001 };
  expect(writeRun({ ...EMPTY, run: late })).toMatchObject({ ok: false });
  await long.text('files 1');
  await long.text('files run');
  expect((await execute(long.lab, 'share')).text).toContain('began from files');
});
