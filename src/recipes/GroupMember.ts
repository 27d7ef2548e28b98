/**
 * A member of a group, and its view of who else is in it. Each member is an ephemeral
 * `<path>/<id>` with its payload.
 *
 * Guarantees: a member is in the group while its session lives, and joins again with each new
 * session; the view comes to what the servers have once things stop changing.
 * Does not guarantee that the view is the newest: a member that dies is seen until its session has
 * expired. Two members of one id: the second waits until the first has gone.
 * Errors: those of PersistentNode and ZnodeCache.
 * Source: ZooKeeper recipes, "Group Membership"; Curator GroupMember.
 */

import { utf8Decode } from '../base/utf8.ts';
import type { ClientContext } from '../client/ClientContext.ts';
import { nameOf } from '../protocol/paths.ts';
import { SEES, sayListing } from './listing.ts';
import { PersistentNode } from './PersistentNode.ts';
import type { CacheEvent } from './ZnodeCache.ts';
import { ZnodeCache } from './ZnodeCache.ts';

export interface Member {
  readonly id: string;
  readonly payload: string;
}

const RECIPE = 'member';

export class GroupMember {
  readonly path: string;
  readonly id: string;
  private readonly context: ClientContext;
  private readonly node: PersistentNode;
  private readonly cache: ZnodeCache;

  /** `id`: its name in the group, no path. `payload`: what the others see of it. */
  constructor(context: ClientContext, path: string, id: string, payload: string) {
    this.context = context;
    this.path = path;
    this.id = id;
    this.node = new PersistentNode(context, `${path}/${id}`, { data: payload, recipe: RECIPE });
    this.cache = new ZnodeCache(context, path, 'children', (event) => this.tell(event));
  }

  /** As far as this client knows, it is in the group. */
  get isIn(): boolean {
    return this.node.isThere;
  }

  /** Those whom this client knows of, sorted by id. */
  get members(): readonly Member[] {
    return this.cache.all().map(({ path, data }) => ({
      id: nameOf(path),
      payload: data === null ? '' : utf8Decode(data),
    }));
  }

  /** Resolves when it is in, or its name is taken, and it has seen who else is. */
  get stands(): Promise<unknown> {
    return Promise.all([this.node.stands, this.cache.stands]);
  }

  /** In the group until `close`; resolves then. Call it once. */
  async run(): Promise<void> {
    try {
      await Promise.all([this.node.run(), this.cache.run()]);
    } catch (error) {
      await Promise.allSettled([this.node.close(), this.cache.close()]);
      throw error;
    }
  }

  setPayload(payload: string): void {
    this.node.setData(payload);
  }

  /** Leaves the group. */
  async close(): Promise<void> {
    await Promise.all([this.node.close(), this.cache.close()]);
    this.context.step(RECIPE, this.path, 'left');
  }

  private tell({ type }: CacheEvent): void {
    if (type === 'changed' || !this.cache.isInitialized) return;
    const ids = this.members.map(({ id }) => id);
    this.context.step(RECIPE, this.path, sayListing(SEES, ids));
  }
}
