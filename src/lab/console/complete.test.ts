import { beforeAll, expect, test } from 'vitest';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { complete } from './complete.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await startTestLab();
  for (const path of ['/apple', '/apple/core', '/apricot']) await lab.text(`create ${path}`);
});

test.each([
  ['cre', 'create ', ['create']],
  ['get', 'get', ['get', 'getAcl', 'getAllChildrenNumber', 'getEphemerals']],
  ['geta', 'getA', ['getAcl', 'getAllChildrenNumber']],
  ['ls /ap', 'ls /ap', ['/apple', '/apricot']],
  ['ls /app', 'ls /apple ', ['/apple']],
  ['get /apple/', 'get /apple/core ', ['/apple/core']],
  ['ls -', 'ls -', ['-R', '-s', '-w']],
  ['client add --s', 'client add --server ', ['--server']],
  ['kill l', 'kill leader ', ['leader']],
  ['kill S', 'kill S', ['S1', 'S2', 'S3']],
  ['pause c', 'pause C1 ', ['C1']],
  ['cut S1,', 'cut S1,', ['C1', 'S1', 'S2', 'S3', 'leader']],
  ['cut S1>le', 'cut S1>leader ', ['leader']],
  ['ls /nothing/here', 'ls /nothing/here', []],
  ['foo b', 'foo b', []],
])('%s', (line, completed, candidates) => {
  expect(complete(lab.lab, line)).toEqual({ line: completed, candidates });
});
