import { beforeAll, describe, expect, test } from 'vitest';
import { lockQueues } from '../queues.ts';
import { newTestLab, startTestLab, type TestLab } from '../testing/testLab.ts';
import { execute } from './execute.ts';
import { COMMANDS } from './registry.ts';

const serversOf = ({ lab }: TestLab) => lab.ensemble.getState().servers;
const linksOf = ({ lab }: TestLab) => Object.keys(lab.ensemble.getState().links).sort();

describe('servers', () => {
  test('kill, restart, pause, resume, powercut, wipe', async () => {
    const lab = await startTestLab();
    expect(await lab.text('kill 2')).toBe('S2 is killed');
    expect(serversOf(lab)['S2']?.process).toBe('down');
    expect((await lab.run('kill S2')).text).toBe('S2 is already down');
    expect(await lab.text('restart s2')).toBe('S2 is started again');
    await lab.text('run 2s');
    expect(serversOf(lab)['S2']?.state).toBe('FOLLOWING');
    const { leader } = lab.lab.ensemble.getState();
    expect(await lab.text('pause leader')).toBe(`${leader} is paused`);
    expect(serversOf(lab)[leader ?? '']?.process).toBe('paused');
    expect(await lab.text(`resume ${leader}`)).toBe(`${leader} goes on`);
    expect(await lab.text('powercut 1')).toBe('S1 has lost its power');
    expect(await lab.text('wipe 1')).toBe('S1 has an empty disk');
    expect(await lab.text('restart all')).toBe('S1 is started again');
    expect((await lab.run('restart all')).text).toBe('Every server is up.');
  });

  test('a new leader is elected when the old one is killed', async () => {
    const lab = await startTestLab();
    const before = lab.lab.ensemble.getState().leader;
    await lab.text('kill leader');
    expect((await lab.run('kill leader')).text).toContain('There is no leader now.');
    await lab.text('run 3s');
    const { leader, narration } = lab.lab.ensemble.getState();
    expect(leader).not.toBe(before);
    expect(leader).not.toBeNull();
    const sentences = narration.map(({ text }) => text);
    expect(sentences).toContain(`${before} is killed; its disk stays.`);
    expect(sentences.some((text) => text.startsWith(`${leader} leads epoch 2, backed by`))).toBe(
      true,
    );
  });
});

describe('links', () => {
  test('cut groups, one way, slow, lose, heal', async () => {
    const lab = await startTestLab();
    await lab.text('cut 1 | 2,3');
    expect(linksOf(lab)).toEqual(['S1 S2', 'S1 S3', 'S2 S1', 'S3 S1']);
    await lab.text('heal');
    expect(linksOf(lab)).toEqual([]);
    await lab.text('cut S1 C1');
    expect(linksOf(lab)).toEqual(['C1 S1', 'S1 C1']);
    await lab.text('heal 1 C1');
    await lab.text('oneway 1>2');
    expect(linksOf(lab)).toEqual(['S1 S2']);
    await lab.text('slow 2 3 400');
    expect(lab.lab.ensemble.getState().links['S3 S2']?.extraLatencyUs).toBe(400_000);
    await lab.text('lose 1>3 30');
    expect(lab.lab.ensemble.getState().links['S1 S3']?.lossPercent).toBe(30);
    await lab.text('heal 2 3');
    expect(linksOf(lab)).toEqual(['S1 S2', 'S1 S3']);
  });
});

describe('one message at a time', () => {
  test('hold keeps it on its way, drop has it sent again, release lets it go on', async () => {
    const lab = await startTestLab();
    const { recorder } = lab.lab;
    const { leader } = lab.lab.ensemble.getState();
    const follower = leader === 'S1' ? 'S2' : 'S1';
    const link = `${leader}>${follower}`;
    const onTheWay = () =>
      [...recorder.messages.values()].filter(
        ({ to, kind }) => to === follower && kind === 'COMMIT',
      );
    // Granted no more time than it takes.
    const created = execute(lab.lab, 'create /slowly');
    while (onTheWay().length === 0) await execute(lab.lab, 'step');
    expect((await execute(lab.lab, `hold ${link}`)).text).toBe(`${leader} to ${follower} held`);
    await lab.text('run 100ms');
    expect(onTheWay()).toMatchObject([{ from: leader, diesUs: null }]);
    expect(onTheWay()[0]?.heldUs).not.toBeNull();
    expect((await lab.run(`drop ${link} UPTODATE`)).text).toContain('No UPTODATE is on its way');
    const said = `COMMIT from ${leader} to ${follower} is lost; it will be sent again`;
    expect(await lab.text(`drop ${link} commit`)).toBe(said);
    expect(await lab.text('release')).toBe(`${leader} to ${follower} moves on`);
    expect(linksOf(lab)).toEqual([]);
    await lab.text('run 100ms');
    expect(onTheWay().filter(({ diesUs }) => diesUs === null)).toHaveLength(1);
    await lab.text('run 300ms');
    expect(onTheWay()).toEqual([]);
    expect((await created).ok).toBe(true);
    expect((await lab.run('release')).text).toBe('No link is held.');
    expect((await lab.run('drop S1/1')).text).toContain('S1/1 is not on its way.');
  });
});

describe('clients and recipes', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startTestLab();
  });

  test('add, list, use, kill', async () => {
    const added = 'client add --server 2 --timeout 4000 --chroot /app';
    expect(await lab.text(added)).toBe('C2 added');
    await lab.text('create /app');
    await lab.text('use C2');
    await lab.text('create /x');
    expect(await lab.text('ls /')).toBe('[x]');
    await lab.text('use C1');
    expect(await lab.text('ls /app')).toBe('[x]');
    expect(await lab.text('client list')).toMatch(/^C1 {2}connected to S\d.*\nC2 {2}connected/);
    expect(lab.lab.ensemble.getState().clients['C2']?.server).toBe('S2');
    expect(await lab.text('client kill C2')).toBe('C2 ended without closing its session');
    expect(Object.keys(lab.lab.ensemble.getState().clients)).toEqual(['C1']);
    expect(await lab.text('client add')).toBe('C3 added');
    await lab.text('run 1s');
  });

  test('two clients queue for a lock; it passes on when it is given back', async () => {
    expect(await lab.text('lock C1 /locks/a')).toBe('C1 holds /locks/a');
    expect(await lab.text('lock C3 /locks/a')).toBe('C3 waits for /locks/a, behind C1');
    await lab.text('run 1s');
    const [queue] = lockQueues(lab.lab);
    expect(queue).toMatchObject({ path: '/locks/a', kind: 'lock' });
    const [first, second] = queue?.tickets ?? [];
    expect(first).toMatchObject({ client: 'C1', holds: true, believes: true, watches: null });
    expect(second).toMatchObject({ client: 'C3', holds: false, believes: false });
    expect(second?.watches).toBe(first?.path);
    expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
    expect(lockQueues(lab.lab)[0]).toBe(queue);
    expect(await lab.text('unlock C1')).toBe('C1 gives back /locks/a');
    await lab.text('run 1s');
    expect(lockQueues(lab.lab)[0]?.tickets).toMatchObject([{ client: 'C3', believes: true }]);
  });

  test('elect and resign', async () => {
    expect(await lab.text('elect C1 /election')).toBe('C1 leads /election');
    expect(await lab.text('elect C3 /election')).toBe('C3 waits for /election, behind C1');
    await lab.text('resign C3');
    await lab.text('run 1s');
    const election = () => lockQueues(lab.lab).find(({ kind }) => kind === 'election');
    expect(election()?.tickets).toMatchObject([{ client: 'C1', believes: true }]);
    expect(await lab.text('resign C1')).toBe('C1 resigns from /election');
    await lab.text('run 1s');
    expect(election()).toBeUndefined();
    expect((await lab.run('resign C1')).text).toContain('Expected a path: C1 is in no election.');
  });

  test('load writes until it is stopped', async () => {
    await lab.text('create /load');
    await lab.text('load C1 /load 1000 --every 50');
    await lab.text('run 2s');
    expect(await lab.text('load stop C1 /load')).toBe('C1 stops writing /load');
    const { stat } = (await lab.run('stat /load')).data as { stat: { version: number } };
    expect(stat.version).toBeGreaterThan(20);
  });

  test('expire takes the session away', async () => {
    await lab.text('create -e /mine');
    expect(await lab.text('expire C1')).toMatch(/^Session 0x[0-9a-f]+ of C1 is given up$/);
    await lab.text('run 2s');
    expect(lab.lab.ensemble.getState().clients['C1']?.state).toBe('expired');
    await lab.text('use C3');
    expect((await lab.run('stat /mine')).text).toBe('Node does not exist: /mine');
  });
});

describe('time', () => {
  test('play, pause, speed, step, run, goto', async () => {
    const lab = newTestLab();
    await lab.text('play');
    expect(lab.lab.playback.getState().isPlaying).toBe(true);
    await lab.text('pause');
    expect(lab.lab.playback.getState().isPlaying).toBe(false);
    await lab.text('speed 0.5');
    expect(lab.lab.playback.getState().speed).toBe(0.5);
    expect(await lab.text('step 3')).toMatch(/^3 events; now 0\.\d{6} s\.$/);
    expect(await lab.text('run 500ms')).toMatch(/^Now 0\.5\d{5} s$/);
    expect(await lab.text('goto 2.5s')).toBe('Now 2.500000 s');
    expect(lab.lab.ensemble.getState().nowUs).toBe(2_500_000);
    expect(await lab.text('goto 0:01.000')).toBe('Now 1.000000 s');
    expect((await lab.run('goto 20m')).text).toContain('at most 10 minutes more');
  });
});

describe('the lab', () => {
  test('ensemble starts another run', async () => {
    const lab = await startTestLab();
    expect(await lab.text('ensemble 4 --observers 1 --seed 7')).toBe(
      '4 servers and 1 observer start, seed 7.',
    );
    expect(lab.lab.config).toMatchObject({ participants: 4, observers: 1, seed: 7 });
    expect(Object.keys(serversOf(lab))).toHaveLength(5);
    await lab.text('run 3s');
    const { clients, servers } = lab.lab.ensemble.getState();
    expect(clients['C1']?.state).toBe('connected');
    expect(servers['S5']?.state).toBe('OBSERVING');
    expect(await lab.text('status')).toMatch(/\* S4 {2}leading .*\n.*\nS4 leads with 4 of 4 /);
  });

  test('a command under way is answered when its client or the run ends', async () => {
    const lab = await startTestLab();
    const first = lab.lab.command('C1', 'get', { path: '/' });
    await lab.text('client kill C1');
    expect(await first).toMatchObject({ ok: false, error: 'C1 ended before the answer came.' });
    await lab.text('client add');
    expect((await lab.run('ls /')).text).toContain('C1 is gone; speak for another with "use C2".');
    const second = lab.lab.command('C2', 'get', { path: '/' });
    await lab.text('ensemble 3');
    expect(await second).toMatchObject({ ok: false, error: 'The ensemble was started anew.' });
  });

  test('help, history, version, unknown', async () => {
    const lab = newTestLab();
    const help = await lab.text('help');
    for (const { usage } of COMMANDS.values()) expect(help).toContain(usage);
    expect(await lab.text('help cut')).toMatch(/^cut 1,2 \| 3,4,5\nCuts every link/);
    expect(await lab.text('version')).toContain('ZooKeeper 3.8');
    expect(await lab.text('history')).toBe('0 - help\n1 - help cut\n2 - version\n3 - history');
    expect((await lab.run('craete /a')).text).toBe(
      'Unknown command "craete". Did you mean "create"? Type help.',
    );
    expect((await lab.run('xyzzyx')).text).toBe('Unknown command "xyzzyx". Type help.');
    expect(await lab.text('  ')).toBe('');
  });

  test('a client that is not there is said to be missing', async () => {
    const lab = newTestLab();
    expect((await lab.run('ls /')).text).toContain('There are no clients; add one');
  });
});

describe('mistakes', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startTestLab();
  });

  test.each([
    ['kill', 'Expected a server or a client.'],
    ['kill 9', 'Expected a server (S1, S2, S3 or leader), got "9".'],
    ['pause X', 'Expected a server (S1, S2, S3 or leader), got "X".'],
    ['resume C9', 'Expected a client (C1), got "C9".'],
    ['wipe 1 2', 'Expected nothing more, got "2".'],
    ['cut', 'Expected links such as'],
    ['cut 1', 'Expected links such as'],
    ['cut 1 | 1,2', 'Expected each name once, got S1 twice.'],
    ['cut 1>2>3', 'Expected links such as'],
    ['cut 1 | 9', 'Expected a server (S1, S2, S3 or leader), got "9".'],
    ['oneway 1 2', 'Expected a direction such as 1>2.'],
    ['slow 1>2', 'Expected links such as'],
    ['slow 1>2 x', 'Expected milliseconds from 0 to 60000, got "x".'],
    ['lose 1>2 101', 'Expected a percentage from 0 to 100, got "101".'],
    ['client', 'Expected add, kill or list.'],
    ['client fire C1', 'Expected add, kill or list, got "fire".'],
    ['client add --server 9', 'Expected a server'],
    ['client add --timeout 1', 'Expected a number after --timeout from 100 to 3600000, got "1".'],
    ['client add --chroot x', 'Expected a path after --chroot'],
    ['use S1', 'Expected a client (C1), got "S1".'],
    ['expire', 'Expected a client such as C1.'],
    ['lock C1', 'Expected a path.'],
    ['lock C9 /a', 'Expected a client (C1), got "C9".'],
    ['unlock', 'Expected a path: C1 is in no lock.'],
    ['load C1 /a 0', 'Expected a number of writes from 1 to 100000, got "0".'],
    ['speed 1000', 'Expected a factor from 0.05 to 50, got "1000".'],
    ['step 0', 'Expected a number of steps from 1 to 1000, got "0".'],
    ['run fast', 'Expected a duration such as 500ms or 5s, got "fast".'],
    ['run 700s', 'Expected at most 10 minutes.'],
    ['goto', 'Expected a time such as 12.5s.'],
    ['ensemble', 'Expected a number of servers.'],
    ['ensemble 1', 'Expected a number of servers from 2 to 9, got "1".'],
    ['ensemble 3 --observers 5', 'Expected a number after --observers from 0 to 4, got "5".'],
    ['help nothing', 'Unknown command "nothing".'],
  ])('%s', async (line, expected) => {
    const before = lab.lab.actions.length;
    const { ok, text } = await lab.run(line);
    expect(text).toContain(expected);
    expect(text).toContain('Usage: ');
    expect(text).not.toContain('\n');
    expect(ok).toBe(false);
    expect(lab.lab.actions.length).toBe(before);
  });
});
