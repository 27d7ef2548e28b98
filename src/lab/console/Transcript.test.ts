import { expect, test, vi } from 'vitest';
import { startTestLab } from '../testing/testLab.ts';
import { Transcript } from './Transcript.ts';

test('shows lines, answers, and what the watches tell that were set from here', async () => {
  const { lab, text } = await startTestLab();
  await text('create /a');
  const transcript = new Transcript(lab);
  const entries = () => transcript.store.getState();

  const answer = transcript.run('get -w /a');
  expect(entries()).toMatchObject([{ prompt: 'C1', line: 'get -w /a', result: null }]);
  await vi.waitFor(() => expect(lab.actions.at(-1)?.action).toMatchObject({ name: 'get' }));
  await text('run 1s');
  await answer;
  expect(entries()[0]?.result?.text).toBe('null');

  await text('set /a 1');
  await text('set /a 2');
  await text('run 1s');
  expect(entries().slice(1)).toMatchObject([
    {
      line: '',
      result: {
        text: 'WATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged path:/a',
      },
    },
  ]);

  await transcript.run('clear');
  expect(entries()).toEqual([]);
});

test('the watches of a recipe are not told', async () => {
  const { lab, text } = await startTestLab({}, 2);
  const transcript = new Transcript(lab);
  await text('lock C1 /locks/a');
  await text('run 1s');
  await text('lock C2 /locks/a');
  await text('run 1s');
  await text('unlock C1');
  await text('run 1s');
  expect(transcript.store.getState()).toEqual([]);
});

test('says when another branch begins', async () => {
  const { lab, text } = await startTestLab();
  const transcript = new Transcript(lab);
  await text('kill 1');
  await text('back 1s');
  await text('kill 2');
  await text('branch A');
  await text('ensemble 3');
  const texts = transcript.store.getState().map(({ result }) => result?.text);
  expect(texts).toEqual(['This is branch B from here on; branch A keeps what came before.']);
});
