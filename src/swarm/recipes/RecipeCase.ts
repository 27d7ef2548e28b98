/** A recipe as the swarm tries it: what clients do with it, and what must hold meanwhile. */

import type { ClientContext } from '../../client/ClientContext.ts';
import { isKeeperError, KeeperError } from '../../client/KeeperError.ts';
import type { JsonValue } from '../../client/trace.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import type { ServiceTree } from './ServiceTree.ts';

export interface Worker {
  /** 0, 1, ... */
  readonly index: number;
  readonly name: string;
  readonly untilMs: number;
}

export interface RecipeCase {
  readonly name: string;
  readonly clientCount: number;
  /** What each client does until `untilMs`; it must come to an end once faults are over. */
  readonly work: (context: ClientContext, worker: Worker) => Promise<void>;
  readonly check: () => RecipeCheck;
}

export interface RecipeCheck {
  /** Every event; `tree` is as it is after it. A sentence if something is wrong. */
  observe(event: TraceEvent, tree: ServiceTree): string | null;
  /** When all clients are done and everything is healed. */
  atEnd?(tree: ServiceTree): string | null;
}

/** What a worker tells the check, at the time at which it happens. */
export function note(context: ClientContext, word: string, value: JsonValue = null): void {
  context.step('note', '/', JSON.stringify([word, value]));
}

export interface Note {
  readonly word: string;
  readonly value: JsonValue;
}

/** Null for an event that is no note. */
export function noteIn(event: TraceEvent): Note | null {
  if (event.type !== 'step' || event.recipe !== 'note') return null;
  const [word, value] = JSON.parse(event.step) as [string, JsonValue];
  return { word, value };
}

/**
 * Does it again and again, each time with a session that lives. What the service refuses or leaves
 * open is part of the run; anything else is a bug and ends it.
 */
export async function again(
  context: ClientContext,
  untilMs: number,
  once: () => Promise<void>,
): Promise<void> {
  while (context.nowMs < untilMs) {
    await attempt(context, once);
    await context.sleep(context.random.between(5, 100));
  }
}

/** False if the service refused it, or left open what became of it. */
export async function attempt(context: ClientContext, once: () => Promise<void>): Promise<boolean> {
  try {
    await context.openSession().connected();
    await once();
    return true;
  } catch (error) {
    if (!(error instanceof KeeperError) || isKeeperError(error, 'MARSHALLINGERROR')) throw error;
    return false;
  }
}

/** Repeats it until it succeeds: for what must be done in the end. */
export async function untilDone(context: ClientContext, once: () => Promise<void>): Promise<void> {
  while (!(await attempt(context, once))) await context.sleep(50);
}
