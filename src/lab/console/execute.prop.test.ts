import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startTestLab } from '../testing/testLab.ts';
import { COMMANDS } from './registry.ts';

const word = fc.oneof(
  fc.constantFrom('/', '/a', '/a/b', 'S1', '2', 'leader', 'C1', 'C9', '|', '>', '1>2', '{', '}'),
  fc.constantFrom(';', '-s', '-e', '-v', '-1', '0', '50ms', 'add', 'all', "'", '""', 'create'),
  fc.string({ maxLength: 8 }),
);

/** Without what only takes long, and what leaves clients without an answer for good. */
const LEFT_OUT: readonly string[] = ['ensemble', 'wipe', 'powercut', 'pause'];
const name = fc.constantFrom(...[...COMMANDS.keys()].filter((one) => !LEFT_OUT.includes(one)));

test('any line is answered: never a rejection, and a mistake is one line', async () => {
  const { run } = await startTestLab({}, 2);
  const line = fc
    .tuple(fc.oneof({ weight: 5, arbitrary: name }, { weight: 1, arbitrary: word }), fc.array(word))
    .map(([first, rest]) => [first, ...rest.slice(0, 5)].join(' '));
  await fc.assert(
    fc.asyncProperty(line, async (each) => {
      await run('restart all');
      await run('heal');
      const { ok, text } = await run(each);
      if (!ok) expect(text).toMatch(/^.+$/);
    }),
    { numRuns: 150 },
  );
});
