/**
 * Leader: deletes containers that have lost their last child, and TTL znodes whose time is over.
 * Source: ZooKeeper ContainerManager.
 * A container that never had a child is kept, as in 3.8 and 3.9.
 */

import type { ServerContext } from '../context.ts';
import type { Database } from '../database.ts';
import type { Znode } from '../tree/DataNode.ts';
import { ttlOf } from '../tree/EphemeralType.ts';

/** ZooKeeper spreads 10,000 a minute; here a check deletes at most so many. */
const DELETES_PER_CHECK_MAX = 10_000;

export class ContainerManager {
  private readonly context: ServerContext;
  private readonly database: Database;
  private readonly deleteContainer: (path: string) => void;

  constructor(context: ServerContext, database: Database, deleteContainer: (path: string) => void) {
    this.context = context;
    this.database = database;
    this.deleteContainer = deleteContainer;
    this.armTimer();
  }

  /** When `containerCheck` fires. */
  checkContainers(): void {
    this.armTimer();
    for (const path of this.candidates().slice(0, DELETES_PER_CHECK_MAX)) {
      this.deleteContainer(path);
    }
  }

  private candidates(): readonly string[] {
    const { tree } = this.database;
    const containers = [...tree.containers].filter((path) => isUsedUp(tree.getNode(path)));
    const ttls = [...tree.ttls].filter((path) => this.isOver(tree.getNode(path)));
    return [...containers, ...ttls];
  }

  private isOver(node: Znode | undefined): boolean {
    if (node === undefined || node.childCount > 0) return false;
    const time = this.context.nowMs + this.context.config.timeOriginMs;
    return time - node.mtime > ttlOf(node.ephemeralOwner);
  }

  private armTimer(): void {
    this.context.setTimer('containerCheck', this.context.config.containerCheckIntervalMs);
  }
}

function isUsedUp(node: Znode | undefined): boolean {
  return node !== undefined && node.cversion > 0 && node.childCount === 0;
}
