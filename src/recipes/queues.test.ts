import { describe, expect, test } from 'vitest';
import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import type { ClientContext, Command } from '../client/ClientContext.ts';
import { DistributedQueue } from './DistributedQueue.ts';
import { decodeItems, encodeItems } from './queueItems.ts';
import { inOrder, queueName } from './queueNames.ts';
import { SimpleQueue } from './SimpleQueue.ts';
import { benchWith, childrenOf, cutAt, done } from './testing/recipeBench.ts';

const PATH = '/queue/a';

describe('names and items', () => {
  test('items are as Curator writes them', () => {
    const bytes = encodeItems([utf8Encode('ab'), new Uint8Array()]);
    expect([...bytes]).toEqual([0, 1, 0, 1, 1, 0, 0, 0, 2, 97, 98, 1, 0, 0, 0, 0, 2]);
    expect(decodeItems(bytes)?.map((item) => utf8Decode(item))).toEqual(['ab', '']);
  });

  test('what is no item is told apart', () => {
    const whole = encodeItems([utf8Encode('ab')]);
    for (let end = 0; end < whole.length; end++) {
      expect(decodeItems(whole.slice(0, end))).toBe(null);
    }
    expect(decodeItems(new Uint8Array([...whole, 2]))).toBe(null);
    expect(decodeItems(null)).toBe(null);
    expect(decodeItems(new Uint8Array([0, 1, 0, 1, 1, 255, 255, 255, 255, 2]))).toBe(null);
  });

  test('names sort by priority and by time', () => {
    expect(queueName({ priority: 5 })).toBe('queue-100000005');
    expect(queueName({ priority: -1 })).toBe('queue-0FFFFFFFF');
    expect(queueName({ dueMs: 255 })).toBe('queue-|000000FF|');
    const names = [7, 0, -3, 2 ** 31 - 1, -(2 ** 31)].map((priority, i) => ({
      priority,
      name: `${queueName({ priority })}000000000${i}`,
    }));
    const sorted = inOrder(names.map(({ name }) => name)).map(
      ({ name }) => names.find((one) => one.name === name)?.priority,
    );
    expect(sorted).toEqual([-(2 ** 31), -3, 0, 7, 2 ** 31 - 1]);
    expect(inOrder(['queue-x', '_c_1-receipt', 'queue-0000000001'])).toEqual([
      { name: 'queue-0000000001', dueMs: 0 },
    ]);
  });
});

describe('a queue', () => {
  test('gives items in order, each to one client', async () => {
    const bench = await benchWith(['C1', 'C2', 'C3']);
    for (const data of ['a', 'b', 'c']) await done(bench, 'C1', 'queuePut', { path: PATH, data });
    const taken: unknown[] = [];
    for (const client of ['C2', 'C3', 'C2']) {
      taken.push(await done(bench, client, 'queueTake', { path: PATH }));
    }
    expect(taken).toMatchObject([{ data: 'a' }, { data: 'b' }, { data: 'c' }]);
    const none = { path: PATH, timeoutMs: 100 };
    expect(await done(bench, 'C2', 'queueTake', none, 300)).toBe(null);
    const waiting = bench.tell('C3', 'queueTake', { path: PATH });
    await bench.run(50);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'd' });
    expect(bench.result('C3', waiting)?.data).toMatchObject({ data: 'd' });
    expect(await childrenOf(bench, 'C1', PATH)).toEqual([]);
  });

  test('with priorities gives the lowest first', async () => {
    const bench = await benchWith(['C1']);
    for (const [priority, data] of [
      [5, 'late'],
      [-1, 'first'],
      [0, 'second'],
    ] as const) {
      await done(bench, 'C1', 'queuePut', { path: PATH, data, priority });
    }
    const taken: unknown[] = [];
    for (let i = 0; i < 3; i++) taken.push(await done(bench, 'C1', 'queueTake', { path: PATH }));
    expect(taken).toMatchObject([{ data: 'first' }, { data: 'second' }, { data: 'late' }]);
  });

  test('with delays gives nothing before its time', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'slow', delayMs: 1000 });
    const waiting = bench.tell('C2', 'queueTake', { path: PATH });
    await bench.run(500);
    expect(bench.result('C2', waiting)).toBe(null);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'fast', delayMs: 100 });
    await bench.run(100);
    expect(bench.result('C2', waiting)?.data).toMatchObject({ data: 'fast' });
  });

  test('leaves alone what somebody else put into its directory', async () => {
    const bench = await benchWith(['C1']);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'a' });
    await done(bench, 'C1', 'create', { path: `${PATH}/stranger`, data: 'x' });
    await done(bench, 'C1', 'create', { path: `${PATH}/queue-0000000000`, data: 'no item' });
    expect(await done(bench, 'C1', 'queueTake', { path: PATH })).toMatchObject({ data: 'a' });
    expect(await childrenOf(bench, 'C1', PATH)).toEqual(['queue-0000000000', 'stranger']);
  });

  test.each(['request', 'answer'] as const)(
    'takes in an item once though the %s of its put was lost',
    async (at) => {
      const bench = await benchWith(['C1', 'C2']);
      const { wasCut } = cutAt(bench, 'C1', 'multi', at);
      bench.tell('C1', 'queuePut', { path: PATH, data: 'a' });
      await bench.run(5000);
      expect(wasCut()).toBe(true);
      expect(await childrenOf(bench, 'C2', PATH)).toHaveLength(1);
    },
  );

  test('gives an item though the answer to its delete was lost', async () => {
    const bench = await benchWith(['C1', 'C2']);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'a' });
    const { wasCut } = cutAt(bench, 'C2', 'multi', 'answer');
    const taken = await done(bench, 'C2', 'queueTake', { path: PATH }, 5000);
    expect(wasCut()).toBe(true);
    expect(taken).toMatchObject({ data: 'a' });
  });
});

describe('consumers', () => {
  const locked = { path: PATH, lockPath: '/queue/locks', workMs: 1000 };

  test('with locks: what one who dies worked on goes to another', async () => {
    const bench = await benchWith(['C1', 'C2', 'C3']);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'a' });
    await done(bench, 'C2', 'queueConsume', locked);
    await done(bench, 'C3', 'queueConsume', locked);
    await bench.run(200);
    bench.kill('C2');
    await bench.run(8000);
    expect(await done(bench, 'C3', 'queueStop', { path: PATH })).toEqual({ items: ['a'] });
    expect(await childrenOf(bench, 'C1', PATH)).toEqual([]);
    expect(await childrenOf(bench, 'C1', '/queue/locks')).toEqual([]);
  });

  test('without locks: it is lost with the one who took it', async () => {
    const bench = await benchWith(['C1', 'C2', 'C3']);
    await done(bench, 'C1', 'queuePut', { path: PATH, data: 'a' });
    await done(bench, 'C2', 'queueConsume', { path: PATH, workMs: 1000 });
    bench.kill('C2');
    await done(bench, 'C3', 'queueConsume', { path: PATH });
    await bench.run(8000);
    expect(await done(bench, 'C3', 'queueStop', { path: PATH })).toEqual({ items: [] });
  });

  test('put back what they failed to do', async () => {
    const seen: string[] = [];
    const consume: Command = async (context: ClientContext) => {
      const queue = new DistributedQueue(context, PATH, '/queue/locks');
      await queue.consume(async ({ name, items }) => {
        seen.push(`${items.map((item) => utf8Decode(item))}`);
        if (seen.length === 1) throw new Error('no');
        if (seen.length === 3) queue.stop();
        expect(name).toMatch(/^queue-\d{10}$/);
      });
      return null;
    };
    const bench = await benchWith(['C1'], new Map([['failOnce', consume]]));
    for (const data of ['a', 'b']) await done(bench, 'C1', 'queuePut', { path: PATH, data });
    await done(bench, 'C1', 'failOnce');
    expect(seen).toEqual(['a', 'b', 'a']);
  });
});

test('a simple queue offers, peeks, polls and takes', async () => {
  const got: unknown[] = [];
  const word = (element: { readonly data: Uint8Array | null } | null): string | null =>
    element === null ? null : utf8Decode(element.data ?? new Uint8Array());
  const play: Command = async (context) => {
    const queue = new SimpleQueue(context, '/simple');
    got.push(word(await queue.poll()));
    await queue.offer('a');
    await queue.offer('b');
    got.push(word(await queue.peek()), word(await queue.poll()), word(await queue.take()));
    got.push(word(await queue.take({ timeoutMs: 50 })));
    const later = queue.take();
    await queue.offer('c');
    got.push(word(await later));
    await queue.offer('d');
    return null;
  };
  const bench = await benchWith(['C1'], new Map([['play', play]]));
  await done(bench, 'C1', 'play', {}, 500);
  expect(got).toEqual([null, 'a', 'a', 'b', null, 'c']);
  const names = await childrenOf(bench, 'C1', '/simple');
  expect(names.filter((name) => /^qn-\d{10}$/.test(name))).toHaveLength(1);
});
