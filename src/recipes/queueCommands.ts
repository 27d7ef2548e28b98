/** Queues as commands. */

import { utf8Decode, utf8Encode } from '../base/utf8.ts';
import { ArgumentError, integer, optional, text } from '../client/args.ts';
import { type CommandEntry, command, Parts, timeoutMs, waitFor } from './commandTable.ts';
import type { Taken } from './DistributedQueue.ts';
import { DistributedQueue } from './DistributedQueue.ts';
import { SimpleQueue } from './SimpleQueue.ts';

const PRIORITY = integer(-(2 ** 31), 2 ** 31 - 1);
const DELAY_MAX_MS = 3_600_000;
const WORK_MAX_MS = 3_600_000;

export const queueArgs = {
  /** With a priority (the lowest first), or a delay, or neither: not mixed in one queue. */
  queuePut: {
    path: text,
    data: text,
    priority: optional(PRIORITY),
    delayMs: optional(integer(0, DELAY_MAX_MS)),
  },
  /** Answers when there is an item, or the time is up. */
  queueTake: { path: text, timeoutMs },
  /**
   * Takes items until `queueStop`, `workMs` on each. `lockPath`: where they are locked meanwhile;
   * left out: they are deleted first.
   */
  queueConsume: {
    path: text,
    workMs: optional(integer(0, WORK_MAX_MS)),
    lockPath: optional(text),
  },
  queueStop: { path: text },
  /** The same without ceremony: `SimpleQueue`. */
  queueOffer: { path: text, data: text },
  /** Answers when there is an element, or the time is up. */
  queuePoll: { path: text, timeoutMs },
} as const;

export interface QueueResults {
  queuePut: null;
  queueTake: { readonly name: string; readonly data: string } | null;
  queueConsume: null;
  /** What has been worked on so far, the newest last, at most the last hundred. */
  queueStop: { readonly items: readonly string[] };
  queueOffer: null;
  queuePoll: { readonly name: string; readonly data: string } | null;
}

const REMEMBERED_MAX = 100;

interface Consumer {
  readonly queue: DistributedQueue;
  readonly items: string[];
}

export function queueCommands(): readonly CommandEntry[] {
  const consumers = new Parts<Consumer>();
  return [
    command('queuePut', queueArgs.queuePut, async (context, args): Promise<null> => {
      const { path, data, priority, delayMs } = args;
      if (priority !== undefined && delayMs !== undefined) {
        throw new ArgumentError('queuePut: priority and delayMs exclude each other');
      }
      const queue = new DistributedQueue(context, path);
      await queue.put([utf8Encode(data)], {
        ...(priority !== undefined && { priority }),
        ...(delayMs !== undefined && { dueMs: context.dateMs + delayMs }),
      });
      await queue.close();
      return null;
    }),
    command('queueTake', queueArgs.queueTake, async (context, args) => {
      const queue = new DistributedQueue(context, args.path);
      const taken = await queue.take(waitFor(args));
      await queue.close();
      return taken && { name: taken.name, data: textOf(taken) };
    }),
    command('queueConsume', queueArgs.queueConsume, async (context, args): Promise<null> => {
      const { path, workMs = 0, lockPath = null } = args;
      const make = () => ({ queue: new DistributedQueue(context, path, lockPath), items: [] });
      const consumer = consumers.add(path, `consumes ${path}`, make);
      const { queue, items } = consumer;
      const work = async (taken: Taken): Promise<void> => {
        await context.sleep(workMs);
        items.push(textOf(taken));
        if (items.length > REMEMBERED_MAX) items.shift();
        context.step('queue', path, `${textOf(taken)} is done`);
      };
      consumers.until(context, 'queue', path, consumer, queue.consume(work));
      return null;
    }),
    command('queueStop', queueArgs.queueStop, async (_, { path }) => {
      const { queue, items } = consumers.take(path, `does not consume ${path}`);
      await queue.close();
      return { items: [...items] };
    }),
    ...simpleCommands(),
  ];
}

function simpleCommands(): readonly CommandEntry[] {
  return [
    command('queueOffer', queueArgs.queueOffer, async (context, { path, data }): Promise<null> => {
      const queue = new SimpleQueue(context, path);
      await queue.offer(data);
      await queue.close();
      return null;
    }),
    command('queuePoll', queueArgs.queuePoll, async (context, args) => {
      const queue = new SimpleQueue(context, args.path);
      const taken = await queue.take(waitFor(args));
      await queue.close();
      return taken && { name: taken.name, data: utf8Decode(taken.data ?? new Uint8Array()) };
    }),
  ];
}

function textOf({ items }: Taken): string {
  return items.map((item) => utf8Decode(item)).join(' ');
}
