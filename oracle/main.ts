/**
 * The comparison with the real ZooKeeper: `npm run test:oracle`.
 *   --cases             only the cases
 *   --only TEXT         only cases whose name contains it
 *   --record            keeps what the real server says in oracle/recorded
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Group, groups } from './cases/groups.ts';
import { compare } from './compare.ts';
import { isInstalled, NOT_INSTALLED } from './ensemble.mjs';
import { OwnEnsemble } from './OwnEnsemble.ts';
import { Runner } from './Runner.ts';
import { TcpEnsemble } from './TcpEnsemble.ts';
import { formatTranscripts, type Transcript } from './Transcript.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    record: { type: 'boolean', default: false },
  },
});

async function runGroup(group: Group): Promise<number> {
  const real = await TcpEnsemble.start(group.setting);
  try {
    const theirRunner = await Runner.start(real);
    const ourRunner = await Runner.start(new OwnEnsemble(group.setting));
    const transcripts: Transcript[] = [];
    let failures = 0;
    for (const it of group.cases) {
      if (!it.name.includes(options.only)) continue;
      const [theirs, ours] = await Promise.all([theirRunner.run(it), ourRunner.run(it)]);
      const { difference } = compare(theirs, ours);
      transcripts.push(theirs);
      if (difference === null) continue;
      failures++;
      console.log(`DIFFERENCE ${group.name}: ${it.name}\n${difference}\n`);
    }
    if (options.record) {
      const file = join(import.meta.dirname, 'recorded', `${group.name}.txt`);
      writeFileSync(file, formatTranscripts(transcripts));
    }
    console.log(`${group.name}: ${transcripts.length - failures} of ${transcripts.length} alike`);
    return failures;
  } finally {
    await real.stop();
  }
}

if (!isInstalled()) {
  console.log(NOT_INSTALLED);
} else {
  let failures = 0;
  for (const group of groups) failures += await runGroup(group);
  process.exitCode = failures === 0 ? 0 : 1;
}
