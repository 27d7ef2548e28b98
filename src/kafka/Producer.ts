/**
 * Writes to a topic, one partition after the other. Tries again, at another leader if there is one,
 * until the delivery timeout: a record whose answer was lost may then be there twice.
 * Guarantees: with `all`, what was answered is on every replica that was in sync.
 * Source: KafkaProducer; Kafka documentation, "Message Delivery Semantics".
 *
 * Departs: no batching, no idempotence (enable.idempotence=false).
 */

import type { ClientContext } from '../client/ClientContext.ts';
import type { ProduceReply, ProduceRequest } from './api.ts';
import { Cluster } from './Cluster.ts';
import { SETTINGS } from './settings.ts';

export interface Sent extends ProduceReply {
  readonly partition: number;
  /** How often it was sent. */
  readonly tries: number;
}

export interface SendOptions {
  readonly acks: ProduceRequest['acks'];
  /** Left out: each in turn. */
  readonly partition?: number;
  readonly timeoutMs?: number;
}

export class Producer {
  readonly topic: string;
  private readonly context: ClientContext;
  private readonly cluster: Cluster;
  private turn = 0;

  constructor(context: ClientContext, topic: string) {
    this.context = context;
    this.topic = topic;
    this.cluster = new Cluster(context);
  }

  /** Rejects with KafkaError or PeerError; then the record may be there or not. */
  async send(value: string, { acks, partition, timeoutMs }: SendOptions): Promise<Sent> {
    const { topic } = this;
    const turn = this.turn++;
    const deadlineMs = this.context.nowMs + (timeoutMs ?? SETTINGS.deliveryTimeoutMs);
    const { at, reply, tries } = await this.cluster.askLeader(
      (all) =>
        partition === undefined
          ? all[turn % all.length]
          : all.find((one) => one.partition === partition),
      topic,
      {
        api: 'Produce',
        text: `${topic} ${value.slice(0, 40)}`,
        body: ({ partition: number }) => ({
          topic,
          partition: number,
          values: [value],
          acks,
          timeoutMs: SETTINGS.requestTimeoutMs - 500,
        }),
      },
      deadlineMs,
    );
    const answer: unknown = reply;
    return { ...(answer as ProduceReply), partition: at.partition, tries };
  }
}

/** Numbered records, one each `intervalMs`, until it is stopped. */
export class ProduceLoad {
  sent = 0;
  failed = 0;
  private readonly context: ClientContext;
  private readonly producer: Producer;
  private isStopped = false;

  constructor(context: ClientContext, topic: string) {
    this.context = context;
    this.producer = new Producer(context, topic);
  }

  stop(): void {
    this.isStopped = true;
    this.tell();
  }

  /** One at a time: a slow answer delays the next. */
  async run(intervalMs: number, acks: ProduceRequest['acks']): Promise<void> {
    const { context } = this;
    for (let number = 1; !this.isStopped; number++) {
      try {
        await this.producer.send(`${context.id}-${number}`, { acks });
        this.sent += 1;
      } catch {
        // What is lost is counted; why is in the trace of the answers.
        this.failed += 1;
      }
      this.tell();
      await context.sleep(intervalMs);
    }
  }

  private tell(): void {
    const { context, sent, failed, isStopped } = this;
    const { topic } = this.producer;
    context.note('kafka', 'producer', { client: context.id, topic, sent, failed, isStopped });
  }
}
