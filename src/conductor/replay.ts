/**
 * The same run again, up to a moment, from what determines it. (The lab does so in slices, to be
 * able to stop on the way.)
 */

import type { StampedAction } from './actions.ts';
import { Conductor, type OnTrace } from './Conductor.ts';
import type { EnsembleConfig } from './config.ts';
import type { ParticipantHost } from './ParticipantHost.ts';

/** Everything up to and including `untilUs`; `host` is a fresh one. Later actions are left out. */
export async function replay(
  config: EnsembleConfig,
  actions: readonly StampedAction[],
  untilUs: number,
  host: ParticipantHost,
  onTrace: OnTrace,
): Promise<Conductor> {
  const conductor = new Conductor(config, host, onTrace);
  for (const stamped of actions) if (stamped.atUs <= untilUs) conductor.schedule(stamped);
  await conductor.advanceTo(untilUs);
  return conductor;
}
