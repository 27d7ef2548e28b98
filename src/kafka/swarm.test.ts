/**
 * Random faults over Kafka: `KAFKA_SEEDS=300 npx vitest run src/kafka/swarm.test.ts` runs more,
 * `KAFKA_FROM=17` begins elsewhere.
 */

import { describe, expect, test } from 'vitest';
import { Partition } from './Partition.ts';
import type { LeaderAndIsr } from './records.ts';
import { StateWriter } from './StateWriter.ts';
import { runKafkaSeed } from './testing/runKafkaSeed.ts';

const SEEDS = Number(process.env['KAFKA_SEEDS'] ?? 5);
const FROM = Number(process.env['KAFKA_FROM'] ?? 1);
const IS_LONG = process.env['KAFKA_SEEDS'] !== undefined;

/** Puts `broken` in the place of a method while `work` runs. */
async function withBroken<T>(
  prototype: object,
  name: string,
  broken: (...args: never[]) => unknown,
  work: () => Promise<T>,
): Promise<T> {
  const whole: unknown = Reflect.get(prototype, name);
  expect(whole).toBeTypeOf('function');
  Reflect.set(prototype, name, broken);
  try {
    return await work();
  } finally {
    Reflect.set(prototype, name, whole);
  }
}

/** First violation of some seeds. */
async function firstViolation(seeds: number): Promise<string | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violation } = await runKafkaSeed(seed);
    if (violation !== null) return violation;
  }
  return null;
}

describe('swarm', () => {
  test(`${SEEDS} seeds`, { timeout: 4_000_000 }, async () => {
    const failures: string[] = [];
    const seen = new Map<string, number>();
    let acked = 0;
    let unclean = 0;
    for (let seed = FROM; seed < FROM + SEEDS; seed++) {
      const outcome = await runKafkaSeed(seed);
      acked += outcome.ackedCount;
      if (outcome.wasUnclean) unclean += 1;
      for (const [what, count] of outcome.seen) seen.set(what, (seen.get(what) ?? 0) + count);
      if (outcome.violation !== null) failures.push(`seed ${seed}: ${outcome.violation}`);
    }
    if (IS_LONG) console.log({ acked, unclean }, seen, failures);
    expect(failures).toEqual([]);
    expect(acked).toBeGreaterThan(20 * SEEDS);
  });

  test('catches answers before everybody in sync has the record', { timeout: 60_000 }, async () => {
    function advance(this: Partition): void {
      if (this.isLeader) this.highWatermark = this.log.endOffset;
    }
    const found = await withBroken(Partition.prototype, 'advance', advance, () =>
      firstViolation(30),
    );
    expect(found).toContain('is lost');
  });

  test('catches leaders that share an epoch', { timeout: 60_000 }, async () => {
    const whole: unknown = Reflect.get(StateWriter.prototype, 'write');
    /** Writes the epoch that the state had, instead of the next one. */
    function write(this: StateWriter, path: string, data: string, version: number): unknown {
      const state = JSON.parse(data) as { leader_epoch: number };
      const same = JSON.stringify({ ...state, leader_epoch: 0 });
      return (whole as typeof write).call(this, path, same, version);
    }
    const apply: unknown = Reflect.get(Partition.prototype, 'apply');
    /** Takes every state as news. */
    function applyAll(this: Partition, state: LeaderAndIsr, nowMs: number): unknown {
      this.leaderEpoch = -1;
      return (apply as typeof applyAll).call(this, { ...state, leaderEpoch: 0 }, nowMs);
    }
    const found = await withBroken(StateWriter.prototype, 'write', write, () =>
      withBroken(Partition.prototype, 'apply', applyAll, () => firstViolation(30)),
    );
    expect(found).toMatch(/in leader epoch 0: both \d and \d/);
  });
});
