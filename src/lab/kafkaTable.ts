/**
 * What Kafka's programs tell of themselves, folded from the trace: which client is which broker,
 * who believes to be controller, how long each replica's log is, and what was said last.
 */

import { RingBuffer } from '../base/RingBuffer.ts';
import type { JsonValue } from '../client/trace.ts';
import type { ParticipantId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';

/** Sentences kept. */
export const KAFKA_EVENTS_MAX = 200;
/** Replicas kept, those of deleted topics included; the oldest goes first. */
const REPLICAS_MAX = 4_000;

export interface BrokerNote {
  readonly id: number;
  readonly client: ParticipantId;
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped';
  readonly epoch: number;
}

/** What a replica says of itself. */
export interface ReplicaNote {
  readonly broker: number;
  readonly role: 'leader' | 'follower' | 'stopped' | 'deleted';
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly endOffset: number;
}

export type KafkaTone = 'controller' | 'leader' | 'isr' | 'fault' | 'plain';

export interface KafkaEvent {
  /** Number of the trace event, from 1. */
  readonly index: number;
  readonly atUs: number;
  readonly who: ParticipantId;
  /** Znode that it is about; '' for none. */
  readonly path: string;
  readonly text: string;
  readonly tone: KafkaTone;
}

/** One client that writes a topic all the time. */
export interface WriterNote {
  readonly client: ParticipantId;
  readonly topic: string;
  readonly sent: number;
  readonly failed: number;
  /** It goes on writing. */
  readonly isOn: boolean;
}

type Fields = { readonly [key: string]: JsonValue };

export class KafkaTable {
  readonly brokers = new Map<number, BrokerNote>();
  /** Epoch of the controller that a broker believes to be; none if it does not. */
  readonly reigns = new Map<number, number>();
  /** By `broker topic-partition`. */
  readonly replicas = new Map<string, ReplicaNote>();
  readonly writers = new Map<string, WriterNote>();
  readonly events = new RingBuffer<KafkaEvent>(KAFKA_EVENTS_MAX);
  /** Grows with every change. */
  version = 0;
  #eventCount = 0;

  fold(event: TraceEvent): void {
    this.#eventCount += 1;
    if (event.type === 'note' && event.program === 'kafka') {
      this.#note(event, event.subject, event.data as Fields);
    } else if (event.type === 'step' && event.recipe === 'kafka') {
      this.#say(event, event.path, event.step, toneOf(event.path, event.step));
    } else if (event.type === 'processKilled') {
      for (const { id, client } of this.brokers.values()) {
        if (client === event.target) this.#end(id);
      }
      for (const [key, writer] of this.writers) {
        if (writer.client === event.target) this.writers.set(key, { ...writer, isOn: false });
      }
    }
  }

  #note(event: TraceEvent, subject: string, data: Fields): void {
    this.version += 1;
    switch (subject) {
      case 'broker': {
        const { broker, state, epoch } = data;
        const id = Number(broker);
        const note = { id, client: event.who, epoch: Number(epoch) };
        this.brokers.set(id, { ...note, state: state as BrokerNote['state'] });
        if (state === 'stopped') this.#end(id);
        return;
      }
      case 'controller':
        if (data['isActive'] === true)
          this.reigns.set(Number(data['broker']), Number(data['epoch']));
        else this.reigns.delete(Number(data['broker']));
        return;
      case 'replica':
        return this.#replica(data);
      case 'producer': {
        const { topic, sent, failed, isStopped } = data;
        const writer = { client: event.who, topic: String(topic), isOn: isStopped !== true };
        const counts = { sent: Number(sent), failed: Number(failed) };
        this.writers.set(`${event.who} ${topic}`, { ...writer, ...counts });
        return;
      }
      case 'fenced':
        return this.#say(event, '/controller_epoch', `broker ${data['broker']} is fenced`, 'fault');
      case 'refused':
        return this.#say(
          event,
          '/controller_epoch',
          `broker ${data['broker']} refuses ${data['why']}`,
          'fault',
        );
      default:
        return;
    }
  }

  /** Who does not run believes nothing; its logs stay. */
  #end(broker: number): void {
    this.version += 1;
    this.reigns.delete(broker);
    for (const [key, note] of this.replicas) {
      if (note.broker === broker) this.replicas.set(key, { ...note, role: 'stopped' });
    }
  }

  #replica(data: Fields): void {
    const { broker, topic, partition, role, leader, leaderEpoch, highWatermark, endOffset } = data;
    const key = `${broker} ${topic}-${partition}`;
    if (role === 'deleted') {
      this.replicas.delete(key);
      return;
    }
    const before = this.replicas.get(key);
    const kept = { leader: -1, leaderEpoch: -1, highWatermark: 0, endOffset: 0, ...before };
    const number = (value: JsonValue | undefined, otherwise: number): number =>
      typeof value === 'number' ? value : otherwise;
    this.replicas.set(key, {
      broker: Number(broker),
      role: role as ReplicaNote['role'],
      leader: number(leader, kept.leader),
      leaderEpoch: number(leaderEpoch, kept.leaderEpoch),
      highWatermark: number(highWatermark, kept.highWatermark),
      endOffset: number(endOffset, kept.endOffset),
    });
    if (this.replicas.size <= REPLICAS_MAX) return;
    const [oldest] = this.replicas.keys();
    if (oldest !== undefined) this.replicas.delete(oldest);
  }

  #say({ atUs, who }: TraceEvent, path: string, text: string, tone: KafkaTone): void {
    this.version += 1;
    this.events.push({ index: this.#eventCount, atUs, who, path, text, tone });
  }
}

function toneOf(path: string, text: string): KafkaTone {
  if (/malformed|unclean|nobody may lead|drop \d|resigns|gone|cannot|somebody else/.test(text)) {
    return 'fault';
  }
  if (path.startsWith('/controller')) return 'controller';
  if (/ISR|in sync/.test(text)) return 'isr';
  return / leads/.test(text) ? 'leader' : 'plain';
}
