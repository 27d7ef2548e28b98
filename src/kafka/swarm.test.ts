/**
 * Random faults over Kafka: `KAFKA_SEEDS=300 npx vitest run src/kafka/swarm.test.ts` runs more,
 * `KAFKA_FROM=17` begins elsewhere.
 */

import { afterEach, describe, expect, test } from 'vitest';
import type { PartitionState } from './api.ts';
import { Partition } from './Partition.ts';
import { StateWriter } from './StateWriter.ts';
import { runKafkaSeed } from './testing/runKafkaSeed.ts';

const SEEDS = Number(process.env['KAFKA_SEEDS'] ?? 6);
const FROM = Number(process.env['KAFKA_FROM'] ?? 1);

describe('swarm', () => {
  test(`${SEEDS} seeds`, { timeout: 4_000_000 }, async () => {
    const failures: string[] = [];
    const seen = new Map<string, number>();
    let acked = 0;
    for (let seed = FROM; seed < FROM + SEEDS; seed++) {
      const outcome = await runKafkaSeed(seed);
      acked += outcome.ackedCount;
      for (const [what, count] of outcome.seen) seen.set(what, (seen.get(what) ?? 0) + count);
      if (outcome.violation !== null) failures.push(`seed ${seed}: ${outcome.violation}`);
    }
    if (process.env['KAFKA_SEEDS'] !== undefined) console.log(acked, seen, failures);
    expect(failures).toEqual([]);
    expect(acked).toBeGreaterThan(50 * SEEDS);
  });
});
