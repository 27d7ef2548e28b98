/** What holds of every codec of this folder. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../base/bytes.ts';
import type { Codec } from './codec.ts';
import { decode, decodePrefix, encode } from './codec.ts';
import { WatcherEvent } from './events.ts';
import { MultiReadRequest, MultiRequest, MultiResponse } from './multi.ts';
import type { PeerState } from './notification.ts';
import { decodeNotification, encodeNotification } from './notification.ts';
import { OpCode } from './opcodes.ts';
import * as quorum from './quorumPackets.ts';
import * as records from './records.ts';
import type { RequestName } from './requests.ts';
import { decodeRequest, encodeRequest, requestCodecs, responseCodecs } from './requests.ts';
import { Stat, StatPersisted } from './stat.ts';
import { arbitraryOf } from './testing/arbitraryOf.ts';
import { TxnCodec } from './txns.ts';
import { asZxid } from './zxid.ts';

const isCodec = (value: unknown): value is Codec<unknown> =>
  typeof value === 'object' && value !== null && 'read' in value && 'schema' in value;

const exported: Record<string, unknown> = {
  ...records,
  ...quorum,
  ...{ Stat, StatPersisted, WatcherEvent, TxnCodec },
  ...{ MultiRequest, MultiReadRequest, MultiResponse },
};
const codecs = Object.entries(exported).flatMap(([name, value]) =>
  isCodec(value) ? [[name, value] as const] : [],
);

const RUNS = { numRuns: 30 };

describe.each(codecs)('%s', (_name, codec) => {
  const values = arbitraryOf(codec);

  it('comes back as it went', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(codec, value);
        expect(decodePrefix(codec, bytes)).toEqual({
          ok: true,
          value: { value, consumed: bytes.length },
        });
      }),
      RUNS,
    );
  });

  it('is an error or a shorter value when cut, never a throw', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, seed) => {
        const bytes = encode(codec, value);
        const cut = bytes.subarray(0, seed % (bytes.length + 1));
        const result = decodePrefix(codec, cut);
        if (result.ok) expect(encode(codec, result.value.value).length).toBeLessThan(MAX_GROWTH);
        else expect(result.error.offset).toBeLessThanOrEqual(cut.length);
      }),
      RUNS,
    );
  });

  it('never throws at bytes that were changed or made up', () => {
    const changed = fc.tuple(values, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }));
    const spoilt = changed.map(([value, changes]) => {
      const bytes = encode(codec, value);
      for (const [at, b] of changes) if (bytes.length > 0) bytes[at % bytes.length] = b;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 80 })), (bytes) => {
        const result = decode(codec, bytes);
        if (!result.ok) expect(result.error.message).not.toBe('');
      }),
      RUNS,
    );
  });
});

/** What a cut example can become when the missing end has a default. */
const MAX_GROWTH = 4096;

describe('every codec', () => {
  it('was found', () => {
    expect(codecs.length).toBeGreaterThan(45);
  });
});

describe('requests', () => {
  const names = Object.keys(requestCodecs) as RequestName[];

  it.each(names)('%s is found by its opcode', (type) => {
    fc.assert(
      fc.property(arbitraryOf(requestCodecs[type] as Codec<object>), fc.integer(), (body, xid) => {
        const request = { type, ...body } as Parameters<typeof encodeRequest>[1];
        const bytes = encodeRequest(xid, request);
        const header = decodePrefix(records.RequestHeader, bytes);
        expect(header).toEqual({
          ok: true,
          value: {
            value: { xid, type: OpCode[type] },
            consumed: records.REQUEST_HEADER_BYTES,
          },
        });
        const rest = bytes.subarray(records.REQUEST_HEADER_BYTES);
        expect(decodeRequest(OpCode[type], rest)).toEqual({ ok: true, value: request });
      }),
      { numRuns: 10 },
    );
  });

  it('of clients have a response each', () => {
    const internal = ['createSession', 'deleteContainer', 'check'];
    expect(Object.keys(responseCodecs)).toEqual(names.filter((name) => !internal.includes(name)));
  });
});

describe('notification', () => {
  const states = fc.constantFrom<PeerState>('LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING');
  const long = fc.oneof(fc.maxSafeInteger(), fc.constant(-(2 ** 63)));
  const notifications = fc.record(
    {
      state: states,
      leader: long,
      zxid: long.map(asZxid),
      electionEpoch: long,
      peerEpoch: long,
      config: fc.string(),
    },
    { noNullPrototype: true },
  );

  it('comes back as it went; trailing bytes do not matter', () => {
    fc.assert(
      fc.property(notifications, fc.uint8Array(), (n, more) => {
        const bytes = concatBytes(encodeNotification(n), more);
        expect(decodeNotification(bytes)).toEqual({ ok: true, value: { ...n, version: 2 } });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const result = decodeNotification(bytes);
        if (bytes.length < 28) expect(result.ok).toBe(false);
      }),
    );
  });
});
