import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { FilesReader, StartOpening } from './FilesReader.ts';
import { type FilesState, NO_FILES } from './FilesState.ts';
import { lookAt } from './lookAt.ts';

/** Files that are open, or fail to be, when the test says so. */
function place() {
  const log: string[] = [];
  const settle: { open(name: string): void; fail(problem: string): void }[] = [];
  const progress: ((share: number) => void)[] = [];
  const startOpening: StartOpening = (_, onProgress) => {
    const number = settle.length;
    progress.push(onProgress);
    const reader = new Promise<FilesReader>((resolve, reject) => {
      settle.push({
        open: (name) => resolve(readerOf(() => log.push(`closed ${name}`))),
        fail: (problem) => reject(new Error(problem)),
      });
    });
    return { reader, cancel: () => log.push(`cancelled ${number}`) };
  };
  const files = createStore<FilesState>(() => NO_FILES);
  return { files, host: { fileOpener: async () => startOpening }, log, settle, progress };
}

const readerOf = (close: () => void): FilesReader => ({
  files: [],
  timeline: {
    zxids: new Float64Array(0),
    reached: new Uint8Array(0),
    snapshots: [],
    newest: -1,
    collapsed: new Set(),
  },
  look: () => Promise.reject(new Error('nothing to see')),
  startFrom: () => Promise.reject(new Error('nothing to start from')),
  close,
});

test('who gives it up sees an empty place, whatever comes of the files', async () => {
  const here = place();
  const looked = lookAt(here, 'big', []);
  await Promise.resolve();
  here.progress[0]?.(0.25);
  const { reading, title, isShown } = here.files.getState();
  expect({ share: reading?.share, title, isShown }).toEqual({
    share: 0.25,
    title: 'big',
    isShown: true,
  });
  reading?.cancel();
  here.settle[0]?.open('big');
  here.progress[0]?.(0.5);
  expect(await looked).toEqual({ ok: false, error: 'The files are not read any further.' });
  expect(here.files.getState()).toEqual({ ...NO_FILES, isShown: true });
  expect(here.log).toEqual(['cancelled 0']);
});

test('what is opened later takes the place of what was open, or was being opened', async () => {
  const here = place();
  const first = lookAt(here, 'first', []);
  await Promise.resolve();
  const second = lookAt(here, 'second', []);
  await Promise.resolve();
  here.settle[1]?.open('second');
  expect((await first).ok).toBe(false);
  expect((await second).ok).toBe(true);
  expect(here.files.getState()).toMatchObject({ title: 'second', reading: null, problem: '' });
  const third = lookAt(here, 'third', []);
  await Promise.resolve();
  here.settle[2]?.fail('no znode is its own parent');
  const problem = 'The files cannot be opened: no znode is its own parent';
  expect(await third).toEqual({ ok: false, error: problem });
  expect(here.files.getState()).toMatchObject({ title: 'third', opened: null, problem });
  expect(here.log).toEqual(['cancelled 0', 'closed second']);
});
