/** Counters, configuration and caches. */

import { utf8Decode } from '../../base/utf8.ts';
import type { ClientContext } from '../../client/ClientContext.ts';
import type { ParticipantId } from '../../network/address.ts';
import { parentOf } from '../../protocol/paths.ts';
import { AtomicLong } from '../../recipes/AtomicLong.ts';
import { decodeInt32, decodeInt64 } from '../../recipes/bigEndian.ts';
import { Configuration } from '../../recipes/Configuration.ts';
import { SharedCount } from '../../recipes/SharedCount.ts';
import type { CacheScope } from '../../recipes/ZnodeCache.ts';
import { ZnodeCache } from '../../recipes/ZnodeCache.ts';
import type { RecipeCase, RecipeCheck } from './RecipeCase.ts';
import { again, attempt, note, noteIn, untilDone } from './RecipeCase.ts';
import type { ServiceTree } from './ServiceTree.ts';

const COUNTER = '/counter';
const LOCK = '/counter-lock';
const COUNT = '/count';
const CONFIG = '/config';
const CACHED = '/cached';
/** For what was written last to be seen everywhere. */
const SETTLE_MS = 4000;

export type Add = (context: ClientContext, delta: bigint) => Promise<boolean>;

/** Every addition is another number, so that each can be found among the changes. */
export function counter(makeAdd?: (context: ClientContext) => Add): RecipeCase {
  return {
    name: 'counter',
    clientCount: 3,
    work: async (context, { index, untilMs }) => {
      const atomic = new AtomicLong(context, COUNTER, index === 0 ? LOCK : null);
      const add: Add =
        makeAdd?.(context) ?? (async (_, delta) => (await atomic.add(delta)).succeeded);
      for (let count = 0; context.nowMs < untilMs; count++) {
        const delta = (index + 1) * 10_000 + count;
        let succeeded = false;
        const isKnown = await attempt(context, async () => {
          succeeded = await add(context, BigInt(delta));
        });
        note(context, isKnown ? (succeeded ? 'added' : 'refused') : 'open', delta);
        await context.sleep(context.random.between(1, 100));
      }
    },
    check: () => new CounterCheck(),
  };
}

class CounterCheck implements RecipeCheck {
  private value = 0;
  private readonly applied = new Set<number>();
  private readonly told = new Map<number, string>();

  observe(event: Parameters<RecipeCheck['observe']>[0], tree: ServiceTree): string | null {
    for (const { type, znode } of tree.changes) {
      if (znode.path !== COUNTER || type === 'deleted') continue;
      const value = Number(decodeInt64(znode.data) ?? 0n);
      const delta = value - this.value;
      this.value = value;
      if (type === 'created') continue;
      if (this.applied.has(delta)) return `${delta} is added twice`;
      if (delta < 10_000) return `the sum goes from ${value - delta} to ${value}`;
      this.applied.add(delta);
    }
    const told = noteIn(event);
    if (told !== null) this.told.set(told.value as number, told.word);
    return null;
  }

  atEnd(): string | null {
    for (const [delta, word] of this.told) {
      const isApplied = this.applied.has(delta);
      if (word === 'added' && !isApplied) return `${delta} is not in the sum`;
      if (word === 'refused' && isApplied) return `${delta} was refused, and is in the sum`;
    }
    return null;
  }
}

/** Everybody adds one to what it saw last: no step may be lost, and none made twice. */
export const sharedCount = (
  addOne = async (count: SharedCount): Promise<void> => {
    const seen = count.value;
    if (seen !== null) await count.trySet(seen.version, seen.count + 1);
  },
): RecipeCase => ({
  name: 'sharedCount',
  clientCount: 3,
  work: async (context, { untilMs }) => {
    const count = new SharedCount(context, COUNT, 0);
    let isOver = false;
    // Its first write may meet the end of a session.
    const following = untilDone(context, async () => {
      if (!isOver) await count.run();
    });
    await again(context, untilMs, () => addOne(count));
    isOver = true;
    await context.sleep(SETTLE_MS);
    note(context, 'sees', count.value?.count ?? -1);
    await untilDone(context, () => count.close());
    await following;
  },
  check: () => {
    let value = 0;
    const seen = new Map<ParticipantId, number>();
    return {
      observe: (event, tree) => {
        for (const { type, znode } of tree.changes) {
          if (znode.path !== COUNT || type !== 'changed') continue;
          const now = decodeInt32(znode.data) ?? 0;
          if (now !== value + 1) return `the number goes from ${value} to ${now}`;
          value = now;
        }
        const told = noteIn(event);
        if (told?.word === 'sees') seen.set(event.who, told.value as number);
        return null;
      },
      atEnd: () => {
        const behind = [...seen].find(([, count]) => count !== value);
        return behind === undefined ? null : `${behind[0]} sees ${behind[1]}, not ${value}`;
      },
    };
  },
});

interface Changed {
  /** The version over which it was written; -1 for none. */
  readonly seen: number;
  readonly version: number;
}

/** Null if somebody else was first. */
export type Change = (context: ClientContext, text: string) => Promise<Changed | null>;

const changeSeen: Change = async (context, text) => {
  const changed = new Configuration(context, CONFIG);
  const seen = (await changed.read())?.version ?? null;
  const version = await changed.change(seen, text);
  return version === null ? null : { seen: seen ?? -1, version };
};

/** Two change it, and all follow. */
export const configuration = (change: Change = changeSeen): RecipeCase => ({
  name: 'configuration',
  clientCount: 3,
  work: async (context, { index, untilMs, name }) => {
    const followed = new Configuration(context, CONFIG);
    const following = followed.run();
    for (let count = 0; context.nowMs < untilMs; count++) {
      if (index < 2) {
        await attempt(context, async () => {
          const text = `${name}-${count}`;
          const set = await change(context, text);
          if (set !== null) note(context, 'set', [set.seen, set.version, text]);
        });
      }
      await context.sleep(context.random.between(5, 200));
    }
    await context.sleep(SETTLE_MS);
    note(context, 'runs', followed.value?.text ?? '');
    await untilDone(context, () => followed.close());
    await following;
  },
  check: () => new ConfigCheck(),
});

class ConfigCheck implements RecipeCheck {
  private readonly texts: string[] = [];
  private readonly setters = new Map<number, ParticipantId>();
  private readonly fences = new Map<ParticipantId, number>();
  private readonly runs = new Map<ParticipantId, string>();

  observe(event: Parameters<RecipeCheck['observe']>[0], tree: ServiceTree): string | null {
    for (const { type, znode } of tree.changes) {
      if (znode.path === CONFIG && type !== 'deleted') this.texts.push(utf8Decode(znode.data));
    }
    if (event.type === 'belief' && event.recipe === 'config' && event.holds) {
      const before = this.fences.get(event.who) ?? 0;
      this.fences.set(event.who, event.fence);
      if (event.fence <= before) return `${event.who} goes back to ${event.fence} from ${before}`;
    }
    const told = noteIn(event);
    if (told?.word === 'runs') this.runs.set(event.who, told.value as string);
    if (told?.word !== 'set') return null;
    const [seen, version, text] = told.value as readonly [number, number, string];
    if (version !== seen + 1) return `${event.who} saw version ${seen} and set version ${version}`;
    const other = this.setters.get(version);
    this.setters.set(version, event.who);
    if (other !== undefined) return `${other} and ${event.who} both set version ${version}`;
    if (this.texts[version] === text) return null;
    return `${event.who} set ${text}, but version ${version} is ${this.texts[version]}`;
  }

  atEnd(): string | null {
    const newest = this.texts.at(-1) ?? '';
    const behind = [...this.runs].find(([, text]) => text !== newest);
    return behind === undefined ? null : `${behind[0]} runs ${behind[1]}, not ${newest}`;
  }
}

/** The znode itself is there too. */
const NAMES = ['', '/a', '/b', '/c', '/a/x', '/a/y', '/b/x'] as const;

export interface AnyCache {
  run(): Promise<void>;
  close(): Promise<void>;
  all(): readonly { readonly path: string; readonly data: Uint8Array | null }[];
}

/** What a cache of `CACHED` should hold. */
export function isInScope(scope: CacheScope, path: string): boolean {
  switch (scope) {
    case 'node':
      return path === CACHED;
    case 'children':
      return parentOf(path) === CACHED;
    case 'tree':
      return path === CACHED || path.startsWith(`${CACHED}/`);
  }
}

/** One client writes and deletes; the others keep copies, which must come to what there is. */
export const cache = (
  scope: CacheScope,
  make = (context: ClientContext): AnyCache => new ZnodeCache(context, CACHED, scope),
): RecipeCase => ({
  name: `${scope}Cache`,
  clientCount: 3,
  work: async (context, { index, untilMs }) => {
    if (index === 0) return again(context, untilMs, () => writeSomething(context));
    const copy = make(context);
    const following = copy.run();
    await context.sleep(untilMs + SETTLE_MS - context.nowMs);
    const all = copy
      .all()
      .map(({ path, data }) => `${path} ${utf8Decode(data ?? new Uint8Array())}`);
    note(context, 'sees', all);
    await untilDone(context, () => copy.close());
    await following;
  },
  check: () => {
    const seen = new Map<ParticipantId, readonly string[]>();
    return {
      observe: (event) => {
        const told = noteIn(event);
        if (told?.word === 'sees') seen.set(event.who, told.value as readonly string[]);
        return null;
      },
      atEnd: (tree) => {
        const all = tree
          .below(CACHED)
          .filter(({ path }) => isInScope(scope, path))
          .map(({ path, data }) => `${path} ${utf8Decode(data)}`);
        const wrong = [...seen].find(([, copy]) => copy.join() !== all.join());
        return wrong === undefined
          ? null
          : `${wrong[0]} sees ${wrong[1].join()}; there is ${all.join()}`;
      },
    };
  },
});

async function writeSomething({ random, zk, nowMs }: ClientContext): Promise<void> {
  const path = `${CACHED}${random.pick(NAMES)}`;
  const isThere = (await zk.exists(path)) !== null;
  if (path !== CACHED && (await zk.exists(CACHED)) === null) await zk.create(CACHED, '');
  if (!isThere) await zk.create(path, `${nowMs}`);
  else if (random.chance(600)) await zk.setData(path, `${nowMs}`);
  else await zk.delete(path);
}
