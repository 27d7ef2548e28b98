/** What is drawn, in words: for titles, the text twin and screen readers. */

import { hexZxid, listOf, plural } from '../../lab/format.ts';
import type { BrokerView, KafkaView, PartitionView, ReplicaView } from '../../lab/kafka.ts';

export const OFFLINE = 'nobody leads';

/** One sentence for the whole. */
export function summaryOf({ brokers, topics }: KafkaView): string {
  const live = brokers.filter(({ isRegistered }) => isRegistered).length;
  const partitions = topics.flatMap((topic) => topic.partitions);
  const offline = partitions.filter((one) => !isLed(one)).length;
  const short = partitions.filter((one) => isUnderReplicated(one)).length;
  const parts = [
    `${live} of ${plural(brokers.length, 'broker')} registered`,
    plural(partitions.length, 'partition'),
    offline > 0 ? `${offline} without a leader` : '',
    short > 0 ? `${short} with replicas out of sync` : '',
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}

export const isLed = ({ state }: PartitionView): boolean => state !== null && state.leader >= 0;

export const isUnderReplicated = ({ state, replicas }: PartitionView): boolean =>
  (state?.isr.length ?? 0) < replicas.length;

export function brokerState({ process, isRegistered }: BrokerView): string {
  if (process === 'paused') return isRegistered ? 'paused' : 'paused, session over';
  if (process === 'up') return isRegistered ? 'up' : 'up, not registered';
  return isRegistered ? 'down, session alive' : 'down';
}

/** `leader, in sync, 12 records` */
export function replicaText(replica: ReplicaView): string {
  const { broker, isLeader, isInSync, isLive, isZombie, change, endOffset, leaderEpoch } = replica;
  const parts = [
    `broker ${broker}`,
    isLeader ? 'leader' : '',
    isInSync ? 'in sync' : 'out of sync',
    isLive ? '' : 'its broker is gone',
    change === null ? '' : `being ${change === 'adding' ? 'added' : 'removed'}`,
    isZombie ? `still believes to lead in epoch ${leaderEpoch}` : '',
    endOffset < 0 ? '' : `log ends at ${endOffset}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function partitionText(view: PartitionView): string {
  const { topic, partition, state, highWatermark, replicas } = view;
  const leader = state === null || state.leader < 0 ? OFFLINE : `broker ${state.leader} leads`;
  const isr = listOf((state?.isr ?? []).map(String));
  const read = highWatermark < 0 ? '' : `, readable up to ${highWatermark}`;
  const each = replicas.map(replicaText).join('; ');
  const epoch = state?.leaderEpoch ?? '–';
  return `${topic}-${partition}: ${leader}, epoch ${epoch}, in sync ${isr}${read}. ${each}.`;
}

export const epochTitle = (epoch: number): string =>
  `Broker epoch: the zxid ${hexZxid(epoch)} that created its znode`;
