/** The rules in words: how many hold, and what each means. Ids are those of `liveChecks`. */

import { plural } from '../../lab/format.ts';
import type { InvariantView } from '../../lab/model.ts';

export interface InvariantSummary {
  readonly brokenCount: number;
  readonly text: string;
}

export function summarise(invariants: readonly InvariantView[]): InvariantSummary {
  const broken = invariants.filter((invariant) => invariant.state === 'broken');
  if (broken.length === 0) {
    const verb = invariants.length === 1 ? 'holds' : 'hold';
    return { brokenCount: 0, text: `${plural(invariants.length, 'rule')} ${verb}` };
  }
  const [first, ...others] = broken;
  const text =
    others.length === 0 ? `Broken: ${first?.title}` : `${broken.length} rules are broken`;
  return { brokenCount: broken.length, text };
}

const DEFINITIONS: Readonly<Record<string, string>> = {
  leaders: 'At most one server is established as leader of an epoch; it proposes in zxid order.',
  committed:
    'What a quorum has on disk and a client was told stays in the history of every later leader.',
  logs: 'What one server has applied is a beginning of what the other has; same zxid, same tree.',
  order:
    'Servers apply transactions in zxid order, and no client is shown an older state than before.',
  ephemerals:
    'An ephemeral znode is gone when its session has ended, and no sequence number is given twice.',
  answers: 'Each answer fits one history, and a watch fires before its client sees the change.',
};

export const definitionOf = (id: string): string => DEFINITIONS[id] ?? '';
