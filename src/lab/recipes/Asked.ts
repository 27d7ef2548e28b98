/**
 * What clients were asked to do, by the path of the recipe: what no znode says (how many leases a
 * semaphore has, which client votes for which site), folded from the actions of the run.
 */

import type { JsonValue } from '../../client/trace.ts';
import type { Action, StampedAction } from '../../conductor/actions.ts';
import type { ParticipantId } from '../../network/address.ts';
import type { Lab } from '../Lab.ts';
import type { RecipeKind } from './RecipeKind.ts';

export interface AskedOf {
  readonly path: string;
  /** Null while nothing but copies of it are kept. */
  kind: RecipeKind | null;
  isCached: boolean;
  /** Position of the newest such action in the run. */
  at: number;
  /** Leases, or participants; null when nobody has said. */
  count: number | null;
  /** Where a queue's items are locked. */
  lockPath: string | null;
  readonly consumers: Set<ParticipantId>;
  /** Who votes for which site. */
  readonly sites: Map<string, ParticipantId>;
}

export interface MultiLockAsked {
  readonly client: ParticipantId;
  /** Sorted, each once. */
  readonly paths: readonly string[];
}

const KINDS: Readonly<Record<string, RecipeKind>> = {
  lock: 'lock',
  elect: 'election',
  select: 'selection',
  rwlock: 'rwlock',
  semaphore: 'semaphore',
  barrierSet: 'barrier',
  barrierWait: 'barrier',
  doubleBarrierEnter: 'doubleBarrier',
  queuePut: 'queue',
  queueTake: 'queue',
  queueConsume: 'queue',
  queueOffer: 'simpleQueue',
  queuePoll: 'simpleQueue',
  join: 'members',
  register: 'services',
  discover: 'services',
  keep: 'kept',
  configSet: 'config',
  configWatch: 'config',
  counterAdd: 'counter',
  countWatch: 'sharedCount',
  txBegin: 'twoPhase',
};

type Args = Readonly<Record<string, JsonValue>>;

export class Asked {
  readonly #byPath = new Map<string, AskedOf>();
  readonly #chroots = new Map<ParticipantId, string>();
  readonly #multiLocks = new Map<string, MultiLockAsked>();
  #folded = 0;

  /** Locks that clients want, or hold, together. */
  multiLocks(): Iterable<MultiLockAsked> {
    return this.#multiLocks.values();
  }

  at(path: string): AskedOf | undefined {
    return this.#byPath.get(path);
  }

  all(): Iterable<AskedOf> {
    return this.#byPath.values();
  }

  /** Reads on from where it stopped. */
  fold(actions: readonly StampedAction[]): void {
    for (; this.#folded < actions.length; this.#folded++) {
      const stamped = actions[this.#folded];
      if (stamped !== undefined) this.#take(stamped.action);
    }
  }

  #take(action: Action): void {
    switch (action.type) {
      case 'addClient':
        this.#chroots.set(action.client, action.chroot);
        return;
      case 'kill':
        return this.#forget(action.target);
      case 'removeClient':
        return this.#forget(action.client);
      case 'command':
        if (isObject(action.args)) this.#command(action.client, action.name, action.args);
        return;
      default:
        return;
    }
  }

  #forget(client: ParticipantId): void {
    for (const { consumers } of this.#byPath.values()) consumers.delete(client);
    for (const [key, one] of this.#multiLocks) {
      if (one.client === client) this.#multiLocks.delete(key);
    }
  }

  #command(client: ParticipantId, name: string, args: Args): void {
    const full = (path: JsonValue | undefined): string | null =>
      typeof path === 'string' ? `${this.#chroots.get(client) ?? ''}${path}` : null;
    if (Array.isArray(args['paths'])) {
      const paths = args['paths'].flatMap((path) => full(path) ?? []);
      return this.#together(client, name, paths);
    }
    const path = full(args['path']);
    if (name === 'cache' && path !== null) this.#at(path).isCached = true;
    const known = path === null ? undefined : this.#byPath.get(path);
    if (name === 'queueStop') known?.consumers.delete(client);
    const { site } = args;
    if (name === 'txVote' && typeof site === 'string') known?.sites.set(site, client);
    const kind = kindOf(name, args, known?.kind ?? null);
    if (kind === null) return;
    const isService = kind === 'services';
    const place = isService ? full(`${args['path']}/${args['name']}`) : path;
    if (place === null) return;
    const asked = this.#record(place, kind);
    const count = args['leases'] ?? args['count'];
    if (typeof count === 'number') asked.count = count;
    if (name !== 'queueConsume') return;
    asked.consumers.add(client);
    asked.lockPath = full(args['lockPath']) ?? asked.lockPath;
  }

  #together(client: ParticipantId, name: string, paths: readonly string[]): void {
    const all = [...new Set(paths)].sort();
    const key = `${client} ${all.join(' ')}`;
    if (name === 'multiunlock') this.#multiLocks.delete(key);
    if (name !== 'multilock') return;
    this.#multiLocks.set(key, { client, paths: all });
    for (const path of all) this.#record(path, 'lock');
  }

  #record(path: string, kind: RecipeKind): AskedOf {
    const asked = this.#at(path);
    asked.kind = kind;
    asked.at = this.#folded;
    return asked;
  }

  #at(path: string): AskedOf {
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const asked: AskedOf = {
      path,
      kind: null,
      isCached: false,
      at: this.#folded,
      count: null,
      lockPath: null,
      consumers: new Set(),
      sites: new Map(),
    };
    this.#byPath.set(path, asked);
    return asked;
  }
}

/** Null for what stands for no recipe. `known`: what it was so far. */
function kindOf(name: string, args: Args, known: RecipeKind | null): RecipeKind | null {
  if (name === 'lock' && args['herd'] === true) return 'herdLock';
  if (name === 'queuePut' && args['priority'] !== undefined) return 'priorityQueue';
  if (name === 'queuePut' && args['delayMs'] !== undefined) return 'delayQueue';
  // Who takes does not say how it is put.
  const takes = name === 'queueTake' || name === 'queueConsume';
  if (takes && (known === 'priorityQueue' || known === 'delayQueue')) return known;
  if (name === 'discover' && args['name'] === undefined) return null;
  return KINDS[name] ?? null;
}

/** By the actions of the run, which is another one after a restart. */
const memos = new WeakMap<Lab['actions'], Asked>();

/** Of the present run, up to now. */
export function askedOf({ actions }: Lab): Asked {
  const asked = memos.get(actions) ?? new Asked();
  memos.set(actions, asked);
  asked.fold(actions);
  return asked;
}

const isObject = (value: JsonValue): value is Args =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
