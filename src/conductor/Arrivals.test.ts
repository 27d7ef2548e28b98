import { expect, test } from 'vitest';
import { Heap } from '../base/Heap.ts';
import { type Message, NO_BYTES } from '../network/Message.ts';
import { RETRANSMIT_US } from '../network/NetworkStack.ts';
import { Arrivals } from './Arrivals.ts';
import { compareLocal, type LocalEvent } from './localEvents.ts';

function message(id: number, arriveUs: number, from = 'S1', connection = 1): Message {
  const to = 'S9';
  return {
    type: 'frame',
    id,
    from,
    to,
    toIncarnation: 1,
    channel: 'quorum',
    connection,
    arriveUs,
    payload: NO_BYTES,
  };
}

function start(...messages: readonly Message[]) {
  const queue = new Heap<LocalEvent>(compareLocal);
  const arrivals = new Arrivals(queue);
  for (const one of messages) arrivals.add(one);
  /** What comes until then: sender, id and time. */
  const comeUntil = (untilUs: number): string[] => {
    const come: string[] = [];
    for (let next = queue.peek(); next !== undefined && next.atUs <= untilUs; next = queue.peek()) {
      queue.pop();
      if (next.body.what !== 'arrival') continue;
      const { from, id } = next.body.message;
      if (arrivals.hasCome(next.body.message, next.atUs)) come.push(`${from}/${id} ${next.atUs}`);
    }
    return come;
  };
  return { arrivals, comeUntil };
}

test('what is held comes as much later as it stood still; other links go on', () => {
  const { arrivals, comeUntil } = start(message(1, 10), message(2, 14), message(5, 12, 'S2'));
  arrivals.setHeld('S1', true, 5);
  arrivals.setHeld('S1', true, 6);
  expect(comeUntil(100)).toEqual(['S2/5 12']);
  arrivals.setHeld('S1', false, 105);
  expect(comeUntil(1_000)).toEqual(['S1/1 110', 'S1/2 114']);
});

test('a lost message comes later, and what follows on its connection waits for it', () => {
  const later = message(4, 16, 'S1', 2);
  const { arrivals, comeUntil } = start(message(1, 10), message(2, 12), message(3, 14), later);
  expect(arrivals.lose('S1', 2)?.arriveUs).toBe(12 + RETRANSMIT_US);
  const resentUs = 12 + RETRANSMIT_US;
  expect(comeUntil(100)).toEqual(['S1/1 10', 'S1/4 16']);
  arrivals.add(message(6, 150));
  expect(comeUntil(resentUs + 10)).toEqual([
    `S1/2 ${resentUs}`,
    `S1/3 ${resentUs}`,
    `S1/6 ${resentUs}`,
  ]);
  arrivals.add(message(7, resentUs + 20));
  expect(comeUntil(resentUs + 20)).toEqual([`S1/7 ${resentUs + 20}`]);
});

test('a message that is held can be lost', () => {
  const { arrivals, comeUntil } = start(message(1, 10), message(2, 12));
  arrivals.setHeld('S1', true, 5);
  arrivals.lose('S1', 1);
  arrivals.setHeld('S1', false, 1_005);
  const resentUs = 1_010 + RETRANSMIT_US;
  expect(comeUntil(2 * RETRANSMIT_US)).toEqual([`S1/1 ${resentUs}`, `S1/2 ${resentUs}`]);
});

test('what has come, or was never sent, cannot be lost', () => {
  const { arrivals, comeUntil } = start(message(1, 10));
  expect(arrivals.lose('S2', 1)).toBeNull();
  expect(comeUntil(10)).toEqual(['S1/1 10']);
  expect(arrivals.lose('S1', 1)).toBeNull();
});
