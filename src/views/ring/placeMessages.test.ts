import { describe, expect, test } from 'vitest';
import { layoutRing } from './geometry.ts';
import { placeMessages } from './placeMessages.ts';
import type { RingMessage, RingPicture } from './RingPicture.ts';

const size = { width: 800, height: 400 };
const layout = layoutRing(size, { participants: ['S1', 'S2', 'S3'], observers: [], clients: [] });
const ring: Pick<RingPicture, 'layout' | 'isStill'> = { layout, isStill: false };

const sent = (key: string, change: Partial<RingMessage> = {}): RingMessage => ({
  key,
  from: 'S1',
  to: 'S2',
  kind: 'PROPOSAL',
  sentUs: 1_000,
  arriveUs: 3_000,
  heldUs: null,
  diesUs: null,
  ...change,
});

const keysAt = (messages: readonly RingMessage[], nowUs: number) =>
  placeMessages(ring, messages, nowUs).messages.map(({ message }) => message.key);

describe('placeMessages', () => {
  test('a message that is held stays where it is', () => {
    const at = (nowUs: number, heldUs: number | null) =>
      placeMessages(ring, [sent('held', { heldUs })], nowUs).messages[0]?.at;
    expect(at(60_000_000, 2_000)).toEqual(at(2_000, null));
    expect(at(60_000_000, 2_000)).not.toEqual(at(2_500, null));
  });

  test('a message is on the ring from its sending to its arrival', () => {
    const messages = [sent('a')];
    expect(keysAt(messages, 999)).toEqual([]);
    expect(keysAt(messages, 1_000)).toEqual(['a']);
    expect(keysAt(messages, 3_000)).toEqual(['a']);
    expect(keysAt(messages, 3_001)).toEqual([]);
  });

  test('it stands where its time stands between the two', () => {
    const [half] = placeMessages(ring, [sent('a')], 2_000).messages;
    expect(half?.at.x).toBeCloseTo(((half?.lane.from.x ?? 0) + (half?.lane.to.x ?? 0)) / 2);
    const still = { ...ring, isStill: true };
    const [early] = placeMessages(still, [sent('a')], 1_300).messages;
    expect(early?.at).toEqual(early?.lane.from);
  });

  test('a lost one stays where it died', () => {
    const lost = [sent('a', { diesUs: 2_000 })];
    const [dying] = placeMessages(ring, lost, 2_000).messages;
    const [dead] = placeMessages(ring, lost, 9_000).messages;
    expect(dead?.at).toEqual(dying?.at);
  });

  test('a crowd on one lane is counted, and only its first are placed', () => {
    const many = Array.from({ length: 9 }, (_, index) => sent(`m${index}`));
    const { messages, crowds } = placeMessages(ring, [...many, sent('b', { to: 'S3' })], 2_000);
    expect(messages).toHaveLength(7);
    expect(crowds.map(({ count }) => count)).toEqual([9]);
  });

  test('nobody who is gone is drawn to', () => {
    expect(keysAt([sent('a', { to: 'S9' })], 2_000)).toEqual([]);
  });
});
