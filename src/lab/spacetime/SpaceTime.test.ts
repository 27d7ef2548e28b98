import { describe, expect, test } from 'vitest';
import { startTestLab } from '../testing/testLab.ts';
import { causalCone } from './causalCone.ts';
import { SpaceTime } from './SpaceTime.ts';

function looksOf(spaceTime: SpaceTime, id: string) {
  return spaceTime.rows.find((row) => row.id === id)?.bands.map(({ look }) => look) ?? [];
}

describe('SpaceTime', () => {
  test('says who was what, and when', async () => {
    const { lab, text } = await startTestLab();
    const spaceTime = new SpaceTime();
    spaceTime.catchUp(lab.recorder);
    expect(spaceTime.rows.map(({ id }) => id)).toEqual(['S1', 'S2', 'S3', 'C1']);
    expect(looksOf(spaceTime, 'S3')).toEqual(['looking', 'leading']);
    expect(looksOf(spaceTime, 'S1')).toEqual(['looking', 'following']);
    expect(looksOf(spaceTime, 'C1')).toEqual(['disconnected', 'connected']);

    await text('pause 1');
    await text('run 100ms');
    await text('resume 1');
    await text('kill 3');
    await text('run 100ms');
    spaceTime.catchUp(lab.recorder);
    expect(looksOf(spaceTime, 'S3')).toEqual(['looking', 'leading', 'down']);
    expect(looksOf(spaceTime, 'S1').slice(0, 4)).toEqual([
      'looking',
      'following',
      'paused',
      'following',
    ]);
  });

  test('a commit was led to by its proposal and by an acknowledgement', async () => {
    const { lab, text } = await startTestLab();
    await text('create /a');
    const spaceTime = new SpaceTime();
    spaceTime.catchUp(lab.recorder);
    const { arrows } = spaceTime;
    const commit = arrows.findLast(({ kind }) => kind === 'COMMIT');
    if (commit === undefined) throw new Error('nothing was committed');
    const { before } = causalCone(arrows, commit);
    const kinds = arrows
      .filter(({ key, zxid }) => before.has(key) && zxid === commit.zxid)
      .map(({ kind }) => kind);
    expect(kinds).toContain('PROPOSAL');
    expect(kinds).toContain('ACK');
  });

  test('what is on its way to a process that is killed is lost', async () => {
    const { lab, text } = await startTestLab();
    await text('client add --server 2');
    await text('slow 3>1 400');
    await text('use C2');
    await text('create /a');
    await text('kill 1');
    await text('run 1s');
    const spaceTime = new SpaceTime();
    spaceTime.catchUp(lab.recorder);
    const lost = spaceTime.arrows.filter(({ to, diesUs }) => to === 'S1' && diesUs !== null);
    expect(lost.length).toBeGreaterThan(0);
  });

  test('catching up in pieces and at once is the same', async () => {
    const { lab, text } = await startTestLab();
    const inPieces = new SpaceTime();
    for (const line of ['create /a', 'kill leader', 'run 1s', 'restart all', 'run 1s']) {
      await text(line);
      inPieces.catchUp(lab.recorder);
    }
    const atOnce = new SpaceTime();
    atOnce.catchUp(lab.recorder);
    expect(inPieces.arrows).toEqual(atOnce.arrows);
    expect(inPieces.rows).toEqual(atOnce.rows);
  });
});
