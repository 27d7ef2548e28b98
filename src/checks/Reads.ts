/**
 * Every answer fits the one history: what a client is told of a znode is what it was after the txn
 * that the answer names. With zxids that only grow this is what ZooKeeper promises: linearizable
 * writes, sequentially consistent reads.
 * Source: Programmer's Guide, "Consistency Guarantees"; ZooKeeper (ATC 2010) §2.3.
 */

import type { JsonValue } from '../client/trace.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent, TraceOf } from '../trace/TraceEvent.ts';
import { BaseCheck } from './Check.ts';
import { toldByError, type Znode, type Znodes } from './Znodes.ts';

/** What an answer can tell of a znode. */
const FIELDS = ['czxid', 'mzxid', 'pzxid', 'version'] as const;

export class Reads extends BaseCheck {
  readonly id = 'reads';
  readonly title = 'Every answer fits the one history';
  private readonly znodes: Znodes;

  constructor(znodes: Znodes) {
    super();
    this.znodes = znodes;
  }

  protected fold(event: TraceEvent): void {
    this.znodes.observe(event);
    if (event.type === 'operationDone' && event.zxid > 0) this.judge(event);
  }

  private judge(event: TraceOf<'operationDone'>): void {
    const { path, op, error, result } = event;
    const given = textIn(result, 'path') ?? path;
    const state = this.znodes.at(given, event.zxid as Zxid);
    if (state === undefined) return;
    const { znode } = state;
    const told = toldByError(op, error);
    if (told === 'absent' && znode !== null) {
      this.wrong(event, `there is no ${path}, though there is since ${formatZxid(znode.czxid)}`);
    } else if (told === 'there' && znode === null) {
      this.wrong(event, `there is a ${path}, though it is gone since ${formatZxid(state.since)}`);
    } else if (error === 0) {
      const differs = znode === null ? null : firstDifference(result, znode);
      if (differs !== null) this.wrong(event, `${given} has ${differs}`);
      else if (znode === null && tellsOfZnode(result)) {
        this.wrong(event, `${given} is there, though it is gone since ${formatZxid(state.since)}`);
      }
    }
  }

  private wrong(event: TraceOf<'operationDone'>, what: string): void {
    const zxid = formatZxid(event.zxid as Zxid);
    this.fail(event, `${event.who} is told (${event.op}, ${zxid}) that ${what}`);
  }
}

function firstDifference(result: JsonValue, znode: Znode): string | null {
  for (const field of FIELDS) {
    const told = numberIn(result, field);
    if (told !== undefined && told !== znode[field]) return `${field} ${told}, not ${znode[field]}`;
  }
  return null;
}

function tellsOfZnode(result: JsonValue): boolean {
  return FIELDS.some((field) => numberIn(result, field) !== undefined);
}

function fieldOf(result: JsonValue, key: string): JsonValue | undefined {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return undefined;
  return (result as { readonly [key: string]: JsonValue })[key];
}

export function numberIn(result: JsonValue, key: string): number | undefined {
  const value = fieldOf(result, key);
  return typeof value === 'number' ? value : undefined;
}

export function textIn(result: JsonValue, key: string): string | undefined {
  const value = fieldOf(result, key);
  return typeof value === 'string' ? value : undefined;
}
