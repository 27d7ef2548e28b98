/** What people ask of a controller through znodes, and what they get wrong. */

import { describe, expect, test } from 'vitest';
import { hostOf, KafkaBench, TOOLS } from './testing/KafkaBench.ts';

const statePath = (partition: number): string =>
  `/brokers/topics/orders/partitions/${partition}/state`;

const link = (from: string, to: string, cut: boolean) => [
  { from, to, cut },
  { from: to, to: from, cut },
];

describe('what people ask for', () => {
  test('moving replicas: added first, then the old ones go', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 1, 2);
    await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'kept' });
    await bench.act({ type: 'setLinks', changes: link(hostOf(1), hostOf(3), true) });
    const move = { topic: 'orders', partition: 0, replicas: [3, 2] };
    await bench.must(TOOLS, 'kafkaReassign', move);
    await bench.run(1_000);
    expect(await bench.get('/admin/reassign_partitions')).toBe(
      '{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[3,2]}]}',
    );
    expect(await bench.get('/brokers/topics/orders')).toContain(
      '"partitions":{"0":[3,2,1]},"adding_replicas":{"0":[3]},"removing_replicas":{"0":[1]}',
    );
    expect((await bench.call(TOOLS, 'kafkaReassign', move)).error).toContain('is there already');
    await bench.act({ type: 'heal' });
    await bench.run(8_000);
    expect(await bench.get('/brokers/topics/orders')).toContain(
      '"partitions":{"0":[3,2]},"adding_replicas":{},"removing_replicas":{}',
    );
    expect(await bench.get('/admin/reassign_partitions')).toBe(null);
    const after = await bench.stateOf('orders');
    expect(after).toMatchObject({ leader: 3 });
    expect(new Set(after['isr'] as readonly number[])).toEqual(new Set([2, 3]));
    expect(await bench.values('orders')).toEqual(['kept']);
    const gone = bench.notes('replica').filter(({ role }) => role === 'deleted');
    expect(gone).toMatchObject([{ broker: 1, topic: 'orders' }]);
  });

  test('a move goes on under the next controller', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 1, 1);
    await bench.act({ type: 'setLinks', changes: link(hostOf(1), hostOf(3), true) });
    await bench.must(TOOLS, 'kafkaReassign', { topic: 'orders', partition: 0, replicas: [3] });
    await bench.run(1_000);
    await bench.must(TOOLS, 'delete', { path: '/controller' });
    await bench.run(1_000);
    await bench.act({ type: 'heal' });
    await bench.run(8_000);
    expect(await bench.get('/controller_epoch')).toBe('2');
    expect(await bench.stateOf('orders')).toMatchObject({ leader: 3, isr: [3] });
    expect(await bench.get('/admin/reassign_partitions')).toBe(null);
  });

  test('the preferred leader gets its partition back', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 1, 2);
    await bench.kill(1);
    await bench.run(8_000);
    await bench.restart(1);
    await bench.run(6_000);
    expect(await bench.stateOf('orders')).toMatchObject({ leader: 2, isr: [2, 1] });
    const asked = { topic: 'orders', partition: 0, type: 'preferred' };
    await bench.must(TOOLS, 'kafkaElect', asked);
    await bench.run(1_000);
    expect(await bench.stateOf('orders')).toMatchObject({
      leader: 1,
      leader_epoch: 2,
      isr: [2, 1],
    });
    expect(await bench.get('/admin/preferred_replica_election')).toBe(null);
  });

  test('controlled shutdown hands over before it leaves', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 3, 2);
    await bench.must(hostOf(2), 'kafkaShutdown');
    expect(await bench.get('/brokers/ids/2')).toBe(null);
    expect(await bench.stateOf('orders', 1)).toMatchObject({
      leader: 3,
      leader_epoch: 1,
      isr: [3],
    });
    expect(await bench.stateOf('orders', 0)).toMatchObject({ leader: 1, isr: [1] });
    // The controller itself too.
    await bench.must(hostOf(1), 'kafkaShutdown');
    await bench.run(2_000);
    expect(await bench.controller()).toBe(3);
    expect(await bench.stateOf('orders', 2)).toMatchObject({ leader: 3, isr: [3] });
  });

  test('a deleted topic waits for all its replicas, then everything goes', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 2, 2);
    await bench.kill(2);
    await bench.run(8_000);
    await bench.must(TOOLS, 'kafkaDeleteTopic', { topic: 'orders' });
    await bench.run(1_000);
    expect(await bench.get('/admin/delete_topics/orders')).toBe('');
    expect(await bench.get('/brokers/topics/orders')).not.toBe(null);
    await bench.restart(2);
    await bench.run(4_000);
    for (const path of ['/brokers/topics', '/admin/delete_topics', '/config/topics']) {
      expect(await bench.get(`${path}/orders`)).toBe(null);
    }
    // A new topic of that name begins empty.
    await bench.createTopic('orders', 2, 2);
    expect(await bench.values('orders')).toEqual([]);
  });
});

describe('bad input', () => {
  test('harms nobody else', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 2, 2);
    const create = (path: string, data: string) => bench.must(TOOLS, 'create', { path, data });
    await create('/brokers/topics/bad', '{"partitions":');
    await create('/brokers/topics/worse', '{"version":3,"partitions":{"0":["x"]}}');
    await create('/brokers/ids/x', 'no broker');
    await create('/brokers/ids/7', 'no JSON');
    await create('/admin/delete_topics/none', '');
    await create('/isr_change_notification/isr_change_0000000099', 'rubbish');
    await create('/config/changes/config_change_0000000099', '[]');
    await create('/admin/preferred_replica_election', '{"partitions":7}');
    await create(
      '/admin/reassign_partitions',
      '{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[1,9]},' +
        '{"topic":"none","partition":0,"replicas":[1]}]}',
    );
    await bench.run(3_000);
    const problems = bench.notes('problem').map(({ message }) => String(message));
    for (const words of [
      '/brokers/topics/bad: this is no JSON',
      '/brokers/topics/worse: partitions.0 is no list of broker ids',
      '/brokers/ids/7: this is no JSON',
      'isr_change_0000000099: this is no JSON',
      'config_change_0000000099: this is no JSON object',
      'preferred_replica_election: partitions is no list',
      'cannot move orders-0 to 1, 9: broker 9 is not alive',
      'cannot move none-0 to 1: there is no such partition',
    ]) {
      expect(
        problems.some((message) => message.includes(words)),
        words,
      ).toBe(true);
    }
    for (const path of [
      '/admin/delete_topics/none',
      '/admin/preferred_replica_election',
      '/admin/reassign_partitions',
    ]) {
      expect(await bench.get(path)).toBe(null);
    }
    await bench.must(TOOLS, 'set', { path: statePath(1), data: 'rubbish' });
    await bench.kill(1);
    await bench.run(9_000);
    expect(await bench.stateOf('orders', 0)).toMatchObject({ leader: 2, isr: [2] });
    expect(await bench.get(statePath(1))).toBe('rubbish');
    const described = await bench.must(TOOLS, 'kafkaDescribe', { topic: 'orders' });
    expect(described).toMatchObject([{ problem: expect.stringContaining('this is no JSON') }]);
  });

  test('a malformed epoch stops elections until it is mended', async () => {
    const bench = await KafkaBench.start();
    await bench.must(TOOLS, 'set', { path: '/controller_epoch', data: 'x' });
    await bench.must(TOOLS, 'delete', { path: '/controller' });
    await bench.run(3_000);
    expect(await bench.controller()).toBe(-1);
    expect(bench.notes('problem')).not.toEqual([]);
    await bench.must(TOOLS, 'set', { path: '/controller_epoch', data: '41' });
    await bench.run(3_000);
    expect(await bench.get('/controller_epoch')).toBe('42');
    expect(await bench.controller()).toBeGreaterThan(0);
  });
});
