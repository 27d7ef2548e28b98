import { describe, expect, test } from 'vitest';
import { kafkaOf } from '../kafka.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { complete } from './complete.ts';

async function startKafka(): Promise<TestLab> {
  const testLab = await startTestLab({ participants: 1 });
  await testLab.text('kafka start 3');
  await testLab.text('run 3s');
  return testLab;
}

const view = ({ lab }: TestLab) => {
  const found = kafkaOf(lab);
  if (found === null) throw new Error('there is no Kafka');
  return found;
};

describe('kafka', () => {
  test('the tour: topic, records, a broker lost and back', async () => {
    const testLab = await startKafka();
    const { text } = testLab;
    expect(view(testLab)).toMatchObject({ controller: 1, controllerEpoch: 1 });
    const create = 'kafka topic create orders --partitions 3 --replicas 2';
    await text(`${create} --config min.insync.replicas=2`);
    await text('run 1s');
    expect(await text('kafka describe orders')).toContain(
      'Topic: orders  Partition: 2  Leader: 3  Replicas: 3,1  Isr: 3,1  LeaderEpoch: 0',
    );
    expect(await text('kafka produce orders hello')).toBe('orders-0 offset 0, acks=all');
    await text('run 1s');
    expect(await text('kafka consume orders')).toBe('0:0  hello');
    expect(await text('kafka kill 1')).toContain('it was the controller');
    await text('run 12s');
    expect(view(testLab)).toMatchObject({ controllerEpoch: 2 });
    expect(view(testLab).topics[0]?.partitions[0]?.state).toMatchObject({ leader: 2, isr: [2] });
    expect(await text('kafka consume orders')).toBe('0:0  hello');
    await text('kafka restart 1');
    await text('run 5s');
    expect(view(testLab).topics[0]?.partitions[0]?.state).toMatchObject({ isr: [2, 1] });
    await text('kafka elect preferred orders 0');
    await text('run 2s');
    expect(view(testLab).topics[0]?.partitions[0]?.state).toMatchObject({ leader: 1 });
    expect(await text('kafka shutdown 1')).toBe('broker 1 has handed over and left');
    await text('run 1s');
    expect(view(testLab).topics[0]?.partitions[0]?.state).toMatchObject({ leader: 2 });
    expect(await text('kafka status')).toContain('broker 1  C2  down, not registered');
  });

  test('reassign, alter, delete, a stream of records', async () => {
    const testLab = await startKafka();
    const { text } = testLab;
    await text('kafka topic create orders --replicas 2');
    await text('kafka produce orders --rate 5');
    await text('run 2s');
    await text('kafka reassign orders 0 2,3');
    await text('run 4s');
    const [partition] = view(testLab).topics[0]?.partitions ?? [];
    expect(partition?.replicas.map(({ broker }) => broker)).toEqual([2, 3]);
    expect(await text('client add')).toContain('C5');
    await text('use C5');
    expect(await text('kafka produce orders --stop')).toMatch(
      /^C1 stops writing to orders: \d+ sent, 0 failed$/,
    );
    await text('use C1');
    await text('kafka topic alter orders --config unclean.leader.election.enable=true');
    expect(await text('kafka describe')).toContain('unclean.leader.election.enable=true');
    await text('kafka topic delete orders');
    await text('run 2s');
    expect(view(testLab).topics).toEqual([]);
    expect(await text('kafka describe')).toBe('There are no topics.');
    await text('kafka stop');
    await text('run 1s');
    expect(view(testLab).brokers.map(({ process }) => process)).toEqual(['down', 'down', 'down']);
    await text('kafka start 3');
    await text('run 3s');
    expect(view(testLab).brokers.map(({ process }) => process)).toEqual(['up', 'up', 'up']);
  });

  test('a paused controller is a zombie until it notices', async () => {
    const testLab = await startKafka();
    const { text } = testLab;
    await text('kafka pause controller');
    await text('run 12s');
    const [first] = view(testLab).brokers;
    expect(first).toMatchObject({ process: 'paused', isRegistered: false, isController: false });
    expect(first?.zombie).toBe('still believes to be controller of epoch 1');
    await text('kafka resume 1');
    await text('run 5s');
    const [back] = view(testLab).brokers;
    expect(back).toMatchObject({ process: 'up', isRegistered: true, reign: null, zombie: '' });
  });

  test('mistakes are said in one line', async () => {
    const { run } = await startKafka();
    const mistakes = [
      'kafka',
      'kafka foo',
      'kafka start 20',
      'kafka kill 9',
      'kafka kill',
      'kafka topic',
      'kafka topic create',
      'kafka topic create bad/name',
      'kafka topic create t --replicas 4',
      'kafka topic create t --config foo=1',
      'kafka topic create t --config x',
      'kafka topic delete none',
      'kafka topic alter none --config min.insync.replicas=1',
      'kafka describe none',
      'kafka reassign none 0 1',
      'kafka reassign none 0 x',
      'kafka elect best none 0',
      'kafka elect unclean none 0',
      'kafka produce none hello',
      'kafka produce none --stop',
      'kafka consume none',
      'kafka restart 1',
    ];
    for (const line of mistakes) {
      const { ok, text } = await run(line);
      expect({ line, ok }).toEqual({ line, ok: false });
      expect(text.split('\n')).toHaveLength(1);
    }
  });

  test('completes words, brokers and topics', async () => {
    const { lab, text } = await startKafka();
    await text('kafka topic create orders');
    expect(complete(lab, 'kafka t').line).toBe('kafka topic ');
    expect(complete(lab, 'kafka kill ').candidates).toEqual(['1', '2', '3', 'controller']);
    expect(complete(lab, 'kafka describe o').line).toBe('kafka describe orders ');
    expect(complete(lab, 'kafka reassign orders 0 2,').candidates).toEqual(['1', '2', '3']);
  });

  test('before there is a broker', async () => {
    const { run, text, lab } = await startTestLab({ participants: 1 });
    expect(await text('kafka status')).toContain('kafka start 3');
    expect((await run('kafka kill 1')).text).toContain('kafka start 3');
    expect(kafkaOf(lab)).toBe(null);
    expect(await text('kafka describe')).toBe('There are no topics.');
  });
});
