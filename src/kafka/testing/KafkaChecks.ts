/** What must hold in every run, folded from what Kafka's programs tell the trace. */

import type { JsonValue } from '../../client/trace.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';

type Data = { readonly [key: string]: JsonValue };

export interface Acked {
  readonly offset: number;
  readonly value: string;
}

export class KafkaChecks {
  violation: string | null = null;
  /** By partition: what was answered with acks=all, before any unclean election there. */
  readonly acked = new Map<string, Acked[]>();
  readonly unclean = new Set<string>();
  readonly seen = new Map<string, number>();
  private readonly leaders = new Map<string, number>();
  private readonly controllers = new Map<number, number>();

  observe(event: TraceEvent): void {
    if (event.type !== 'note' || event.program !== 'kafka') return;
    const data = event.data as Data;
    this.seen.set(event.subject, (this.seen.get(event.subject) ?? 0) + 1);
    const key = `${data['topic']}-${data['partition']}`;
    if (event.subject === 'leading') {
      const epoch = `${key} in leader epoch ${data['leaderEpoch']}`;
      this.mustBeOnly(this.leaders, epoch, Number(data['broker']));
    } else if (event.subject === 'controller' && data['isActive'] === true) {
      this.mustBeOnly(this.controllers, Number(data['epoch']), Number(data['broker']));
    } else if (event.subject === 'unclean') {
      this.unclean.add(key);
    } else if (event.subject === 'acked' && data['acks'] === 'all') {
      const offset = Number(data['baseOffset']);
      const values = data['values'] as readonly string[];
      const list = this.acked.get(key) ?? [];
      this.acked.set(key, list);
      values.forEach((value, index) => {
        list.push({ offset: offset + index, value });
      });
    }
  }

  /** `records`: all that consumers can read in the end, by offset. Null if nothing is lost. */
  lossIn(key: string, records: ReadonlyMap<number, string>): string | null {
    if (this.unclean.has(key)) return null;
    for (const { offset, value } of this.acked.get(key) ?? []) {
      if (records.get(offset) === value) continue;
      const found = records.get(offset) ?? 'nothing';
      return `${key}: acknowledged ${value} at ${offset} is lost; there is ${found}`;
    }
    return null;
  }

  private mustBeOnly<K>(known: Map<K, number>, key: K, broker: number): void {
    const other = known.get(key);
    known.set(key, broker);
    if (other === undefined || other === broker) return;
    this.violation ??= `${key}: both ${other} and ${broker}`;
  }
}
