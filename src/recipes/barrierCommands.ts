/** Barriers as commands. */

import { integer, text } from '../client/args.ts';
import { Barrier } from './Barrier.ts';
import { type CommandEntry, command, Parts, timeoutMs, waitFor } from './commandTable.ts';
import { DoubleBarrier } from './DoubleBarrier.ts';

const MEMBERS_MAX = 1000;

export const barrierArgs = {
  /** Shut, until it is removed. */
  barrierSet: { path: text },
  barrierRemove: { path: text },
  /** Answers when it has been seen open, or the time is up. */
  barrierWait: { path: text, timeoutMs },
  /** Answers when `count` participants are there. */
  doubleBarrierEnter: { path: text, count: integer(1, MEMBERS_MAX), timeoutMs },
  /** Answers when all who entered leave. */
  doubleBarrierLeave: { path: text },
} as const;

export interface BarrierResults {
  barrierSet: null;
  barrierRemove: null;
  barrierWait: { readonly passed: boolean };
  doubleBarrierEnter: { readonly entered: boolean };
  /** False: it was not inside, or its session ended. */
  doubleBarrierLeave: { readonly left: boolean };
}

export function barrierCommands(): readonly CommandEntry[] {
  const barriers = new Parts<DoubleBarrier>(({ isIdle }) => isIdle);
  return [
    command('barrierSet', barrierArgs.barrierSet, async (context, { path }): Promise<null> => {
      await new Barrier(context, path).set();
      return null;
    }),
    command(
      'barrierRemove',
      barrierArgs.barrierRemove,
      async (context, { path }): Promise<null> => {
        await new Barrier(context, path).remove();
        return null;
      },
    ),
    command('barrierWait', barrierArgs.barrierWait, async (context, args) => ({
      passed: await new Barrier(context, args.path).wait(waitFor(args)),
    })),
    command('doubleBarrierEnter', barrierArgs.doubleBarrierEnter, async (context, args) => {
      const { path, count } = args;
      const doing = `is in or before the double barrier on ${path}`;
      const barrier = barriers.add(path, doing, () => new DoubleBarrier(context, path, count));
      return { entered: await barrier.enter(waitFor(args)) };
    }),
    command('doubleBarrierLeave', barrierArgs.doubleBarrierLeave, async (_, { path }) => {
      const barrier = barriers.need(path, `is not in the double barrier on ${path}`);
      return { left: await barrier.leave() };
    }),
  ];
}
