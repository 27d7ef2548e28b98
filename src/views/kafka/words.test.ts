import { expect, test } from 'vitest';
import { kafkaOf } from '../../lab/kafka.ts';
import { startTestLab } from '../../lab/testing/testLab.ts';
import { brokerState, partitionText, summaryOf } from './words.ts';

test('fifty partitions on five brokers, in words and in time', async () => {
  const { lab, text } = await startTestLab({ participants: 1 });
  await text('kafka start 5');
  await text('run 4s');
  await text('kafka topic create orders --partitions 50 --replicas 3');
  await text('run 4s');
  await text('kafka produce orders --rate 50');
  await text('run 2s');
  const view = kafkaOf(lab);
  if (view === null) throw new Error('there is no Kafka');
  expect(summaryOf(view)).toBe('5 of 5 brokers registered, 50 partitions.');
  expect(view.brokers.map(({ leads }) => leads)).toEqual([10, 10, 10, 10, 10]);
  // Nothing has changed, so nothing is made anew.
  expect(kafkaOf(lab)).toBe(view);
  await text('kafka kill 2');
  await text('run 1s');
  const [, second] = kafkaOf(lab)?.brokers ?? [];
  expect(second && brokerState(second)).toBe('down, session alive');
  await text('run 12s');
  const after = kafkaOf(lab);
  expect(after && summaryOf(after)).toBe(
    '4 of 5 brokers registered, 50 partitions, ' + '30 with replicas out of sync.',
  );
  const partition = after?.topics[0]?.partitions[1];
  expect(partition && partitionText(partition)).toMatch(
    new RegExp(
      '^orders-1: broker 3 leads, epoch 1, in sync 3 and 4, readable up to \\d+\\. ' +
        'broker 2, out of sync, its broker is gone, log ends at \\d+; ' +
        'broker 3, leader, in sync, log ends at \\d+; broker 4, in sync, log ends at \\d+\\.$',
    ),
  );
});
