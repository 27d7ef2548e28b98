import { describe, expect, it } from 'vitest';
import { equalBytes, fromHex, toHex } from '../base/bytes.ts';
import type { Codec } from './codec.ts';
import * as codec from './codec.ts';
import { ConnectRequest } from './records.ts';
import { ZERO_ZXID } from './zxid.ts';

const failure = <T>(c: Codec<T>, hex: string, maxFieldBytes?: number) => {
  const result = codec.decode(c, fromHex(hex), maxFieldBytes);
  return result.ok ? null : result.error;
};

describe('limits', () => {
  it.each([
    ['length below -1', codec.buffer, 'fffffffe', 'unreasonableLength', 0],
    ['length above the limit', codec.ustring, '7fffffff', 'unreasonableLength', 0],
    ['length above what is left', codec.ustring, '0000000261', 'truncated', 4],
    ['count below -1', codec.vector(codec.int), 'fffffffe', 'unreasonableLength', 0],
    ['count above what is left', codec.vector(codec.byte), '7fffffff00', 'truncated', 0],
    ['half an int', codec.int, '0000', 'truncated', 0],
    ['null string', codec.string, 'ffffffff', 'badValue', 0],
    ['null vector', codec.vector(codec.int), 'ffffffff', 'badValue', 0],
    ['long above 2^53', codec.int53, '0020000000000000', 'badValue', 0],
    ['long below -2^53', codec.zxid, 'ffdfffffffffffff', 'badValue', 0],
    ['long next to the least', codec.int53, '8000000000000001', 'badValue', 0],
  ] as const)('%s', (_what, c, hex, reason, offset) => {
    expect(failure(c as Codec<unknown>, hex)).toMatchObject({ reason, offset });
  });

  it('can be set', () => {
    expect(failure(codec.ustring, '0000000461626364', 4)).toBeNull();
    expect(failure(codec.ustring, '0000000461626364', 3)?.reason).toBe('unreasonableLength');
  });
});

describe('values', () => {
  it('keeps null and empty apart', () => {
    expect(toHex(codec.encode(codec.buffer, null))).toBe('ffffffff');
    expect(toHex(codec.encode(codec.buffer, new Uint8Array(0)))).toBe('00000000');
    expect(codec.decode(codec.ustring, fromHex('ffffffff'))).toEqual({ ok: true, value: null });
    expect(codec.decode(codec.ustring, fromHex('00000000'))).toEqual({ ok: true, value: '' });
  });

  it('reads any byte but zero as true', () => {
    expect(codec.decode(codec.bool, fromHex('80'))).toEqual({ ok: true, value: true });
  });

  it.each([
    ['001fffffffffffff', 2 ** 53 - 1],
    ['0020000000000000', 2 ** 53 - 1],
    ['7fffffffffffffff', 2 ** 53 - 1],
    ['8000000000000001', 1 - 2 ** 53],
    ['8000000000000000', -(2 ** 63)],
    ['ffffffffffffffff', -1],
  ])('takes the nearest exact number for %s where any long may come', (hex, value) => {
    expect(codec.decode(codec.anyInt53, fromHex(hex))).toEqual({ ok: true, value });
  });

  it('copies no buffer: it is a view of the frame, wherever that lies', () => {
    const frame = fromHex('ff00000001070000000208ff').subarray(1);
    const result = codec.decode(codec.buffer, frame);
    expect(result).toEqual({ ok: true, value: Uint8Array.of(7) });
    expect(result.ok && result.value?.buffer).toBe(frame.buffer);
  });

  it('keeps whether the readOnly byte was there', () => {
    const request = {
      protocolVersion: 0,
      lastZxidSeen: ZERO_ZXID,
      timeOut: 1,
      sessionId: 0n,
      passwd: null,
    };
    const lengths = [null, false, true].map((readOnly) => {
      const bytes = codec.encode(ConnectRequest, { ...request, readOnly });
      const result = codec.decode(ConnectRequest, bytes);
      expect(result.ok && result.value.readOnly).toBe(readOnly);
      return bytes.length;
    });
    expect(lengths).toEqual([28, 29, 29]);
  });

  it('encodes inside of encoding, after growing, and after a failure', () => {
    const nested: Codec<Uint8Array> = {
      schema: { type: 'buffer' },
      write: (w, value) => w.buffer(codec.encode(codec.buffer, value)),
      read: (r) => r.rest(),
    };
    const large = new Uint8Array(200_000).fill(7);
    for (const value of [large, Uint8Array.of(1), large]) {
      expect(() => codec.encode(codec.int, 0.5)).toThrow();
      expect(equalBytes(codec.encode(nested, value).subarray(8), value)).toBe(true);
    }
  });

  it('asserts what does not fit', () => {
    expect(() => codec.encode(codec.int, 2 ** 31)).toThrow('int');
    expect(() => codec.encode(codec.byte, 128)).toThrow('byte');
    expect(() => codec.encode(codec.long, 2n ** 63n)).toThrow('long');
    expect(() => codec.encode(codec.int53, 2 ** 53)).toThrow('long');
    expect(() => codec.encode(codec.int53, 0.5)).toThrow('long');
  });
});
