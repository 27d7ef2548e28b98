/**
 * The comparison with the real ZooKeeper: `npm run test:oracle`.
 *   --only TEXT         nothing but cases whose name contains it
 *   --group NAME        nothing but this group of cases
 *   --mixed             only the ensembles of both
 *   --record            keeps what the real server says in oracle/recorded
 *   --sequences N       random sequences against one server, and a tenth as many elsewhere
 *   --seed N            of the first sequence
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Group, groups } from './cases/groups.ts';
import { compare } from './compare.ts';
import { compareDisks } from './disks.ts';
import { isInstalled, NOT_INSTALLED } from './ensemble.mjs';
import { compareMixed } from './mixed/compareMixed.ts';
import { OwnEnsemble } from './OwnEnsemble.ts';
import { Runner } from './Runner.ts';
import { OPS_PER_SEQUENCE } from './random/arbitrarySequence.ts';
import { compareSequences } from './random/compareSequences.ts';
import { TcpEnsemble } from './TcpEnsemble.ts';
import { formatTranscripts, type Transcript } from './Transcript.ts';
import { DEFAULT_SETTING, type Setting } from './Wire.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    group: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
    mixed: { type: 'boolean', default: false },
    sequences: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});

/** Where ours run. */
const PLACES = ['in this thread', 'over TCP'];

/** Against ours twice: in this thread, where time is virtual, and over TCP as they are served. */
async function runGroup(group: Group): Promise<number> {
  const cases = group.cases.filter(({ name }) => name.includes(options.only));
  if (cases.length === 0) return 0;
  const [real, served] = await Promise.all([
    TcpEnsemble.start(group.setting),
    TcpEnsemble.start(group.setting, { isOurs: true }),
  ]);
  try {
    const theirRunner = await Runner.start(real);
    const ourRunners = await Promise.all([
      Runner.start(new OwnEnsemble(group.setting)),
      Runner.start(served),
    ]);
    const transcripts: Transcript[] = [];
    let failures = 0;
    for (const it of cases) {
      const [theirs, ...ours] = await Promise.all([
        theirRunner.run(it),
        ...ourRunners.map((runner) => runner.run(it)),
      ]);
      transcripts.push(theirs);
      const differences = ours.map((each, i) => {
        const { difference } = compare(theirs, each);
        return difference === null ? [] : [`${PLACES[i]}\n${difference}\n`];
      });
      if (differences.flat().length === 0) continue;
      failures++;
      console.log(`DIFFERENCE ${group.name}: ${it.name}, ${differences.flat().join('and ')}`);
    }
    if (options.record) {
      const file = join(import.meta.dirname, 'recorded', `${group.name}.txt`);
      writeFileSync(file, formatTranscripts(transcripts));
    }
    console.log(`${group.name}: ${transcripts.length - failures} of ${transcripts.length} alike`);
    return failures;
  } finally {
    await Promise.all([real.stop(), served.stop()]);
  }
}

/** Where random sequences run: as many as asked for against one server, else a tenth of them. */
const PLACES_OF_SEQUENCES: readonly (readonly [where: string, setting: Partial<Setting>])[] = [
  ['one server', {}],
  ['three servers', { size: 3 }],
  ['three servers with local sessions', { size: 3, localSessions: 'on' }],
  ['a server that works on one request at a time', { requestThrottleMaxRequests: 1 }],
];

async function runSequences(
  where: string,
  changes: Partial<Setting>,
  count: number,
): Promise<number> {
  const setting = { ...DEFAULT_SETTING, ...changes };
  const real = await TcpEnsemble.start(setting);
  try {
    const startMs = performance.now();
    const ours = new OwnEnsemble(setting);
    const outcome = await compareSequences(real, ours, { count, seed: Number(options.seed) });
    const seconds = (performance.now() - startMs) / 1000;
    console.log(
      `${outcome.count} random sequences of ${OPS_PER_SEQUENCE} operations against ${where} ` +
        `alike, ${(outcome.count / seconds).toFixed(0)} a second`,
    );
    for (const [name, times] of outcome.explained) console.log(`  known: ${name}: ${times} times`);
    const { byChance } = outcome;
    if (byChance.length > 0) console.log(`  once and never again: seeds ${byChance.join(' ')}`);
    if (outcome.difference === null) return 0;
    console.log(`DIFFERENCE, ${outcome.difference}`);
    return 1;
  } finally {
    await real.stop();
  }
}

async function runDisks(): Promise<number> {
  let failures = 0;
  for (const { name, compared, difference } of await compareDisks()) {
    if (difference === null) console.log(`${name}: ${compared} alike`);
    else console.log(`DIFFERENCE ${name}: ${difference}`);
    if (difference !== null) failures++;
  }
  return failures;
}

async function main(): Promise<number> {
  if (options.mixed) return compareMixed(options.only);
  const isAll = options.only === '' && options.group === '';
  let failures = isAll ? (await runDisks()) + (await compareMixed('')) : 0;
  const lines = new Set(groups.flatMap(({ cases }) => cases.flatMap((it) => it.lines)));
  const sorted = [...lines].sort((a, b) => a - b);
  console.log(`behaviours with a case: ${lines.size} (${sorted.join(' ')})`);
  for (const group of groups) {
    if (['', group.name].includes(options.group)) failures += await runGroup(group);
  }
  const sequences = isAll ? Number(options.sequences) : 0;
  for (const [where, changes] of PLACES_OF_SEQUENCES) {
    const count = where === 'one server' ? sequences : Math.floor(sequences / 10);
    if (count > 0) failures += await runSequences(where, changes, count);
  }
  return failures;
}

if (isInstalled()) process.exitCode = (await main()) === 0 ? 0 : 1;
else console.log(NOT_INSTALLED);
