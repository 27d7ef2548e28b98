/**
 * How the znodes of a queue are named, and in which order they are taken. A queue, a priority queue
 * and a delay queue differ in nothing else.
 * Source: Curator DistributedQueue, DistributedPriorityQueue, DistributedDelayQueue; ZooKeeper
 * recipes, "Queues", "Priority Queues".
 */

export interface QueuePlace {
  /** The lowest first; -2^31 … 2^31-1. Left out: in the order in which they were put. */
  readonly priority?: number;
  /** Not before this time, ms since 1970; what is due first goes first. Instead of a priority. */
  readonly dueMs?: number;
}

export interface Queued {
  readonly name: string;
  /** 0: at once. */
  readonly dueMs: number;
}

const PREFIX = 'queue-';
const SEQUENCE_DIGITS = 10;
const PLAIN = /^queue-(?:[01][0-9A-F]{8})?\d{10}$/;
const DELAYED = /^queue-\|([0-9A-F]{8,13})\|\d{10}$/;

/**
 * Without the number that the servers add. Sign and hex digits, so that priorities sort as text.
 */
export function queueName({ priority, dueMs }: QueuePlace): string {
  if (dueMs !== undefined) return `${PREFIX}|${hex(dueMs)}|`;
  if (priority === undefined) return PREFIX;
  return `${PREFIX}${priority >= 0 ? 1 : 0}${hex(priority >>> 0)}`;
}

/** The name of an item without its number: to put it back at the end of its rank. */
export function withoutNumber(name: string): string {
  return name.slice(0, -SEQUENCE_DIGITS);
}

/** First to be taken first; what is no item is left out. */
export function inOrder(children: readonly string[]): readonly Queued[] {
  const found: Queued[] = [];
  for (const name of children) {
    const due = DELAYED.exec(name)?.[1];
    if (due !== undefined) found.push({ name, dueMs: Number.parseInt(due, 16) });
    else if (PLAIN.test(name)) found.push({ name, dueMs: 0 });
  }
  return found.sort((a, b) => a.dueMs - b.dueMs || (a.name < b.name ? -1 : 1));
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
