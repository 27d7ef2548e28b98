/** Configuration, counters and caches as commands. */

import { utf8Decode } from '../base/utf8.ts';
import { integer, oneOf, optional, text } from '../client/args.ts';
import { AtomicLong } from './AtomicLong.ts';
import { Configuration } from './Configuration.ts';
import type { CommandEntry } from './commandTable.ts';
import { command, Parts } from './commandTable.ts';
import { COPY, sayListing } from './listing.ts';
import { SharedCount } from './SharedCount.ts';
import { ZnodeCache } from './ZnodeCache.ts';

const INT_MAX = 2 ** 31 - 1;

export const valueArgs = {
  /** Over `version`; left out: over what is there when it is read. -1: there is no znode yet. */
  configSet: { path: text, data: text, version: optional(integer(-1, INT_MAX)) },
  configGet: { path: text },
  /** Follows it; which version the client runs is told by beliefs, whose fence is its mzxid. */
  configWatch: { path: text },
  configUnwatch: { path: text },
  /** `lock`: the path of a lock to queue for when others are in the way. */
  counterAdd: {
    path: text,
    delta: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    lock: optional(text),
  },
  counterGet: { path: text },
  /** Follows a 32-bit number; made with 0 if it is missing. */
  countWatch: { path: text },
  countUnwatch: { path: text },
  /** Sets it if nobody has set it since this client, which must follow it, saw it last. */
  countSet: { path: text, count: integer(-INT_MAX - 1, INT_MAX) },
  cache: { path: text, scope: optional(oneOf(['node', 'children', 'tree'])) },
  cacheShow: { path: text },
  uncache: { path: text },
} as const;

export interface ValueResults {
  /** `version` null: somebody else was first, and nothing is changed. */
  configSet: { readonly version: number | null };
  configGet: { readonly text: string; readonly version: number } | null;
  configWatch: null;
  configUnwatch: null;
  /** Numbers of 64 bits, as decimal text. */
  counterAdd: { readonly succeeded: boolean; readonly pre: string; readonly post: string };
  counterGet: { readonly value: string };
  countWatch: { readonly count: number };
  countUnwatch: null;
  countSet: { readonly succeeded: boolean; readonly count: number };
  cache: null;
  cacheShow: { readonly znodes: readonly { readonly path: string; readonly data: string }[] };
  uncache: null;
}

export function valueCommands(): readonly CommandEntry[] {
  return [...configCommands(), ...counterCommands(), ...countCommands(), ...cacheCommands()];
}

function configCommands(): readonly CommandEntry[] {
  const followed = new Parts<Configuration>();
  return [
    command('configSet', valueArgs.configSet, async (context, { path, data, version }) => {
      const configuration = new Configuration(context, path);
      const seen = version ?? (await configuration.read())?.version ?? -1;
      return { version: await configuration.change(seen < 0 ? null : seen, data) };
    }),
    command('configGet', valueArgs.configGet, async (context, { path }) => {
      const value = await new Configuration(context, path).read();
      return value && { ...value };
    }),
    command('configWatch', valueArgs.configWatch, async (context, { path }) => {
      const make = () => new Configuration(context, path);
      const configuration = followed.add(path, `follows the configuration ${path}`, make);
      await followed.begin(context, 'config', path, configuration);
      return null;
    }),
    command('configUnwatch', valueArgs.configUnwatch, async (_, { path }) => {
      await followed.take(path, `does not follow the configuration ${path}`).close();
      return null;
    }),
  ];
}

function counterCommands(): readonly CommandEntry[] {
  return [
    command('counterAdd', valueArgs.counterAdd, async (context, { path, delta, lock = null }) => {
      const counter = new AtomicLong(context, path, lock);
      const { succeeded, pre, post } = await counter.add(BigInt(delta));
      await counter.close();
      return { succeeded, pre: `${pre}`, post: `${post}` };
    }),
    command('counterGet', valueArgs.counterGet, async (context, { path }) => ({
      value: `${await new AtomicLong(context, path).get()}`,
    })),
  ];
}

function countCommands(): readonly CommandEntry[] {
  const counts = new Parts<SharedCount>();
  const lackOf = (path: string): string => `does not follow the number ${path}`;
  return [
    command('countWatch', valueArgs.countWatch, async (context, { path }) => {
      const make = () => new SharedCount(context, path, 0);
      const count = counts.add(path, `follows the number ${path}`, make);
      await counts.begin(context, 'sharedCount', path, count);
      return { count: count.value?.count ?? 0 };
    }),
    command('countUnwatch', valueArgs.countUnwatch, async (_, { path }) => {
      await counts.take(path, lackOf(path)).close();
      return null;
    }),
    command('countSet', valueArgs.countSet, async (_, { path, count: wanted }) => {
      const count = counts.need(path, lackOf(path));
      const seen = count.value;
      const succeeded = seen !== null && (await count.trySet(seen.version, wanted));
      return { succeeded, count: count.value?.count ?? 0 };
    }),
  ];
}

/** `name@mzxid`, relative to the path of the cache; the mzxid in hex. */
function entriesOf(cache: ZnodeCache): readonly string[] {
  const base = cache.path === '/' ? '' : cache.path;
  return cache
    .all()
    .map(({ path, stat }) => `${path.slice(base.length)}@${stat.mzxid.toString(16)}`);
}

function cacheCommands(): readonly CommandEntry[] {
  const caches = new Parts<ZnodeCache>();
  const lackOf = (path: string): string => `has no cache of ${path}`;
  return [
    command('cache', valueArgs.cache, async (context, { path, scope = 'tree' }) => {
      const make = () => new ZnodeCache(context, path, scope, () => tell());
      const cache = caches.add(path, `has a cache of ${path}`, make);
      const tell = (): void => {
        if (cache.isInitialized) context.step(COPY, path, sayListing(scope, entriesOf(cache)));
      };
      await caches.begin(context, COPY, path, cache);
      return null;
    }),
    command('cacheShow', valueArgs.cacheShow, async (_, { path }) => ({
      znodes: caches
        .need(path, lackOf(path))
        .all()
        .map((znode) => ({
          path: znode.path,
          data: znode.data === null ? '' : utf8Decode(znode.data),
          version: znode.stat.version,
        })),
    })),
    command('uncache', valueArgs.uncache, async (context, { path }) => {
      await caches.take(path, lackOf(path)).close();
      context.step(COPY, path, 'has let go of it');
      return null;
    }),
  ];
}
