/** Runs that went another way, and the one on the screen. */

import { formatClock, plural } from '../format.ts';
import type { Lab } from '../Lab.ts';
import type { Run } from '../run/Run.ts';
import type { Arrival } from '../run/TimeMachine.ts';
import { Arguments } from './Arguments.ts';
import { type Command, done, failed, Mistake } from './command.ts';

/** Null if all is well. */
export function describeArrival(arrival: Arrival): string | null {
  switch (arrival) {
    case null:
      return null;
    case 'given up':
      return 'Given up on the way.';
    case 'too many actions':
      return 'This run has had more actions than are kept, so it cannot be executed again.';
  }
}

/** '5 servers, seed 1, 4 actions, up to 0:20.000'. */
export function describeRun({ config, base, actions, endUs }: Run): string {
  const { participants, observers, seed } = config;
  const files = base === null ? [] : ['from files'];
  const servers = plural(participants + observers, 'server');
  const parts = [servers, ...files, `seed ${seed}`, plural(actions.length, 'action')];
  return `${parts.join(', ')}, up to ${formatClock(endUs)}`;
}

const branches: Command = {
  name: 'branches',
  group: 'time',
  usage: 'branches',
  summary:
    'The runs that went another way: what lay ahead when somebody went back and did something ' +
    'else, and what was left by starting anew. The newest eight are kept.',
  run: (lab, words) => {
    new Arguments(words).end();
    const { branch, kept } = lab.time.store.getState();
    const lines = kept.map(({ name, run }) => `  ${name}  ${describeRun(run)}`);
    const here = `* ${branch}  ${describeRun(lab.time.run)}`;
    return done([...lines, here].join('\n'), [...namesOf(lab), branch]);
  },
};

const branch: Command = {
  name: 'branch',
  group: 'time',
  usage: 'branch name',
  summary: 'Switches to the newest moment of another branch; this one is kept.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const name = args.next('the name of a branch, as branches lists them').toUpperCase();
    args.end();
    const { branch: current, kept } = lab.time.store.getState();
    if (name === current) return done(`This is branch ${name}.`, name);
    const wanted = kept.find((one) => one.name === name);
    if (wanted === undefined) {
      const known = [...namesOf(lab), current].join(', ');
      throw new Mistake(`Expected one of the branches ${known}, got "${name.slice(0, 40)}".`);
    }
    const trouble = describeArrival(await lab.time.switchTo(wanted));
    if (trouble !== null) return failed(trouble);
    return done(`Branch ${name}: ${describeRun(lab.time.run)}`, name);
  },
  complete: (lab, words) => (words.length === 0 ? namesOf(lab) : []),
};

const namesOf = (lab: Lab): readonly string[] =>
  lab.time.store.getState().kept.map(({ name }) => name);

export const BRANCH_COMMANDS: readonly Command[] = [branches, branch];
