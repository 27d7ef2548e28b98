/** The parts by themselves: logs, elections, high watermarks, layouts, readers. */

import { describe, expect, test } from 'vitest';
import { Prng } from '../base/prng.ts';
import { utf8Encode } from '../base/utf8.ts';
import { ClientDisk } from '../client/ClientDisk.ts';
import { assignReplicas } from './Admin.ts';
import type { PartitionState } from './api.ts';
import { electLeader, type Strategy } from './leaderElection.ts';
import { Partition } from './Partition.ts';
import { ReplicaLog } from './ReplicaLog.ts';
import { decodeState, decodeTopic, encodeTopic } from './records.ts';

const newDisk = (): ClientDisk =>
  new ClientDisk({ nowMs: 0, random: new Prng(1), emit: () => {}, wake: () => {} });

const record = (leaderEpoch: number, value = 'v') => ({ leaderEpoch, value });

describe('ReplicaLog', () => {
  test('is read back from the disk, without a torn tail', () => {
    const disk = newDisk();
    const log = new ReplicaLog(disk, 'a.log');
    log.append([record(0, 'one'), record(2, 'zwölf\n')]);
    disk.append('a.log', utf8Encode('[2,"to'));
    const again = new ReplicaLog(disk, 'a.log');
    expect(again.endOffset).toBe(2);
    expect(again.read(0, 9, 9)).toEqual([record(0, 'one'), record(2, 'zwölf\n')]);
    again.append([record(3)]);
    expect(new ReplicaLog(disk, 'a.log').latestEpoch).toBe(3);
    again.truncate(1);
    expect(new ReplicaLog(disk, 'a.log').read(0, 9, 9)).toEqual([record(0, 'one')]);
    again.remove();
    expect(new ReplicaLog(disk, 'a.log').endOffset).toBe(0);
  });

  test('knows where epochs end', () => {
    const log = new ReplicaLog(newDisk(), 'a.log');
    expect(log.endOffsetFor(5)).toEqual({ epoch: -1, endOffset: 0 });
    log.append([record(1), record(1), record(4), record(6)]);
    const ends = [0, 1, 2, 4, 5, 6, 9].map((epoch) => log.endOffsetFor(epoch));
    expect(ends.map(({ epoch }) => epoch)).toEqual([-1, 1, 1, 4, 4, 6, 6]);
    expect(ends.map(({ endOffset }) => endOffset)).toEqual([0, 2, 2, 3, 3, 4, 4]);
    expect(() => log.append([record(5)])).toThrow('goes back');
  });
});

describe('leader election', () => {
  const elect = (
    strategy: Strategy,
    replicas: readonly number[],
    isr: readonly number[],
    live: readonly number[],
    going: readonly number[] = [],
  ) => {
    const elected = electLeader(strategy, {
      replicas,
      state: { leader: 0, leaderEpoch: 3, isr, controllerEpoch: 1 },
      isLive: (id) => live.includes(id),
      isShuttingDown: (id) => going.includes(id),
    });
    return elected && [elected.leader, [...elected.isr], elected.isUnclean];
  };

  test('takes the first that is live and in sync', () => {
    expect(elect('offline', [1, 2, 3], [3, 2], [2, 3])).toEqual([2, [3, 2], false]);
    expect(elect('offline', [1, 2, 3], [1, 3], [2, 3])).toEqual([3, [3], false]);
    expect(elect('offline', [1, 2, 3], [1], [2, 3])).toBe(null);
    expect(elect('unclean', [1, 2, 3], [1, 3], [2, 3])).toEqual([3, [3], false]);
    expect(elect('unclean', [1, 2, 3], [1], [3, 2])).toEqual([2, [2], true]);
    expect(elect('unclean', [1, 2], [1], [])).toBe(null);
    expect(elect('reassign', [3, 2], [1, 2, 3], [2, 1])).toEqual([2, [1, 2, 3], false]);
    expect(elect('preferred', [1, 2], [2, 1], [1, 2])).toEqual([1, [2, 1], false]);
    expect(elect('preferred', [1, 2], [2], [1, 2])).toBe(null);
    expect(elect('controlledShutdown', [1, 2, 3], [1, 2, 3], [1, 2, 3], [1])).toEqual([
      2,
      [2, 3],
      false,
    ]);
    expect(elect('controlledShutdown', [1, 2], [1], [1, 2], [1])).toBe(null);
  });
});

describe('Partition', () => {
  const state = (change: Partial<PartitionState> = {}): PartitionState => ({
    topic: 't',
    partition: 0,
    leader: 1,
    leaderEpoch: 0,
    isr: [1, 2],
    controllerEpoch: 1,
    zkVersion: 0,
    replicas: [1, 2, 3],
    ...change,
  });
  const newLeader = (): Partition => {
    const partition = new Partition(1, 't', 0, new ReplicaLog(newDisk(), 't-0.log'));
    partition.apply(state(), 0);
    return partition;
  };

  test('counts as written what everybody in sync has', () => {
    const partition = newLeader();
    expect(partition.append(['a', 'b'])).toBe(0);
    expect(partition.highWatermark).toBe(0);
    partition.onFetch(3, 2, 10);
    expect(partition.highWatermark).toBe(0);
    partition.onFetch(2, 1, 10);
    expect(partition.highWatermark).toBe(1);
    partition.onFetch(2, 2, 20);
    expect(partition.highWatermark).toBe(2);
  });

  test('counts the old and the new ISR until the outcome is known', () => {
    const partition = newLeader();
    partition.onFetch(2, 0, 0);
    partition.onFetch(3, 0, 0);
    const wider = partition.expandedIsr(3);
    expect(wider).toEqual([1, 2, 3]);
    partition.pendingIsr = wider;
    partition.append(['a']);
    partition.onFetch(2, 1, 10);
    expect(partition.highWatermark).toBe(0);
    expect(partition.expandedIsr(3)).toBe(null);
    partition.onFetch(3, 1, 20);
    expect(partition.highWatermark).toBe(1);
  });

  test('drops who has lagged for too long, and not who has everything', () => {
    const partition = newLeader();
    partition.onFetch(2, 0, 100);
    expect(partition.shrunkIsr(60_000)).toBe(null);
    partition.append(['a']);
    expect(partition.shrunkIsr(3_000)).toBe(null);
    expect(partition.shrunkIsr(3_101)).toEqual([1]);
    partition.onIsrWritten([1], 1);
    expect(partition.highWatermark).toBe(1);
  });

  test('old news change nothing', () => {
    const partition = newLeader();
    expect(partition.apply(state({ leaderEpoch: 5, leader: 2 }), 0)).toBe(true);
    expect(partition.apply(state({ leaderEpoch: 5, leader: 1 }), 0)).toBe(false);
    expect(partition.apply(state({ leaderEpoch: 4, leader: 1 }), 0)).toBe(false);
    expect(partition.isLeader).toBe(false);
  });
});

test('replicas go round the brokers', () => {
  expect(assignReplicas([1, 2, 3], 5, 2)).toEqual([
    [1, 2],
    [2, 3],
    [3, 1],
    [1, 3],
    [2, 1],
  ]);
  expect(assignReplicas([4], 2, 1)).toEqual([[4], [4]]);
});

describe('znodes', () => {
  test('a topic survives a round trip', () => {
    const partitions = new Map([
      [0, { replicas: [1, 2, 3], adding: [3], removing: [1] }],
      [1, { replicas: [2], adding: [], removing: [] }],
    ]);
    const record3 = { topicId: 'x', partitions };
    expect(decodeTopic('/t', utf8Encode(encodeTopic(record3)))).toEqual(record3);
  });

  test('what does not fit is said with its path', () => {
    const malformed = [
      '',
      'null',
      '[]',
      '{}',
      '{"leader":"1"}',
      '{"leader":1,"leader_epoch":-1,"isr":[],"controller_epoch":1}',
      '{"leader":1,"leader_epoch":0,"isr":[1.5],"controller_epoch":1}',
      '{"leader":1,"leader_epoch":0,"isr":{},"controller_epoch":1}',
    ];
    for (const text of malformed) {
      expect(() => decodeState('/p', utf8Encode(text))).toThrow(/^\/p: /);
    }
    expect(() => decodeState('/p', null)).toThrow('/p: this is no JSON');
    const topics = ['{"partitions":{"-1":[1]}}', '{"partitions":{"0":[]}}', '{"partitions":{}}'];
    for (const text of [...topics, '{"partitions":{"0":[1,1]}}', '{"partitions":{"0":[1000]}}']) {
      expect(() => decodeTopic('/t', utf8Encode(text))).toThrow(/^\/t: /);
    }
  });
});
