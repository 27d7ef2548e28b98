/** The console line that cuts one server off from all others. */

import type { ParticipantId } from '../../network/address.ts';
import type { EnsembleState } from '../model.ts';

export function cutOffLine(servers: EnsembleState['servers'], id: ParticipantId): string {
  const others = Object.keys(servers).filter((other) => other !== id);
  return `cut ${id} | ${others.join(',')}`;
}
