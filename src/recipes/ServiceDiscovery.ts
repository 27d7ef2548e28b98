/**
 * Services by name: each instance registers itself, and clients find them. Znodes and JSON as
 * Curator's service discovery: `<base>/<name>/<id>`, ephemeral for DYNAMIC services, persistent for
 * STATIC and PERMANENT ones.
 *
 * Guarantees: a registered DYNAMIC instance is found while its session lives, and registers again
 * with each new session; `instances` gives what a server has then.
 * Does not guarantee that an instance that is found is alive: one that has died is found until its
 * session has expired; nor that the answer is the newest.
 * Errors: SESSIONEXPIRED from reads; those of PersistentNode. What is no such JSON is left out.
 * Source: Curator ServiceDiscoveryImpl, ServiceInstance, JsonInstanceSerializer.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { FINDS, sayListing } from './listing.ts';
import { PersistentNode } from './PersistentNode.ts';
import { orNull, retryOnLoss } from './retry.ts';
import { decodeInstance, encodeInstance, type ServiceInstance } from './serviceInstance.ts';

const RECIPE = 'service';

export class ServiceDiscovery {
  readonly basePath: string;
  private readonly context: ClientContext;

  constructor(context: ClientContext, basePath: string) {
    this.context = context;
    this.basePath = basePath;
  }

  /** Registered while `run` of the result runs, and until its `close`. */
  register(instance: Omit<ServiceInstance, 'registrationTimeUTC'>): PersistentNode {
    const { context, basePath } = this;
    const data = encodeInstance({ ...instance, registrationTimeUTC: context.dateMs });
    const mode = instance.serviceType === 'DYNAMIC' ? 'EPHEMERAL' : 'PERSISTENT';
    const path = `${basePath}/${instance.name}/${instance.id}`;
    return new PersistentNode(context, path, { data, mode, recipe: RECIPE });
  }

  /** Names of services that have, or had, instances; sorted. */
  async names(): Promise<readonly string[]> {
    return (await this.childrenOf(this.basePath)).toSorted();
  }

  /** Sorted by id. */
  async instances(name: string): Promise<readonly ServiceInstance[]> {
    const { context } = this;
    const path = `${this.basePath}/${name}`;
    context.step(RECIPE, path, 'list instances');
    const found: ServiceInstance[] = [];
    for (const id of (await this.childrenOf(path)).toSorted()) {
      const read = () => retryOnLoss(() => context.zk.getData(`${path}/${id}`));
      const instance = decodeInstance((await orNull(read))?.data ?? null);
      if (instance !== null) found.push(instance);
    }
    const ids = found.map(({ id }) => id);
    context.step(RECIPE, path, sayListing(FINDS, ids));
    return found;
  }

  private async childrenOf(path: string): Promise<readonly string[]> {
    const listed = await orNull(() => retryOnLoss(() => this.context.zk.getChildren(path)));
    return listed?.children ?? [];
  }
}
