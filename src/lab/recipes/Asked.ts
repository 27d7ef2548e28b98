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
  kind: RecipeKind;
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
  join: 'members',
  register: 'services',
  configSet: 'config',
  configWatch: 'config',
  counterAdd: 'counter',
  txBegin: 'twoPhase',
};

type Args = Readonly<Record<string, JsonValue>>;

export class Asked {
  readonly #byPath = new Map<string, AskedOf>();
  readonly #chroots = new Map<ParticipantId, string>();
  #folded = 0;

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
  }

  #command(client: ParticipantId, name: string, args: Args): void {
    const full = (path: JsonValue | undefined): string | null =>
      typeof path === 'string' ? `${this.#chroots.get(client) ?? ''}${path}` : null;
    if (name === 'multilock' && Array.isArray(args['paths'])) {
      for (const path of args['paths']) this.#record(full(path), 'lock');
    }
    const path = full(args['path']);
    const known = path === null ? undefined : this.#byPath.get(path);
    if (name === 'queueStop') known?.consumers.delete(client);
    const { site } = args;
    if (name === 'txVote' && typeof site === 'string') known?.sites.set(site, client);
    const kind = KINDS[name];
    if (kind === undefined) return;
    const isService = kind === 'services';
    const asked = this.#record(isService ? full(`${args['path']}/${args['name']}`) : path, kind);
    if (asked === null) return;
    if (args['herd'] === true) asked.kind = 'herdLock';
    const count = args['leases'] ?? args['count'];
    if (typeof count === 'number') asked.count = count;
    if (name !== 'queueConsume') return;
    asked.consumers.add(client);
    asked.lockPath = full(args['lockPath']) ?? asked.lockPath;
  }

  #record(path: string | null, kind: RecipeKind): AskedOf | null {
    if (path === null) return null;
    const known = this.#byPath.get(path);
    if (known !== undefined) {
      known.kind = kind;
      known.at = this.#folded;
      return known;
    }
    const asked: AskedOf = {
      path,
      kind,
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

const memos = new WeakMap<Lab['recorder'], Asked>();

/** Of the present run, up to now. */
export function askedOf({ recorder, actions }: Lab): Asked {
  const asked = memos.get(recorder) ?? new Asked();
  memos.set(recorder, asked);
  asked.fold(actions);
  return asked;
}

const isObject = (value: JsonValue): value is Args =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
