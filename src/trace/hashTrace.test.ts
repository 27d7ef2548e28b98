import { expect, test } from 'vitest';
import { Fnv64 } from '../base/fnv.ts';
import { asZxid } from '../protocol/zxid.ts';
import { hashTrace } from './hashTrace.ts';
import type { TraceEvent } from './TraceEvent.ts';

function hashOf(...events: readonly TraceEvent[]): string {
  const hash = new Fnv64();
  for (const event of events) hashTrace(hash, event);
  return hash.hex();
}

const logged: TraceEvent = { atUs: 1, who: 'S1', type: 'logged', zxid: asZxid(0x1_0000_0001) };
const done: TraceEvent = {
  atUs: 2,
  who: 'C1',
  type: 'commandDone',
  command: 1,
  ok: true,
  error: '',
  data: { list: [1, 2.5, null, 'x'], flag: false },
};

test('is a fixed number: it is compared across engines', () => {
  expect(hashOf(logged, done)).toBe('d11e726f25da7360');
});

test('depends on every field, and on the order', () => {
  const proposed: TraceEvent = {
    atUs: 1,
    who: 'S1',
    type: 'proposed',
    zxid: asZxid(1),
    txn: new Uint8Array([1, 2]),
  };
  const hashes = [
    hashOf(logged, done),
    hashOf(done, logged),
    hashOf(logged),
    hashOf({ ...logged, atUs: 2 }),
    hashOf({ ...logged, who: 'S2' }),
    hashOf({ ...logged, zxid: asZxid(1) }),
    hashOf({ ...done, data: { list: [1, 2.5, null, 'y'], flag: false } }),
    hashOf({ ...done, data: { list: [1, 2.5, null], flag: false } }),
    hashOf({ ...done, ok: false }),
    hashOf(proposed),
    hashOf({ ...proposed, txn: new Uint8Array([1, 3]) }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
