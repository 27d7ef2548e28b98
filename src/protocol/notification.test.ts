import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../base/bytes.ts';
import { decodeNotification, encodeNotification } from './notification.ts';
import { MIN_LONG, makeZxid, NO_ZXID } from './zxid.ts';

const LEADER_3 = '0000000000000003';
const ZXID = '0000000500000007';
const CLOCK_2 = '0000000000000002';
const EPOCH_6 = '0000000000000006';
const vote = { state: 'LEADING', leader: 3, zxid: makeZxid(5, 7), electionEpoch: 2 } as const;

describe('notification', () => {
  it('is 44 bytes and the configuration', () => {
    const bytes = encodeNotification({ ...vote, peerEpoch: 6, config: 'version=0' });
    expect(toHex(bytes)).toBe(
      `00000002${LEADER_3}${ZXID}${CLOCK_2}${EPOCH_6}0000000200000009${'76657273696f6e3d30'}`,
    );
  });

  it('of 28 bytes has the epoch of its zxid', () => {
    expect(decodeNotification(fromHex(`00000002${LEADER_3}${ZXID}${CLOCK_2}`))).toEqual({
      ok: true,
      value: { ...vote, peerEpoch: 5, version: 0, config: null },
    });
  });

  it('of 40 bytes has no version', () => {
    const bytes = fromHex(`00000002${LEADER_3}${ZXID}${CLOCK_2}${EPOCH_6}00000002`);
    expect(decodeNotification(bytes)).toEqual({
      ok: true,
      value: { ...vote, peerEpoch: 6, version: 0, config: null },
    });
  });

  it('of version 1 has no configuration', () => {
    const bytes = fromHex(`00000002${LEADER_3}${ZXID}${CLOCK_2}${EPOCH_6}0000000100000000`);
    expect(decodeNotification(bytes)).toEqual({
      ok: true,
      value: { ...vote, peerEpoch: 6, version: 1, config: null },
    });
  });

  it.each(['ffffffff', '0000000a', '7fffffff'])('refuses configuration length %s', (length) => {
    const head = `00000002${LEADER_3}${ZXID}${CLOCK_2}${EPOCH_6}00000002`;
    expect(decodeNotification(fromHex(`${head}${length}00`)).ok).toBe(false);
  });

  it('refuses an unknown state', () => {
    expect(decodeNotification(fromHex(`00000004${LEADER_3}${ZXID}${CLOCK_2}`))).toMatchObject({
      ok: false,
      error: { reason: 'badValue', offset: 0 },
    });
  });

  it('carries what a non-voter proposes and what a server without data proposes', () => {
    const none = { ...vote, leader: MIN_LONG, peerEpoch: MIN_LONG, zxid: NO_ZXID, config: '' };
    expect(decodeNotification(encodeNotification(none))).toEqual({
      ok: true,
      value: { ...none, version: 2 },
    });
  });
});
