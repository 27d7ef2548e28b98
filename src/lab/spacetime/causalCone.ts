/**
 * Everything that a message could have been caused by, or could have caused: happened-before, both
 * ways. What is in neither ran at the same time, whatever the clocks say.
 */

import type { ParticipantId } from '../../network/address.ts';
import type { Arrow } from './SpaceTime.ts';

export interface CausalCone {
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

/** `arrows` in the order in which they were sent. */
export function causalCone(
  arrows: readonly Arrow[],
  { key, from, to, ...arrow }: Arrow,
): CausalCone {
  return {
    before: causesOf(arrows, key, from, arrow.sentUs),
    after: arrow.diesUs === null ? effectsOf(arrows, key, to, arrow.arriveUs) : new Set(),
  };
}

function effectsOf(
  arrows: readonly Arrow[],
  key: string,
  firstAt: ParticipantId,
  firstUs: number,
): ReadonlySet<string> {
  const reachedUs = new Map([[firstAt, firstUs]]);
  const effects = new Set<string>();
  for (const arrow of arrows) {
    const sinceUs = reachedUs.get(arrow.from);
    if (arrow.key === key || sinceUs === undefined || arrow.sentUs < sinceUs) continue;
    effects.add(arrow.key);
    if (arrow.diesUs !== null) continue;
    const known = reachedUs.get(arrow.to) ?? Number.POSITIVE_INFINITY;
    reachedUs.set(arrow.to, Math.min(known, arrow.arriveUs));
  }
  return effects;
}

function causesOf(
  arrows: readonly Arrow[],
  key: string,
  lastAt: ParticipantId,
  lastUs: number,
): ReadonlySet<string> {
  const untilUs = new Map([[lastAt, lastUs]]);
  const causes = new Set<string>();
  const byArrival = arrows
    .filter(({ diesUs, arriveUs }) => diesUs === null && arriveUs <= lastUs)
    .sort((a, b) => b.arriveUs - a.arriveUs);
  for (const arrow of byArrival) {
    const until = untilUs.get(arrow.to);
    if (arrow.key === key || until === undefined || arrow.arriveUs > until) continue;
    causes.add(arrow.key);
    untilUs.set(arrow.from, Math.max(untilUs.get(arrow.from) ?? 0, arrow.sentUs));
  }
  return causes;
}
