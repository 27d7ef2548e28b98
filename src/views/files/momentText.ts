/** What happened at a zxid of a history, in words. */

import type { Moment } from '../../lab/files/FileHistory.ts';
import { plural, shortZxid } from '../../lab/format.ts';

/** `create /app`, `multi of 3 parts`, `snapshot.5`. */
export function momentText({ record, snapshot }: Moment): string {
  if (record === null) return snapshot === null ? '' : `only ${snapshot.name} tells of it`;
  const { body } = record.proposal.txn;
  if (body.type === 'multi') return `multi of ${plural(body.txns.length, 'part')}`;
  return 'path' in body ? `${body.type} ${body.path}` : body.type;
}

/** What a screen reader says of the slider. */
export const spokenMoment = (moment: Moment): string =>
  `${shortZxid(moment.zxid)}: ${momentText(moment)}${moment.isReached ? '' : ', no tree'}`;
