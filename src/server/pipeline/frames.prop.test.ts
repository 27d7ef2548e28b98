/** Whatever bytes a client sends, the server answers or closes, and serves others on. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import { OpCode } from '../../protocol/opcodes.ts';
import type { ClientRequest } from '../../protocol/requests.ts';
import { encodeRequest } from '../../protocol/requests.ts';
import { OPEN } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const opcode = fc.oneof(fc.constantFrom(...Object.values(OpCode)), fc.integer());

const garbage = fc
  .record({ xid: fc.integer(), opcode, body: fc.uint8Array({ maxLength: 60 }) })
  .map(({ xid, opcode, body }) => {
    const w = new JuteWriter();
    w.int(xid);
    w.int(opcode);
    w.raw(body);
    return w.toBytes();
  });

const path = fc.oneof(fc.constantFrom('/', '', '/a', '/a/', '/a/b', 'x'), fc.string());
const int = fc.oneof(fc.integer({ min: -3, max: 7 }), fc.integer());
const data = fc.option(fc.uint8Array({ maxLength: 8 }));
const acl = fc.oneof(fc.constant(OPEN), fc.constant(null), fc.constant([]));

const wellFormed: fc.Arbitrary<ClientRequest> = fc.oneof(
  fc.record({ type: fc.constant('create' as const), path, data, acl, flags: int }),
  fc.record({ type: fc.constant('createTTL' as const), path, data, acl, flags: int, ttl: int }),
  fc.record({ type: fc.constant('delete' as const), path, version: int }),
  fc.record({ type: fc.constant('setData' as const), path, data, version: int }),
  fc.record({ type: fc.constant('setACL' as const), path, acl, version: int }),
  fc.record({ type: fc.constant('getData' as const), path, watch: fc.boolean() }),
  fc.record({ type: fc.constant('getChildren2' as const), path, watch: fc.boolean() }),
  fc.record({ type: fc.constant('addWatch' as const), path, mode: int }),
  fc.record({ type: fc.constant('removeWatches' as const), path, watcherType: int }),
  fc.record({ type: fc.constant('getAllChildrenNumber' as const), path }),
);

/** A well-formed request with some bytes changed or cut off. */
const mutated = fc
  .record({
    request: wellFormed,
    at: fc.nat(80),
    byte: fc.integer({ min: 0, max: 255 }),
    cut: fc.nat(80),
  })
  .map(({ request, at, byte, cut }) => {
    const bytes = encodeRequest(1, request);
    if (at < bytes.length) bytes[at] = byte;
    return bytes.slice(0, Math.max(0, bytes.length - Math.max(0, cut - 40)));
  });

const frame = fc.oneof(
  garbage,
  mutated,
  fc.uint8Array({ maxLength: 40 }),
  wellFormed.map((r) => encodeRequest(1, r)),
);

it('answers or closes, on a leader and on a follower', () => {
  const check = (sid: number, frames: readonly Uint8Array[]) => {
    const ensemble = new TestEnsemble(2);
    const server = ensemble.server(sid);
    const witness = server.connect();
    const c = server.connect();
    for (const bytes of frames) {
      if (c.isClosed) break;
      const before = c.replyCount;
      c.raw(bytes);
      expect(c.isClosed || c.replyCount === before + 1).toBe(true);
    }
    expect(witness.create('/witness')).toBe('/witness');
    const [leader, follower] = ensemble.servers;
    expect(leader?.database.tree.digest()).toBe(follower?.database.tree.digest());
    const last = ensemble.leader.database.committedLog.at(-1);
    expect(last?.txn.digest?.treeDigest).toBe(leader?.database.tree.digest());
  };
  fc.assert(fc.property(fc.constantFrom(1, 2), fc.array(frame, { maxLength: 12 }), check), {
    numRuns: 300,
  });
});

it('takes any first frame', () => {
  const { leader } = new TestEnsemble();
  const check = (bytes: Uint8Array) => {
    const c = leader.open();
    c.raw(bytes);
    expect(c.isClosed || c.connectResponse !== null).toBe(true);
    c.disconnect();
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), check));
});
