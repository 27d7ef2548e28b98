import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../base/bytes.ts';
import { encodeSnapshotBody } from '../server/storage/snapshotFile.ts';
import { DataTree } from '../server/tree/DataTree.ts';
import { encode, string } from './codec.ts';
import { MAX_FIELD_BYTES } from './JuteReader.ts';
import { QuorumStream, type QuorumStreamEvent } from './QuorumStream.ts';
import { QuorumPacket, QuorumPacketType } from './quorumPackets.ts';
import { arbitraryOf } from './testing/arbitraryOf.ts';
import { makeZxid } from './zxid.ts';

const SNAPSHOT_BYTES_MAX = 1 << 20;

function split(
  stream: Uint8Array,
  cuts: readonly number[],
  bytesMax = SNAPSHOT_BYTES_MAX,
): QuorumStreamEvent[] {
  const splitter = new QuorumStream(bytesMax);
  const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length];
  ends.sort((a, b) => a - b);
  const events: QuorumStreamEvent[] = [];
  let start = 0;
  for (const end of ends) {
    events.push(...splitter.push(stream.slice(start, end)));
    start = end;
  }
  return events;
}

const packets = arbitraryOf(QuorumPacket)
  .filter(({ type }) => type !== QuorumPacketType.SNAP)
  .map((packet) => encode(QuorumPacket, packet));

const snaps = fc
  .record({
    sessions: fc.array(fc.tuple(fc.bigInt(0n, 99n), fc.nat(9999)), { maxLength: 4 }),
    znodes: fc.uniqueArray(fc.string({ unit: fc.constantFrom(...'abcde'), minLength: 1 }), {
      maxLength: 6,
    }),
    data: fc.option(fc.uint8Array({ maxLength: 9 })),
  })
  .map(({ sessions, znodes, data }) => {
    const tree = new DataTree();
    znodes.forEach((name, i) => {
      const acl = [{ perms: i, id: { scheme: 'digest', id: name } }];
      const zxid = makeZxid(1, i + 1);
      const path = `/${name}`;
      tree.createNode({ path, data, acl, parentCVersion: i, ephemeralOwner: 0n, zxid, time: i });
    });
    const body = encodeSnapshotBody({ tree, sessions: new Map(sessions) });
    const snap = { type: QuorumPacketType.SNAP, zxid: makeZxid(1, 9), data: null, authinfo: null };
    return concatBytes(encode(QuorumPacket, snap), body, encode(string, 'BenWasHere'));
  });

const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe('QuorumStream', () => {
  it('gives the same packets and snapshots however the stream is cut', () => {
    const streams = fc.array(fc.oneof(packets, snaps), { maxLength: 8 });
    fc.assert(
      fc.property(streams, cuts, (parts, where) => {
        const expected = parts.map((bytes) => ({ type: 'packet', bytes }));
        expect(split(concatBytes(...parts), where)).toEqual(expected);
      }),
    );
  });

  it('gives nothing of a packet that is not whole', () => {
    fc.assert(
      fc.property(fc.oneof(packets, snaps), fc.nat(), (bytes, cut) => {
        expect(split(bytes.subarray(0, cut % bytes.length), [])).toEqual([]);
      }),
    );
  });

  it('gives the same events of any bytes, a fault at most once and at the end', () => {
    const pieces = fc.oneof(packets, snaps, fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), cuts, (parts, where) => {
        const stream = concatBytes(...parts);
        const events = split(stream, where);
        expect(events).toEqual(split(stream, []));
        expect(events.slice(0, -1).every(({ type }) => type === 'packet')).toBe(true);
      }),
    );
  });

  it.each([
    ['data that is longer than a field may be', MAX_FIELD_BYTES + 1],
    ['a negative length', -2],
  ])('refuses %s before it has come', (_what, length) => {
    const bytes = encode(QuorumPacket, {
      type: QuorumPacketType.PROPOSAL,
      zxid: makeZxid(1, 1),
      data: null,
      authinfo: null,
    });
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(12, length);
    const error = { reason: 'unreasonableLength' };
    expect(split(bytes, [])).toMatchObject([{ type: 'bad', error }]);
  });

  it('refuses more ids than fit a packet, and a snapshot beyond its limit, as they come', () => {
    const head = { type: QuorumPacketType.REQUEST, zxid: makeZxid(1, 1), data: null };
    const id = { scheme: 'digest', id: 'x'.repeat(100_000) };
    const many = encode(QuorumPacket, { ...head, authinfo: new Array(60).fill(id) });
    expect(split(many, [])).toMatchObject([{ type: 'bad' }]);
    const [snap = new Uint8Array(0)] = fc.sample(snaps, { numRuns: 1, seed: 1 });
    expect(split(snap, [], 60)).toMatchObject([{ type: 'bad' }]);
  });

  it('takes a SNAP of a learner for a packet like others', () => {
    const snap = { type: QuorumPacketType.SNAP, zxid: makeZxid(1, 9), data: null, authinfo: null };
    const bytes = encode(QuorumPacket, snap);
    expect(split(bytes, [], 0)).toEqual([{ type: 'packet', bytes }]);
  });
});
