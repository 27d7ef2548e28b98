/**
 * What the `envi` word tells of the machine. Without Java's own lines, for there is no Java.
 * Source: ZooKeeper Environment.list.
 */

import { arch, freemem, homedir, hostname, release, totalmem, type, userInfo } from 'node:os';

const MB = 1 << 20;

/** `key=value` each. */
export function environment(): readonly string[] {
  return [
    `host.name=${hostname()}`,
    `node.version=${process.versions.node}`,
    `os.name=${type()}`,
    `os.arch=${arch()}`,
    `os.version=${release()}`,
    `user.name=${userInfo().username}`,
    `user.home=${homedir()}`,
    `user.dir=${process.cwd()}`,
    `os.memory.free=${Math.floor(freemem() / MB)}MB`,
    `os.memory.total=${Math.floor(totalmem() / MB)}MB`,
  ];
}
