/** That no metric of the real server is missing without a reason, by the recorded exchanges. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ServerMetrics } from '../src/server/metrics/ServerMetrics.ts';
import { absentMetrics, absentName } from './absentMetrics.ts';
import { parseTranscripts } from './Transcript.ts';

const RECORDED = join(import.meta.dirname, 'recorded');

/** What Apache's leaders, followers, observers and others printed. */
const printed = new Set(
  readdirSync(RECORDED)
    .flatMap((file) => parseTranscripts(readFileSync(join(RECORDED, file), 'utf8')))
    .flatMap(({ lines }) => lines)
    .flatMap((line) => (line.type === 'word' && line.word === 'mntr' ? line.text.split('\n') : []))
    .filter((line) => line.startsWith('zk_'))
    .map((line) => line.replace(/^zk_(\S+).*/, '$1')),
);

/** The replay of the recorded exchanges compares whatever is not in the table. */
test('each name of the table is one of theirs, and none of ours', () => {
  expect(printed.size).toBeGreaterThan(500);
  const theirs = new Set([...printed].map(absentName));
  const stale = absentMetrics.flatMap(({ names }) => names).filter((name) => !theirs.has(name));
  expect(stale).toEqual([]);
  const ours = new ServerMetrics().values().map(([name]) => name);
  expect(ours.filter((name) => absentName(name) !== null)).toEqual([]);
});

test('each name is in the table once', () => {
  const names = absentMetrics.flatMap((it) => it.names);
  expect(new Set(names).size).toBe(names.length);
});
