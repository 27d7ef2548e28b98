/** Random sequences against both ensembles, many at a time; the first difference is shrunk. */

import fc from 'fast-check';
import { create } from '../Case.ts';
import { type Comparison, compareEntries } from '../compare.ts';
import { superClient } from '../Helper.ts';
import type { Ensemble } from '../Wire.ts';
import {
  arbitrarySequence,
  type Op,
  type Sequence,
  withoutCutWrites,
} from './arbitrarySequence.ts';
import { SequenceRun } from './SequenceRun.ts';

const AT_A_TIME = 24;

/**
 * ZooKeeper checks a request by what is pending while it is, and by the tree afterwards, and the
 * two do not always agree; a learner may answer a sync a moment before it tells of the txn before
 * it. So a difference is repeated, and does not count if it never comes back. More of them than
 * this share are a difference all the same.
 */
const REPEATS = 5;
const CHANCE_SHARE_MAX = 1 / 500;

export interface Outcome {
  /** That ran without an unexplained difference. */
  readonly count: number;
  /** Seeds of sequences that differed once and never again. */
  readonly byChance: readonly number[];
  /** How often each known difference was seen. */
  readonly explained: ReadonlyMap<string, number>;
  readonly difference: string | null;
}

export interface Sequences {
  /** Of theirs. */
  readonly version: string;
  readonly count: number;
  /** Of the first one. */
  readonly seed: number;
}

export async function compareSequences(
  theirs: Ensemble,
  ours: Ensemble,
  { version, count, seed }: Sequences,
): Promise<Outcome> {
  const places = await Places.prepare(version, theirs, ours);
  const explained = new Map<string, number>();
  const byChance: number[] = [];
  let started = 0;
  let done = 0;
  let failing: { readonly seed: number; readonly difference: string } | null = null;
  const worker = async () => {
    while (started < count && failing === null) {
      const index = started++;
      const [sequence = []] = fc.sample(arbitrarySequence, { seed: seed + index, numRuns: 1 });
      const comparison = await places.compare(sequence);
      for (const name of comparison.explained) explained.set(name, (explained.get(name) ?? 0) + 1);
      const again = comparison.difference === null ? null : await repeat(places, sequence);
      if (comparison.difference !== null && again === null) byChance.push(seed + index);
      if (again === null && byChance.length <= 1 + count * CHANCE_SHARE_MAX) done++;
      else if (comparison.difference !== null)
        failing ??= { seed: seed + index, difference: comparison.difference };
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const difference = failing === null ? null : await shrink(places, failing);
  return { count: done, byChance, explained, difference };
}

/** Null if the difference does not come back. */
async function repeat(places: Places, sequence: Sequence): Promise<string | null> {
  for (let i = 0; i < REPEATS; i++) {
    const { difference } = await places.compare(sequence);
    if (difference !== null) return difference;
  }
  return null;
}

async function shrink(
  places: Places,
  { seed, difference: first }: { readonly seed: number; readonly difference: string },
): Promise<string> {
  const property = fc.asyncProperty(arbitrarySequence, async (sequence) => {
    return (await places.compare(sequence)).difference === null;
  });
  const result = await fc.check(property, { seed, numRuns: 1, endOnFailure: false });
  const [sequence] = result.counterexample ?? [];
  if (sequence === undefined) return `seed ${seed}, not seen again:\n${first}`;
  const { difference } = await places.compare(sequence);
  const head = `seed ${seed}, after ${result.numShrinks} steps of shrinking:`;
  return `${head}\n${show(sequence)}\n${difference}`;
}

/** Where sequences run: each in a znode of its own, with the same name on both. */
class Places {
  private readonly version: string;
  /** See `withoutCutWrites`. */
  private readonly isFragile: boolean;
  private readonly sides: readonly Side[];
  private lastPlace = 0;

  static async prepare(version: string, theirs: Ensemble, ours: Ensemble): Promise<Places> {
    return new Places(version, theirs.size, [await Side.start(theirs), await Side.start(ours)]);
  }

  private constructor(version: string, size: number, sides: readonly Side[]) {
    this.version = version;
    this.isFragile = size > 1 && version.startsWith('3.9.');
    this.sides = sides;
  }

  async compare(generated: Sequence): Promise<Comparison> {
    const sequence = this.isFragile ? withoutCutWrites(generated) : generated;
    const place = `/r${String(++this.lastPlace).padStart(7, '0')}`;
    const [theirs = [], ours = []] = await Promise.all(
      this.sides.map((side) => side.run(sequence, place)),
    );
    return compareEntries(this.version, theirs, ours);
  }
}

type Client = Awaited<ReturnType<typeof superClient>>;

class Side {
  private readonly ensemble: Ensemble;
  private readonly client: Client;
  /** Of the sessions. The leader is the last, since it may answer its own clients otherwise. */
  private readonly servers: readonly number[];
  /** The client asks one thing at a time. */
  private free: Promise<unknown> = Promise.resolve();

  static async start(ensemble: Ensemble): Promise<Side> {
    const all = [...Array(ensemble.size).keys()];
    const stats = await Promise.all(all.map((server) => ensemble.word(server, 'srvr')));
    const isLeader = (server: number) => /^Mode: leader/m.test(stats[server] ?? '');
    const servers = [...all.filter((it) => !isLeader(it)), ...all.filter(isLeader)];
    return new Side(ensemble, await superClient(ensemble, 0), servers);
  }

  private constructor(ensemble: Ensemble, client: Client, servers: readonly number[]) {
    this.ensemble = ensemble;
    this.client = client;
    this.servers = servers;
  }

  async run(sequence: Sequence, place: string) {
    // Sequential names beside the place must not depend on other sequences.
    const inner = `${place}/w`;
    const created = this.free.then(() => this.client.askAll([create(place), create(inner)]));
    this.free = created;
    const zxids = (await created).map(({ zxid }) => zxid);
    return new SequenceRun(this.ensemble, this.servers, inner, zxids).run(sequence);
  }
}

function show(sequence: Sequence): string {
  return sequence
    .flatMap(({ session, ops, isReattached }) => [
      ...(isReattached ? [`  s${session} attaches again`] : []),
      ...ops.flatMap((op) => (op === null ? [] : [`  s${session} ${showOp(op)}`])),
    ])
    .join('\n');
}

function showOp(op: Op): string {
  return JSON.stringify(op, (_key, value: unknown) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  );
}
