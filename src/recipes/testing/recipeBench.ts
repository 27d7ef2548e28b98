/** Clients against one real server, for the tests of recipes. */

import type { CommandRegistry } from '../../client/ClientContext.ts';
import { ClientBench } from '../../client/testing/ClientBench.ts';
import type { JsonValue } from '../../client/trace.ts';

/** Sessions of 4 s, on a server whose clock ticks each second. */
export async function benchWith(
  clients: readonly string[],
  programs: CommandRegistry = new Map(),
): Promise<ClientBench> {
  const bench = await ClientBench.start();
  for (const client of clients) await bench.add(client, { sessionTimeoutMs: 4000 }, programs);
  return bench;
}

/** Result of a command that must succeed at once. */
export async function done(
  bench: ClientBench,
  client: string,
  command: string,
  args: JsonValue = {},
  ms = 100,
): Promise<JsonValue> {
  const { ok, error, data } = await bench.call(client, command, args, ms);
  if (!ok) throw new Error(`${client} ${command}: ${error}`);
  return data;
}

export async function childrenOf(
  bench: ClientBench,
  client: string,
  path: string,
): Promise<readonly string[]> {
  const data = await done(bench, client, 'ls', { path });
  return (data as { readonly children: readonly string[] }).children;
}

/** Those who believe that they hold something of this recipe and path. */
export function believers(
  bench: ClientBench,
  recipe: string,
  clients: readonly string[],
): readonly string[] {
  return clients.filter((client) => {
    const beliefs = bench.traced(client, 'belief').filter((one) => one.recipe === recipe);
    return beliefs.at(-1)?.holds === true;
  });
}

/**
 * Breaks a client's connection once: at the first request whose text begins with `request`, or at
 * the answer to it.
 */
export function cutAt(
  bench: ClientBench,
  client: string,
  request: string,
  at: 'request' | 'answer',
): { readonly wasCut: () => boolean } {
  let state: 'idle' | 'asked' | 'done' = 'idle';
  bench.wire = (message) => {
    if (message.client !== client || state === 'done') return 'pass';
    if (message.to === 'server' && message.summary.text.startsWith(request)) state = 'asked';
    if (state !== 'asked' || message.to !== (at === 'request' ? 'server' : 'client')) return 'pass';
    state = 'done';
    return 'cut';
  };
  return { wasCut: () => state === 'done' };
}
