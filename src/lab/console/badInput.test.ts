/** What cannot be, typed in the console: a clear sentence, and nobody else is harmed. */

import { describe, expect, test } from 'vitest';
import { kafkaOf } from '../kafka.ts';
import { lockQueues } from '../queues.ts';
import { recipePlaces } from '../recipes/recipePlaces.ts';
import { recipeView } from '../recipes/recipeView.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';

async function say({ text }: TestLab, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) await text(line);
  await text('run 2s');
}

const eventsOf = ({ lab }: TestLab): readonly string[] =>
  lab.ensemble.getState().narration.map(({ text }) => text);

describe('recipes', () => {
  test('a path that is a file', async () => {
    const testLab = await startTestLab({ participants: 1 }, 3);
    await say(testLab, 'create -e /file text', 'lock C2 /locks/a');
    const said = 'Ephemerals cannot have children: /file';
    expect(await testLab.run('queue put C3 /file x')).toMatchObject({
      ok: false,
      text: expect.stringContaining(said),
    });
    expect(await testLab.run('barrier set C3 /file/gate')).toMatchObject({
      ok: false,
      text: `${said}/gate`,
    });
    for (const line of [
      'lock C3 /file',
      'elect C3 /file',
      'join C3 /file',
      'count watch C3 /file/n',
    ]) {
      expect(await testLab.run(line), line).toMatchObject({
        ok: false,
        text: expect.stringContaining(said),
      });
    }
    expect(eventsOf(testLab).some((text) => text.includes(`failed: ${said}`))).toBe(true);
    expect(lockQueues(testLab.lab)).toMatchObject([
      { path: '/locks/a', tickets: [{ client: 'C2', believes: true }] },
    ]);
    expect(await testLab.text('get /file')).toBe('text');
  });

  test('a foreign znode in a queue is left alone, and said', async () => {
    const testLab = await startTestLab({ participants: 1 }, 2);
    await say(testLab, 'queue put C1 /jobs one', 'create /jobs/stranger x');
    await say(testLab, 'create /jobs/queue-0000000000 rubbish', 'queue consume C2 /jobs');
    expect(await testLab.text('queue stop C2 /jobs')).toBe(
      'C2 consumes /jobs no more, after [one]',
    );
    expect(await testLab.text('ls /jobs')).toBe('[queue-0000000000, stranger]');
    const [place] = recipePlaces(testLab.lab);
    expect(place && recipeView(testLab.lab, place)).toMatchObject({
      foreignCount: 1,
      items: [{ preview: 'no item' }],
    });
  });
});

describe('Kafka', () => {
  async function startKafka(): Promise<TestLab> {
    const testLab = await startTestLab({ participants: 1 });
    await say(testLab, 'kafka start 3', 'run 3s', 'kafka topic create orders --replicas 2');
    return testLab;
  }

  test('a reassignment to a dead broker changes nothing', async () => {
    const testLab = await startKafka();
    const topics = () => kafkaOf(testLab.lab)?.topics;
    const before = topics();
    expect(await testLab.run('kafka reassign orders 0 9')).toMatchObject({
      ok: false,
      text: 'broker 9 is not alive',
    });
    await say(testLab, 'kafka kill 3', 'run 12s');
    const { ok, text } = await testLab.run('kafka reassign orders 0 3,1');
    expect([ok, text]).toEqual([false, 'broker 3 is not alive']);
    expect(topics()?.[0]?.partitions[0]?.replicas.map(({ broker }) => broker)).toEqual(
      before?.[0]?.partitions[0]?.replicas.map(({ broker }) => broker),
    );
    expect(await testLab.text('kafka produce orders still')).toContain('offset 0');
  });

  test('malformed JSON is said where it is, and other topics go on', async () => {
    const testLab = await startKafka();
    await say(
      testLab,
      'create /brokers/topics/bad \'{"partitions":\'',
      'create /brokers/ids/7 rubbish',
      'set /brokers/topics/orders/partitions/0/state rubbish',
      'kafka topic create fine --replicas 2',
      'kafka kill 3',
      'run 12s',
    );
    const topics = kafkaOf(testLab.lab)?.topics ?? [];
    expect(topics.map(({ topic, problem }) => [topic, problem])).toEqual([
      ['bad', expect.stringContaining('this is no JSON')],
      ['fine', ''],
      ['orders', expect.stringContaining('this is no JSON')],
    ]);
    expect(kafkaOf(testLab.lab)?.problems).toEqual(['/brokers/ids/7: this is no JSON']);
    expect(await testLab.text('kafka produce fine hello')).toContain('offset 0');
    expect(await testLab.text('kafka describe')).toContain('this is no JSON');
    const { ok, text } = await testLab.run('kafka produce bad hello');
    expect([ok, text.split('\n').length]).toEqual([false, 1]);
  });
});
