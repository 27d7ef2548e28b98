import { describe, expect, it } from 'vitest';
import type { Selection } from '../choices.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { causesOf } from './causes.ts';
import { subjectOf } from './subjectOf.ts';

function why({ lab }: TestLab, selection: Selection): string[] {
  const index = subjectOf(lab, selection);
  if (index === null) return [];
  return causesOf(lab.recorder.events, index, lab.ensemble.getState()).map(({ text, because }) =>
    because === null ? text : `${text} ${because}`,
  );
}

describe('why', () => {
  it('leads from a znode back to the client that asked for it', async () => {
    const lab = await startTestLab();
    await lab.text('create /a 1');
    await lab.text('run 1s');
    const chain = why(lab, { type: 'znode', path: '/a' });
    expect(chain[0]).toMatch(/^1-2 is committed: .* have it on disk\. ACK from S\d arrived$/);
    expect(chain.at(-1)).toMatch(/^C1 asks: create \/a somebody told it to$/);
    expect(chain).toHaveLength(6);
  });

  it('leads from a new leader back to the death of the old one', async () => {
    const lab = await startTestLab();
    await lab.text('kill leader');
    await lab.text('run 3s');
    const leader = lab.lab.ensemble.getState().leader ?? '';
    const chain = why(lab, { type: 'server', id: leader });
    expect(chain[0]).toMatch(/^S\d leads epoch 2/);
    expect(chain.some((text) => text.startsWith('S3 is killed'))).toBe(true);
  });

  it('tells of a fault that a person made', async () => {
    const lab = await startTestLab();
    await lab.text('kill 1');
    expect(why(lab, { type: 'server', id: 'S1' })).toEqual(['S1 is killed; its disk stays.']);
    await lab.text('cut 2 | 3');
    expect(why(lab, { type: 'link', from: 'S2', to: 'S3' })).toEqual([
      'The link from S2 to S3 is cut.',
    ]);
  });

  it('knows nothing of what is not there', async () => {
    const lab = await startTestLab();
    expect(why(lab, { type: 'znode', path: '/none' })).toEqual([]);
    expect(why(lab, { type: 'txn', zxid: 99 })).toEqual([]);
    expect(why(lab, { type: 'message', key: 'S1/9999' })).toEqual([]);
  });

  it('is a line of the console', async () => {
    const lab = await startTestLab();
    expect(await lab.text('why leader')).toMatch(/^\d:\d\d\.\d{3} {2}S3 leads epoch 1.* Because /);
    await lab.text('create /a');
    expect(await lab.text('why 1-2')).toMatch(/C1 asks: create \/a/);
    expect(await lab.text('why /none')).toBe('Nothing is recorded that led to /none.');
    const { ok, text } = await lab.run('why');
    expect(ok).toBe(false);
    expect(text).toContain('Expected a server, a client, a path or a zxid such as 1-4');
  });
});
