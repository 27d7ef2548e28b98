/** What the diagram says of the chosen message. */

import { formatClock, formatSpan, plural, shortZxid } from '../../lab/format.ts';
import type { CausalCone } from '../../lab/spacetime/causalCone.ts';
import type { PlacedArrow } from './diagram.ts';

const FATES = { arrived: 'arrived', lost: 'was lost', 'under way': 'arrives' } as const;

export function describeArrow({ arrow, fate }: PlacedArrow, { before, after }: CausalCone): string {
  const { kind, zxid, from, to, sentUs, arriveUs, diesUs } = arrow;
  const name = zxid > 0 ? `${kind} ${shortZxid(zxid)}` : kind;
  const took = formatSpan((diesUs ?? arriveUs) - sentUs);
  const led = `${plural(before.size, 'message')} can have led to it, it to ${after.size}`;
  return `${name}, ${from} to ${to}, sent at ${formatClock(sentUs)}, ${FATES[fate]} after ${took}: ${led}.`;
}
