/** Queues: nothing lost, nothing twice, beyond what is promised. */

import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import type { ClientContext } from '../../client/ClientContext.ts';
import type { JsonValue } from '../../client/trace.ts';
import { parentOf } from '../../protocol/paths.ts';
import { DistributedQueue } from '../../recipes/DistributedQueue.ts';
import { decodeItems } from '../../recipes/queueItems.ts';
import { SimpleQueue } from '../../recipes/SimpleQueue.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { RecipeCase, RecipeCheck, Worker } from './RecipeCase.ts';
import { again, attempt, note, noteIn, untilDone } from './RecipeCase.ts';
import type { ServiceTree } from './ServiceTree.ts';

const PATH = '/queue';
const LOCKS = '/queue-locks';
const PRODUCERS = 2;
/** For what was put last to be seen everywhere. */
const SETTLE_MS = 3000;

export interface AnyQueue {
  put(text: string): Promise<void>;
  /** Null if there was nothing for a while. `onTaken` may be called more than once over time. */
  take(onTaken: (text: string) => void): Promise<void>;
}

type MakeQueue = (context: ClientContext) => AnyQueue;

const plainQueue: MakeQueue = (context) => {
  const queue = new DistributedQueue(context, PATH);
  return {
    put: (text) => queue.put([utf8Encode(text)]),
    take: async (onTaken) => {
      const taken = await queue.take({ timeoutMs: 300 });
      for (const item of taken?.items ?? []) onTaken(utf8Decode(item));
    },
  };
};

const simpleQueue: MakeQueue = (context) => {
  const queue = new SimpleQueue(context, PATH);
  return {
    put: (text) => queue.offer(text),
    take: async (onTaken) => {
      const taken = await queue.take({ timeoutMs: 300 });
      if (taken !== null) onTaken(utf8Decode(taken.data ?? new Uint8Array()));
    },
  };
};

/** The work takes a while, and sometimes fails. */
const lockedQueue: MakeQueue = (context) => {
  const queue = new DistributedQueue(context, PATH, LOCKS);
  return {
    put: (text) => queue.put([utf8Encode(text)]),
    take: async (onTaken) => {
      void context.sleep(300).then(() => queue.stop());
      await queue.consume(async ({ items }) => {
        await context.sleep(context.random.between(1, 100));
        if (context.random.chance(100)) throw new Error('no luck');
        for (const item of items) onTaken(utf8Decode(item));
      });
    },
  };
};

async function produce(context: ClientContext, make: MakeQueue, worker: Worker): Promise<void> {
  const { untilMs, name } = worker;
  const queue = make(context);
  let count = 0;
  while (context.nowMs < untilMs) {
    const text = `${name}-${count++}`;
    note(context, 'putting', text);
    const isPut = await attempt(context, () => queue.put(text));
    if (isPut) note(context, 'put', text);
    await context.sleep(context.random.between(5, 200));
  }
}

async function takeAll(context: ClientContext, make: MakeQueue, untilMs: number): Promise<void> {
  const queue = make(context);
  const takeSome = () => attempt(context, () => queue.take((text) => note(context, 'took', text)));
  while (context.nowMs < untilMs + SETTLE_MS) {
    if (!(await takeSome())) note(context, 'open');
    await context.sleep(context.random.between(1, 50));
  }
}

function queueCase(name: string, make: MakeQueue, takenOnce: boolean): RecipeCase {
  return {
    name,
    clientCount: 4,
    work: (context, worker) =>
      worker.index < PRODUCERS
        ? produce(context, make, worker)
        : takeAll(context, make, worker.untilMs),
    check: () => new QueueCheck(takenOnce),
  };
}

export const queue = (make: MakeQueue = plainQueue): RecipeCase => queueCase('queue', make, true);
export const simple = (make: MakeQueue = simpleQueue): RecipeCase =>
  queueCase('simpleQueue', make, true);
export const queueWithLocks = (make: MakeQueue = lockedQueue): RecipeCase =>
  queueCase('queueWithLocks', make, false);

class QueueCheck implements RecipeCheck {
  private readonly takenOnce: boolean;
  private readonly asked = new Set<string>();
  private readonly put = new Set<string>();
  private readonly took = new Set<string>();
  /** Once each, since every text is put once; that an item is put back is no new one. */
  private readonly queued = new Map<string, number>();
  /** Takes of which nobody knows what became of them. */
  private openTakes = 0;

  constructor(takenOnce: boolean) {
    this.takenOnce = takenOnce;
  }

  observe(event: TraceEvent, tree: ServiceTree): string | null {
    for (const { type, znode } of tree.changes) {
      if (parentOf(znode.path) !== PATH || type === 'changed') continue;
      for (const text of textsOf(znode.data)) {
        const count = (this.queued.get(text) ?? 0) + (type === 'created' ? 1 : -1);
        this.queued.set(text, count);
        if (count > 1) return `${text} is in the queue twice`;
        const isNew = type === 'created' && this.takenOnce;
        if (isNew && this.took.has(text)) return `${text} is put again after it was taken`;
      }
    }
    const told = noteIn(event);
    const text = `${told?.value}`;
    switch (told?.word) {
      case 'putting':
        this.asked.add(text);
        return null;
      case 'put':
        this.put.add(text);
        return null;
      case 'open':
        this.openTakes++;
        return null;
      case 'took':
        return this.onTook(text, event.who);
      default:
        return null;
    }
  }

  atEnd(): string | null {
    const left = (text: string): boolean => (this.queued.get(text) ?? 0) > 0;
    const lost = [...this.put].filter((text) => !this.took.has(text) && !left(text));
    const excused = this.takenOnce ? this.openTakes : 0;
    return lost.length <= excused ? null : `${lost.join(', ')} are lost`;
  }

  private onTook(text: string, who: string): string | null {
    if (!this.asked.has(text)) return `${who} took ${text}, which nobody put`;
    if (this.takenOnce && this.took.has(text)) return `${who} took ${text} a second time`;
    this.took.add(text);
    return null;
  }
}

function textsOf(data: Uint8Array): readonly string[] {
  const items = decodeItems(data);
  if (items !== null) return items.map((item) => utf8Decode(item));
  const text = utf8Decode(data);
  return text === '' ? [] : [text];
}

/**
 * Producers put with ranks; when they are done one client takes all, and must get them in order.
 */
function rankedCase(
  name: string,
  put: (context: ClientContext, queue: DistributedQueue, rank: number) => Promise<void>,
  judge: (ranks: readonly number[]) => string | null,
): RecipeCase {
  return {
    name,
    clientCount: 3,
    work: async (context, { index, untilMs }) => {
      const ranked = new DistributedQueue(context, PATH);
      if (index < PRODUCERS) {
        return again(context, untilMs, () => put(context, ranked, context.random.between(0, 20)));
      }
      await context.sleep(Math.max(0, untilMs + SETTLE_MS - context.nowMs));
      for (let isEmpty = false; !isEmpty; ) {
        await untilDone(context, async () => {
          const taken = await ranked.take({ timeoutMs: 100 });
          isEmpty = taken === null;
          const texts = taken?.items.map((item) => utf8Decode(item)) ?? [];
          for (const text of texts) note(context, 'took', [Number(text), context.dateMs]);
        });
      }
    },
    check: () => {
      const told: JsonValue[] = [];
      return {
        observe: (event) => {
          const found = noteIn(event);
          if (found?.word !== 'took') return null;
          told.push(found.value);
          return (
            judge(told.map((value) => (value as readonly number[])[0] ?? 0)) ?? early(found.value)
          );
        },
      };
    },
  };
}

function early(value: JsonValue): string | null {
  const [rank = 0, atMs = 0] = value as readonly number[];
  return rank > DELAYED && rank > atMs ? `an item due at ${rank} was taken at ${atMs}` : null;
}

/** Ranks above are times. */
const DELAYED = 1000;

const ascending = (ranks: readonly number[]): string | null => {
  const [last = 0, before = 0] = [...ranks].reverse();
  return ranks.length > 1 && last < before ? `${last} was taken after ${before}` : null;
};

export const priorityQueue = (rankOf: (rank: number) => number = (rank) => rank - 10): RecipeCase =>
  rankedCase(
    'priorityQueue',
    (_, ranked, rank) => ranked.put([utf8Encode(`${rank}`)], { priority: rankOf(rank) }),
    ascending,
  );

/** Delays of up to eight seconds: some are due before the taking begins, some after. */
export const delayQueue = (shiftMs = 0): RecipeCase =>
  rankedCase(
    'delayQueue',
    (context, ranked, rank) => {
      const dueMs = context.dateMs + rank * 400;
      return ranked.put([utf8Encode(`${dueMs}`)], { dueMs: dueMs - shiftMs });
    },
    ascending,
  );
