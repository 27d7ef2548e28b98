/**
 * The comparison with the real ZooKeeper: `npm run test:oracle`.
 *   --only TEXT         nothing but cases whose name contains it
 *   --group NAME        nothing but this group of cases
 *   --mixed             only the ensembles of both
 *   --zookeeper 3.9     against that release alone, 3.8 or 3.9
 *   --record            keeps what the newest one says in oracle/recorded
 *   --sequences N       random sequences against the newest: one server, and a tenth as many
 *                       elsewhere
 *   --seed N            of the first sequence
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Group, groups } from './cases/groups.ts';
import { compare } from './compare.ts';
import { compareDisks } from './disks.ts';
import { knownAgainst } from './knownDifferences.ts';
import { compareMixed } from './mixed/compareMixed.ts';
import { OwnEnsemble } from './OwnEnsemble.ts';
import { Runner } from './Runner.ts';
import { OPS_PER_SEQUENCE } from './random/arbitrarySequence.ts';
import { compareSequences } from './random/compareSequences.ts';
import { findRelease, isInstalled, NOT_INSTALLED, type Release } from './releases.mjs';
import { TcpEnsemble } from './TcpEnsemble.ts';
import { formatTranscripts, type Transcript } from './Transcript.ts';
import { DEFAULT_SETTING, type Setting } from './Wire.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    group: { type: 'string', default: '' },
    zookeeper: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
    mixed: { type: 'boolean', default: false },
    sequences: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});

/** What the last one says is recorded. */
const MINORS = ['3.8', '3.9'];
/** Where ours run. */
const PLACES = ['in this thread', 'over TCP'];

/**
 * Against ours twice: in this thread, where time is virtual, and over TCP as they are served. Notes
 * the known differences that it has seen.
 */
async function runGroup(release: Release, group: Group, seen: Set<string>): Promise<number> {
  const cases = group.cases.filter(({ name }) => name.includes(options.only));
  if (cases.length === 0) return 0;
  const [real, served] = await Promise.all([
    TcpEnsemble.start(group.setting, { release }),
    TcpEnsemble.start(group.setting),
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
        const { difference, explained } = compare(release.version, theirs, each);
        for (const name of explained) seen.add(name);
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
  release: Release,
  where: string,
  changes: Partial<Setting>,
  count: number,
): Promise<number> {
  const setting = { ...DEFAULT_SETTING, ...changes };
  const real = await TcpEnsemble.start(setting, { release });
  try {
    const startMs = performance.now();
    const ours = new OwnEnsemble(setting);
    const { version } = release;
    const seed = Number(options.seed);
    const outcome = await compareSequences(real, ours, { version, count, seed });
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

async function runDisks(release: Release): Promise<number> {
  let failures = 0;
  for (const { name, compared, difference } of await compareDisks(release)) {
    if (difference === null) console.log(`${name}: ${compared} alike`);
    else console.log(`DIFFERENCE ${name}: ${difference}`);
    if (difference !== null) failures++;
  }
  return failures;
}

async function runAll(release: Release, sequences: number): Promise<number> {
  console.log(`against ZooKeeper ${release.version}:`);
  if (options.mixed) return compareMixed(release, options.only);
  const isAll = options.only === '' && options.group === '';
  let failures = isAll ? (await runDisks(release)) + (await compareMixed(release, '')) : 0;
  const seen = new Set<string>();
  for (const group of groups) {
    if (['', group.name].includes(options.group)) failures += await runGroup(release, group, seen);
  }
  for (const { name } of isAll ? knownAgainst(release.version) : []) {
    if (seen.has(name)) continue;
    failures++;
    console.log(`DIFFERENCE that is known but was not seen: ${name}`);
  }
  for (const [where, changes] of isAll ? PLACES_OF_SEQUENCES : []) {
    const count = where === 'one server' ? sequences : Math.floor(sequences / 10);
    if (count > 0) failures += await runSequences(release, where, changes, count);
  }
  return failures;
}

async function main(): Promise<number> {
  const lines = new Set(groups.flatMap(({ cases }) => cases.flatMap((it) => it.lines)));
  const sorted = [...lines].sort((a, b) => a - b);
  console.log(`behaviours with a case: ${lines.size} (${sorted.join(' ')})`);
  const asked = options.zookeeper === '' ? MINORS : [options.zookeeper];
  const releases: Release[] = [];
  for (const minor of options.record ? MINORS.slice(-1) : asked) {
    const release = findRelease(minor);
    if (release !== undefined) releases.push(release);
    else console.log(`skipped: no ZooKeeper ${minor} here (oracle/README.md)`);
  }
  let failures = 0;
  for (const release of releases) {
    const isNewest = release === releases.at(-1);
    failures += await runAll(release, isNewest ? Number(options.sequences) : 0);
  }
  return failures;
}

if (isInstalled()) process.exitCode = (await main()) === 0 ? 0 : 1;
else console.log(NOT_INSTALLED);
