/** The disk of a server as a directory that Apache ZooKeeper opens: `dataDir` as in its zoo.cfg. */

import { utf8Encode } from '../../base/utf8.ts';
import type { DiskFiles } from '../../server/disk.ts';
import type { NamedBytes } from './tar.ts';

export function serverDirectory(sid: number, disk: DiskFiles): readonly NamedBytes[] {
  const files = [...disk].map(([name, bytes]) => ({ name: `version-2/${name}`, bytes }));
  return [{ name: 'myid', bytes: utf8Encode(`${sid}\n`) }, ...files];
}
