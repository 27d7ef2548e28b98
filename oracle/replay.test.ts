/** What the real server said once, against ours: for machines that do not have it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { groups } from './cases/groups.ts';
import { compare } from './compare.ts';
import { OwnEnsemble } from './OwnEnsemble.ts';
import { Runner } from './Runner.ts';
import { parseTranscripts } from './Transcript.ts';

/** The version that was recorded. */
const RECORDED = '3.9.3';

describe.each(groups)('recorded exchanges: $name', ({ name, setting, cases }) => {
  test('our servers answer alike', async () => {
    const text = readFileSync(join(import.meta.dirname, 'recorded', `${name}.txt`), 'utf8');
    const recorded = new Map(parseTranscripts(text).map((it) => [it.name, it]));
    expect([...recorded.keys()]).toEqual(cases.map((it) => it.name));
    const runner = await Runner.start(new OwnEnsemble(setting));
    const differences: string[] = [];
    for (const it of cases) {
      const ours = await runner.run(it);
      const { difference } = compare(RECORDED, recorded.get(it.name) ?? ours, ours);
      if (difference !== null) differences.push(`${it.name}\n${difference}`);
    }
    expect(differences).toEqual([]);
  });
});
