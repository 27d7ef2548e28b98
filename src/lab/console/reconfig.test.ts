import { beforeAll, describe, expect, test } from 'vitest';
import { LAB_ENSEMBLE } from '../settings.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await startTestLab({ participants: 4, server: LAB_ENSEMBLE.server });
});

const line = (sid: number, role = 'participant') =>
  `server.${sid}=10.0.0.${sid}:2888:3888:${role};0.0.0.0:2181`;

describe('reconfig', () => {
  test('needs the super user', async () => {
    const { ok, text } = await lab.run('reconfig -remove 1');
    expect([ok, text]).toEqual([false, 'KeeperErrorCode = NoAuth']);
    await lab.text('addauth digest super:test');
  });

  test('lets a server go, changes a role, and says how things stand', async () => {
    const text = await lab.text('reconfig -remove 1');
    const lines = ['Committed new configuration:', line(2), line(3), line(4)];
    expect(text.split('\n').slice(0, 4)).toEqual(lines);
    expect(`Committed new configuration:\n${await lab.text('config')}`).toBe(text);
    await lab.text(`reconfig -add ${line(2, 'observer')}`);
    await lab.text('run 2s');
    expect(lab.lab.ensemble.getState().servers['S2']?.state).toBe('OBSERVING');
    expect((await lab.text('config')).split('\n').slice(0, 2)).toEqual([
      line(2, 'observer'),
      line(3),
    ]);
  });

  test('takes all members at once, from a version', async () => {
    const version = /version=(\w+)/.exec(await lab.text('config'))?.[1];
    expect((await lab.run('reconfig -v 5 -remove 1')).text).toBe('KeeperErrorCode = BadVersion');
    const members = [1, 2, 3, 4].map((sid) => line(sid)).join(',');
    const text = await lab.text(`reconfig -v ${version} -members ${members}`);
    expect(text.split('\n').slice(1, 5)).toEqual(members.split(','));
  });

  test('keeps the rules', async () => {
    await lab.text('create /after');
    const { invariants } = lab.lab.ensemble.getState();
    expect(invariants.filter(({ state }) => state !== 'holds')).toEqual([]);
  });

  test('refuses what makes no sense', async () => {
    expect((await lab.run('reconfig -add server.5')).text).toBe('KeeperErrorCode = BadArguments');
    expect((await lab.run('reconfig -members a -add b')).ok).toBe(false);
  });
});
