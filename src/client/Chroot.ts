/**
 * The prefix that a client's connect string puts before all its paths. Source:
 * ZooKeeper.prependChroot.
 */

import { assert } from '../base/assert.ts';
import { pathProblem } from '../protocol/paths.ts';

export class Chroot {
  private readonly prefix: string;

  /** '' or '/' for none. */
  constructor(prefix: string) {
    assert(prefix === '' || pathProblem(prefix) === null, `chroot ${prefix}`);
    this.prefix = prefix === '/' ? '' : prefix;
  }

  toServer(path: string): string {
    if (this.prefix === '') return path;
    return path === '/' ? this.prefix : this.prefix + path;
  }

  /** A path outside the prefix stays as it is. */
  toClient(path: string): string {
    if (this.prefix === '') return path;
    if (path === this.prefix) return '/';
    return path.startsWith(`${this.prefix}/`) ? path.slice(this.prefix.length) : path;
  }
}
