/**
 * What is read of the children of each znode, as long as they are the same ones: from one zxid to
 * the next few directories change, and most znodes have no children.
 */

import type { Znode } from '../server/tree/DataNode.ts';
import type { DataTree } from '../server/tree/DataTree.ts';

export interface Directory {
  readonly path: string;
  readonly node: Znode;
  readonly tree: DataTree;
  /** Path of a child. */
  childPath(name: string): string;
}

export class DirectoryMemo<T> {
  readonly #read: (directory: Directory) => T | null;
  /** By znode, so that trees of different times do not get into each other's way. */
  readonly #known = new WeakMap<Znode, { readonly pzxid: number; readonly value: T | null }>();

  /** `read` looks at nothing but which children there are, and what of them never changes. */
  constructor(read: (directory: Directory) => T | null) {
    this.#read = read;
  }

  /** What is read of each directory of which something is; the same value while it is the same. */
  all(tree: DataTree): readonly T[] {
    const found: T[] = [];
    const visit = (path: string, node: Znode): void => {
      const base = path === '/' ? '/' : `${path}/`;
      const childPath = (name: string): string => base + name;
      const value = this.#valueOf({ path, node, tree, childPath });
      if (value !== null) found.push(value);
      for (const path of node.childPaths) {
        const child = tree.getNode(path);
        if (child !== undefined && child.childCount > 0) visit(path, child);
      }
    };
    const root = tree.getNode('/');
    if (root !== undefined) visit('/', root);
    return found;
  }

  #valueOf(directory: Directory): T | null {
    const { node } = directory;
    const known = this.#known.get(node);
    if (known?.pzxid === node.pzxid) return known.value;
    const value = this.#read(directory);
    this.#known.set(node, { pzxid: node.pzxid, value });
    return value;
  }
}
