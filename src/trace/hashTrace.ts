/**
 * The hash of a run: every event of the merged trace, in global order, with all that it says. Two
 * runs with the same hash did the same, in whatever engine, with or without workers.
 */

import { AssertionError } from '../base/assert.ts';
import type { Fnv64 } from '../base/fnv.ts';
import type { TraceEvent } from './TraceEvent.ts';

/** So that values of different types never hash alike. */
const TAG = {
  nothing: 0,
  no: 1,
  yes: 2,
  integer: 3,
  fraction: 4,
  text: 5,
  bytes: 6,
  list: 7,
  record: 8,
};

/** Mixes one event into `hash`. Its `type` says which keys it has, so values are enough. */
export function hashTrace(hash: Fnv64, event: TraceEvent): void {
  hashFields(hash, event);
}

function hashFields(hash: Fnv64, event: object): void {
  const fields = event as Readonly<Record<string, unknown>>;
  for (const key in fields) hashValue(hash, fields[key]);
}

function hashValue(hash: Fnv64, value: unknown): void {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) hash.byte(TAG.integer).number(value);
    else hash.byte(TAG.fraction).string(String(value));
  } else if (typeof value === 'string') {
    hash.byte(TAG.text).string(value);
  } else if (typeof value === 'boolean') {
    hash.byte(value ? TAG.yes : TAG.no);
  } else if (value === null) {
    hash.byte(TAG.nothing);
  } else if (value instanceof Uint8Array) {
    hash.byte(TAG.bytes).bytes(value);
  } else if (Array.isArray(value)) {
    hash.byte(TAG.list).int(value.length);
    for (const item of value) hashValue(hash, item);
  } else if (typeof value === 'object') {
    hashRecord(hash, value as Readonly<Record<string, unknown>>);
  } else {
    throw new AssertionError(`a trace event holds a ${typeof value}`);
  }
}

function hashRecord(hash: Fnv64, record: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(record);
  hash.byte(TAG.record).int(keys.length);
  for (const key of keys) {
    hash.string(key);
    hashValue(hash, record[key]);
  }
}
