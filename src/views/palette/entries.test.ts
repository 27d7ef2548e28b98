import { expect, test } from 'vitest';
import { COMMANDS } from '../../lab/console/registry.ts';
import { startTestLab } from '../../lab/testing/testLab.ts';
import { entriesFor } from './entries.ts';

const { lab } = await startTestLab({}, 1);
const offer = (typed: string, id: string | null = null) =>
  entriesFor(
    typed,
    lab.ensemble.getState(),
    id === null ? null : { type: 'server', id },
    COMMANDS.values(),
  );

test('nothing typed: what can be done to what is selected, then every command', () => {
  const entries = offer('', 'S2');
  expect(entries[0]).toEqual({
    text: 'Kill: S2',
    detail: 'kill S2',
    line: 'kill S2',
    isWhole: true,
  });
  expect(offer('')).toHaveLength(COMMANDS.size);
  expect(entries.length).toBeGreaterThan(COMMANDS.size);
});

test('a name comes before what only mentions it', () => {
  const [first, ...others] = offer('cut');
  expect(first).toMatchObject({ text: 'cut 1,2 | 3,4,5', line: 'cut ', isWhole: false });
  expect(others.map(({ line }) => line)).toContain('oneway ');
});

test('words are looked for in usage and summary, in any order', () => {
  expect(offer('election leaves').map(({ line }) => line)).toEqual(['resign']);
  expect(offer('no such thing')).toEqual([]);
});

test.each([
  ['status', true],
  ['heal', true],
  ['kill', false],
])('%s is whole: %s', (name, isWhole) => {
  expect(offer(name)[0]).toMatchObject({ line: isWhole ? name : `${name} `, isWhole });
});

test('a line that begins with a command can be run as it is', () => {
  expect(offer('kill 3')[0]).toMatchObject({ line: 'kill 3', isWhole: true });
  expect(offer('kill 3')[1]).toMatchObject({ line: 'kill ' });
});
