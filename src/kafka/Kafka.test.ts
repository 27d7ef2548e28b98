/** Scenes on real servers: what Kafka leaves in its znodes, and what happens when things break. */

import { describe, expect, test } from 'vitest';
import { hostOf, KafkaBench, TOOLS } from './testing/KafkaBench.ts';

describe('start', () => {
  test('brokers register, one becomes controller', async () => {
    const bench = await KafkaBench.start();
    const broker = JSON.parse((await bench.get('/brokers/ids/1')) ?? '');
    expect(broker).toEqual({
      version: 5,
      host: 'C2',
      port: 9092,
      endpoints: ['PLAINTEXT://C2:9092'],
      listener_security_protocol_map: { PLAINTEXT: 'PLAINTEXT' },
      jmx_port: -1,
      timestamp: expect.stringMatching(/^\d+$/),
      features: {},
    });
    expect(await bench.controller()).toBe(1);
    expect(await bench.get('/controller_epoch')).toBe('1');
    console.log(bench.steps().join('\n'));
  });

  test('a topic gets leaders', async () => {
    const bench = await KafkaBench.start();
    await bench.createTopic('orders', 3, 2, { 'min.insync.replicas': '2' });
    console.log(await bench.get('/brokers/topics/orders'));
    console.log(await bench.get('/config/topics/orders'));
    console.log(await bench.get('/brokers/topics/orders/partitions/0/state'));
    const sent = await bench.must(TOOLS, 'kafkaProduce', { topic: 'orders', value: 'hello' });
    console.log(sent, bench.steps().join('\n'));
    await bench.run(1000);
    expect(await bench.values('orders')).toEqual(['hello']);
    await bench.kill(1);
    await bench.run(8000);
    console.log(bench.steps().slice(-40).join('\n'));
    console.log(await bench.get('/brokers/topics/orders/partitions/0/state'), hostOf(1));
  });
});
