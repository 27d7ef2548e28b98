/** Scenes on real servers: what Kafka leaves in its znodes, and what happens when things break. */

import { describe, expect, test } from 'vitest';
import type { Command } from '../client/ClientContext.ts';
import { setDataOp } from '../client/ops.ts';
import { createKafkaCommands } from './commands.ts';
import { PERSISTENT_PATHS } from './paths.ts';
import { hostOf, KafkaBench, TOOLS } from './testing/KafkaBench.ts';
import { FencedZk } from './Zk.ts';

const state = (leader: number, epoch: number, isr: readonly number[], controllerEpoch = 1) =>
  JSON.stringify({
    controller_epoch: controllerEpoch,
    leader,
    version: 1,
    leader_epoch: epoch,
    isr,
  });

const statePath = (partition: number): string =>
  `/brokers/topics/orders/partitions/${partition}/state`;

const link = (from: string, to: string, cut: boolean) => [
  { from, to, cut },
  { from: to, to: from, cut },
];

describe('start', () => {
  test('brokers register, and the first one becomes controller', async () => {
    const bench = await KafkaBench.start();
    expect(await bench.get('/brokers/ids/1')).toMatch(
      new RegExp(
        '^{"version":5,"host":"C2","port":9092,"endpoints":\\["PLAINTEXT://C2:9092"\\],' +
          '"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"jmx_port":-1,' +
          '"timestamp":"\\d+","features":{}}$',
      ),
    );
    expect(await bench.get('/controller')).toMatch(
      /^{"version":2,"brokerid":1,"timestamp":"\d+","kraftControllerEpoch":-1}$/,
    );
    expect(await bench.get('/controller_epoch')).toBe('1');
    expect(await bench.get('/cluster/id')).toMatch(/^{"version":"1","id":"[\w-]{22}"}$/);
    for (const path of PERSISTENT_PATHS) expect(await bench.get(path)).not.toBe(null);
    const epochs = bench.notes('broker').filter((note) => note['state'] === 'running');
    expect(epochs.map((note) => note['broker'])).toEqual([1, 2, 3]);
    expect(new Set(epochs.map((note) => note['epoch'])).size).toBe(3);
  });

  test('a topic: its znodes, its leaders, its records', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 3, 2, { 'min.insync.replicas': '2' });
    expect(await bench.get('/brokers/topics/orders')).toMatch(
      new RegExp(
        '^{"version":3,"partitions":{"0":\\[1,2\\],"1":\\[2,3\\],"2":\\[3,1\\]},' +
          '"adding_replicas":{},"removing_replicas":{},"topic_id":"[\\w-]{22}"}$',
      ),
    );
    const config = '{"version":1,"config":{"min.insync.replicas":"2"}}';
    expect(await bench.get('/config/topics/orders')).toBe(config);
    expect(await bench.get(statePath(2))).toBe(state(3, 0, [3, 1]));
    const sent = [];
    for (const value of ['a', 'b', 'c', 'd']) {
      sent.push(await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value }));
    }
    expect(sent).toMatchObject([
      { partition: 0, baseOffset: 0 },
      { partition: 1, baseOffset: 0 },
      { partition: 2, baseOffset: 0 },
      { partition: 0, baseOffset: 1 },
    ]);
    await bench.run(1_000);
    expect(await bench.values('orders')).toEqual(['a', 'd', 'b', 'c']);
  });
});

describe('failure', () => {
  test('kill the broker that leads three partitions: the ISR leads, one epoch on', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 9, 2);
    await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'kept', partition: 1 });
    await bench.kill(2);
    await bench.run(9_000);
    for (const partition of [1, 4, 7]) {
      const [first = 0, second = 0] = JSON.parse((await bench.get('/brokers/topics/orders')) ?? '')
        .partitions[partition];
      expect(first).toBe(2);
      expect(await bench.get(statePath(partition))).toBe(state(second, 1, [second]));
    }
    // Led by others, with a follower less or untouched.
    expect(await bench.get(statePath(0))).toBe(state(1, 1, [1]));
    expect(await bench.get(statePath(2))).toBe(state(3, 0, [3, 1]));
    expect(await bench.values('orders')).toEqual(['kept']);
    await bench.restart(2);
    await bench.run(6_000);
    expect(await bench.stateOf('orders', 1)).toMatchObject({ leader: 3, isr: [3, 2] });
  });

  test('kill the controller: the next epoch, and the old one is refused', async () => {
    const stale: Command = async (context) => {
      const body = {
        controllerId: 1,
        controllerEpoch: 1,
        brokerEpoch: 1e15,
        states: [],
        brokers: [],
      };
      const ask = { api: 'LeaderAndIsr', body, text: 'old news', timeoutMs: 1_000 };
      return context.peers.ask(hostOf(2), ask);
    };
    const staleWrite: Command = async (context) => {
      const zk = new FencedZk(context.zk, 1);
      await zk.write([setDataOp('/brokers/topics/orders/partitions/0/state', 'rubbish')]);
      return null;
    };
    const bench = await KafkaBench.start({
      commands: () =>
        new Map([...createKafkaCommands(), ['stale', stale], ['staleWrite', staleWrite]]),
    });
    await bench.createTopic('orders', 1, 2);
    await bench.kill(1);
    await bench.run(9_000);
    expect(await bench.get('/controller_epoch')).toBe('2');
    expect([2, 3]).toContain(await bench.controller());
    expect(await bench.get(statePath(0))).toBe(state(2, 1, [2], 2));
    expect(await bench.call(TOOLS, 'stale')).toMatchObject({
      ok: false,
      error: expect.stringContaining('STALE_CONTROLLER_EPOCH'),
    });
    expect(await bench.call(TOOLS, 'staleWrite')).toMatchObject({
      ok: false,
      error: '/controller_epoch has been written by a newer controller',
    });
    expect(await bench.get(statePath(0))).toBe(state(2, 1, [2], 2));
    await bench.restart(1);
    await bench.run(5_000);
    expect(await bench.get('/controller_epoch')).toBe('2');
    expect(await bench.get(statePath(0))).toBe(state(2, 1, [2, 1], 2));
  });

  test('a paused controller is replaced, and resigns when it wakes up', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 3, 3);
    await bench.act({ type: 'pause', target: hostOf(1) });
    await bench.run(9_000);
    expect(await bench.get('/controller_epoch')).toBe('2');
    const before = bench.notes('controller').length;
    await bench.act({ type: 'resume', target: hostOf(1) });
    await bench.run(6_000);
    expect(bench.notes('controller')[before]).toMatchObject({
      broker: 1,
      epoch: 1,
      isActive: false,
    });
    expect(await bench.get('/controller_epoch')).toBe('2');
    const [, , , again] = bench.notes('broker').filter((note) => note['state'] === 'running');
    expect(again?.['broker']).toBe(1);
    expect(await bench.stateOf('orders', 0)).toMatchObject({ leader: 2, isr: [2, 3, 1] });
  });

  test('a leader that nobody follows any more acknowledges nothing for all', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 1, 2);
    const others = ['S1', hostOf(2), hostOf(3)];
    const cut = (on: boolean) => others.flatMap((other) => link(hostOf(1), other, on));
    // The tools know the leader before they are told of a new one.
    await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'first' });
    await bench.act({ type: 'setLinks', changes: cut(true) });
    const alone = await bench.tell(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'alone' });
    const one = { topic: 'orders', value: 'lost', acks: '1' };
    expect((await bench.call(TOOLS, 'kafkaProduce', one)).ok).toBe(true);
    expect(bench.answerOf(alone)).toBeUndefined();
    await bench.run(9_000);
    // It found the new leader in the end.
    expect(bench.answerOf(alone)).toMatchObject({ ok: true, data: { leaderEpoch: 1 } });
    await bench.act({ type: 'setLinks', changes: cut(false) });
    await bench.run(9_000);
    expect(await bench.values('orders')).toEqual(['first', 'alone']);
    expect(bench.notes('truncated')).toMatchObject([{ broker: 1, endOffset: 1 }]);
    expect(await bench.stateOf('orders')).toMatchObject({ leader: 2, isr: [2, 1] });
  });

  test('a broker that comes back at once is known by its epoch', async () => {
    const bench = await KafkaBench.start({ sessionTimeoutMs: 12_000 });
    await bench.createTopic('orders', 1, 2);
    // The controller hears late, and then sees both the end and the new beginning.
    const late = { from: 'S1', to: hostOf(1), extraLatencyUs: 3_000_000 };
    await bench.act({ type: 'setLinks', changes: [late] });
    const sessionId = bench.sessions.get(hostOf(2)) ?? '';
    await bench.act({ type: 'expireSession', sessionId });
    await bench.run(5_000);
    await bench.act({ type: 'heal' });
    await bench.run(8_000);
    const bounced = bench.steps().filter((step) => step.includes('has a new epoch'));
    expect(bounced).toEqual([expect.stringContaining('/brokers/ids/2: broker 2')]);
    expect(await bench.stateOf('orders')).toMatchObject({
      leader: 1,
      leader_epoch: 1,
      isr: [1, 2],
    });
  });
});

describe('unclean election', () => {
  /** Broker 2 falls behind, then broker 1, which alone has everything, dies. */
  async function onlyTheStaleIsLeft(config: Readonly<Record<string, string>>): Promise<KafkaBench> {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 1, 2, config);
    await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'both' });
    await bench.kill(2);
    await bench.run(8_000);
    await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'only 1' });
    await bench.kill(1);
    await bench.run(8_000);
    await bench.restart(2);
    await bench.run(3_000);
    return bench;
  }

  test('off: nobody leads until the last in sync is back, and nothing is lost', async () => {
    const bench = await onlyTheStaleIsLeft({});
    expect(await bench.stateOf('orders')).toMatchObject({ leader: -1, isr: [1] });
    await bench.restart(1);
    await bench.run(6_000);
    expect(await bench.stateOf('orders')).toMatchObject({ leader: 1, isr: [1, 2] });
    expect(await bench.values('orders')).toEqual(['both', 'only 1']);
    expect(bench.notes('unclean')).toEqual([]);
  });

  test('on: the stale one leads, and what only the other had is lost', async () => {
    const bench = await onlyTheStaleIsLeft({ 'unclean.leader.election.enable': 'true' });
    expect(await bench.stateOf('orders')).toMatchObject({ leader: 2, isr: [2] });
    await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'after' });
    await bench.restart(1);
    await bench.run(6_000);
    expect(await bench.stateOf('orders')).toMatchObject({ leader: 2, isr: [2, 1] });
    expect(await bench.values('orders')).toEqual(['both', 'after']);
    expect(bench.notes('truncated')).toMatchObject([{ broker: 1, records: 1 }]);
    expect(bench.notes('unclean')).toMatchObject([{ topic: 'orders', leader: 2 }]);
  });

  test('chosen later: by the setting, and by a person', async () => {
    const set = await onlyTheStaleIsLeft({});
    const config = [{ name: 'unclean.leader.election.enable', value: 'true' }];
    await set.must(TOOLS, 'kafkaAlterTopic', { topic: 'orders', config });
    await set.run(1_000);
    expect(await set.stateOf('orders')).toMatchObject({ leader: 2, isr: [2] });
    expect(await set.get('/config/changes/config_change_0000000000')).toBe(
      '{"version":2,"entity_path":"topics/orders"}',
    );
    const asked = await onlyTheStaleIsLeft({});
    const where = { topic: 'orders', partition: 0, type: 'unclean' };
    expect(await asked.must(TOOLS, 'kafkaElect', where)).toEqual({ leader: 2 });
    expect((await asked.call(TOOLS, 'kafkaElect', where)).error).toContain('no election needed');
  });
});

describe('in-sync replicas', () => {
  test('the leader drops who lags and takes back who caught up', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 1, 2, { 'min.insync.replicas': '2' });
    await bench.act({ type: 'setLinks', changes: link(hostOf(1), hostOf(2), true) });
    await bench.tell(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'a', acks: '1' });
    await bench.run(6_000);
    expect(await bench.get(statePath(0))).toBe(state(1, 0, [1]));
    const refused = await bench.tell(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'b' });
    await bench.run(3_000);
    expect(bench.answerOf(refused)).toBeUndefined();
    await bench.act({ type: 'heal' });
    await bench.run(6_000);
    expect(await bench.get(statePath(0))).toBe(state(1, 0, [1, 2]));
    expect(bench.answerOf(refused)).toMatchObject({ ok: true });
    expect(await bench.values('orders')).toEqual(['a', 'b']);
    // The controller was told, and has cleared up.
    const listed = await bench.must(TOOLS, 'ls', { path: '/isr_change_notification' });
    expect(listed).toMatchObject({ children: [] });
  });
});
