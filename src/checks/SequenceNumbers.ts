/**
 * The number of a sequential znode is given once in the life of its parent. Programmer's Guide,
 * "Sequence Nodes".
 */

import type { ParticipantId } from '../network/address.ts';
import { nameOf, parentOf } from '../protocol/paths.ts';
import type { Zxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BoundedMap } from './BoundedMap.ts';
import { BaseCheck, seconds } from './Check.ts';
import { textIn } from './Reads.ts';
import type { Znodes } from './Znodes.ts';

const NUMBERS_MAX = 50_000;
const DIGITS = 10;

export class SequenceNumbers extends BaseCheck {
  readonly id = 'sequenceNumbers';
  readonly title = 'A sequence number is given once';
  private readonly znodes: Znodes;
  private readonly given = new BoundedMap<
    string,
    { readonly path: string; readonly who: ParticipantId; readonly atUs: number }
  >(NUMBERS_MAX);

  constructor(znodes: Znodes) {
    super();
    this.znodes = znodes;
  }

  protected fold(event: TraceEvent): void {
    this.znodes.observe(event);
    if (event.type !== 'operationDone' || event.error !== 0) return;
    const path = textIn(event.result, 'path');
    if (path === undefined || path.length !== event.path.length + DIGITS) return;
    const { who, atUs } = event;
    const parent = parentOf(path);
    const life = this.znodes.at(parent, event.zxid as Zxid)?.znode?.czxid ?? 0;
    const key = `${parent} ${life} ${nameOf(path).slice(-DIGITS)}`;
    const earlier = this.given.get(key);
    if (earlier === undefined) {
      this.given.set(key, { path, who, atUs });
      return;
    }
    const before = `${earlier.who} got ${earlier.path} at ${seconds(earlier.atUs)}`;
    this.fail(event, `${who} gets ${path}, though ${before}`);
  }
}
