// The releases of Apache ZooKeeper that are here: that of Debian's package `zookeeper`, and the 3.9
// that unpackZookeeper39.sh brings beside it.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const INSTALLED = '/usr/share/java';
const UNPACKED = join(import.meta.dirname, '..', '.cache/zookeeper39/usr/share/java');
const LOGGER = `${INSTALLED}/slf4j-simple.jar`;

export const NOT_INSTALLED =
  'skipped: no Apache ZooKeeper here (apt-get install -y --no-install-recommends zookeeper)';

/**
 * @typedef {object} Release
 * @property {string} version of three numbers
 * @property {string} classPath
 */

/** @returns {Release[]} */
export function findReleases() {
  return [INSTALLED, UNPACKED].flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const [version] = names.flatMap((name) => /^zookeeper-(\d.*)\.jar$/.exec(name)?.[1] ?? []);
    if (version === undefined) return [];
    // Its own jute comes first: the next jar names that of the system, as all else that it needs.
    const jars = [`${folder}/zookeeper-jute.jar`, `${folder}/zookeeper.jar`, LOGGER];
    return [{ version, classPath: jars.join(':') }];
  });
}

/** @param {string} minor 3.8 or 3.9 */
export function findRelease(minor) {
  return findReleases().find(({ version }) => version.startsWith(`${minor}.`));
}

export function isInstalled() {
  return existsSync(`${INSTALLED}/zookeeper.jar`);
}
