/** What happened at a zxid of a history, in words. */

import type { Look } from '../../lab/files/FilesReader.ts';
import { plural } from '../../lab/format.ts';

/** `create /app`, `multi of 3 parts`, `only snapshot.5 tells of it`. */
export function momentText({ txn: logged, snapshot }: Look): string {
  if (logged === null) return snapshot === null ? '' : `only ${snapshot} tells of it`;
  const { body } = logged.txn;
  if (body.type === 'multi') return `multi of ${plural(body.txns.length, 'part')}`;
  return 'path' in body ? `${body.type} ${body.path}` : body.type;
}
