import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from './zxid.ts';

const zxids = fc
  .tuple(fc.nat(2 ** 21 - 1), fc.nat(2 ** 32 - 1))
  .map(([epoch, counter]) => ({ epoch, counter, zxid: z.makeZxid(epoch, counter) }));

describe('zxid', () => {
  it('keeps epoch and counter, as a long too', () => {
    fc.assert(
      fc.property(zxids, ({ epoch, counter, zxid }) => {
        expect([z.epochOf(zxid), z.counterOf(zxid)]).toEqual([epoch, counter]);
        expect(z.zxidToLong(zxid)).toBe((BigInt(epoch) << 32n) | BigInt(counter));
        expect(z.zxidFromLong(z.zxidToLong(zxid))).toBe(zxid);
      }),
    );
  });

  it('is ordered by epoch, then by counter', () => {
    fc.assert(
      fc.property(zxids, zxids, (a, b) => {
        const before = a.epoch < b.epoch || (a.epoch === b.epoch && a.counter < b.counter);
        expect(a.zxid < b.zxid).toBe(before);
      }),
    );
  });

  it('prints as in Java', () => {
    expect(z.formatZxid(z.makeZxid(3, 0x12))).toBe('0x300000012');
    expect(z.formatZxid(z.ZERO_ZXID)).toBe('0x0');
    expect(z.formatZxid(z.NO_ZXID)).toBe('0xffffffffffffffff');
  });

  it('asserts its limits', () => {
    expect(() => z.makeZxid(2 ** 21, 0)).toThrow('epoch');
    expect(() => z.makeZxid(-1, 0)).toThrow('epoch');
    expect(() => z.makeZxid(0, 2 ** 32)).toThrow('counter');
    expect(() => z.nextZxid(z.makeZxid(1, 2 ** 32 - 1))).toThrow('counter');
    expect(() => z.zxidFromLong(2n ** 53n)).toThrow('exact');
    expect(z.nextZxid(z.makeZxid(1, 2 ** 32 - 2))).toBe(z.makeZxid(1, 2 ** 32 - 1));
  });
});
