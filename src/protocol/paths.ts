/** Znode paths. Source: org.apache.zookeeper.common.PathUtils, CreateMode; DataTree. */

const SEQUENCE_DIGITS = 10;

/** Why `path` is no legal znode path; null if it is one. */
export function pathProblem(path: string): string | null {
  if (path === '') return 'Path length must be > 0';
  if (path[0] !== '/') return 'Path must start with / character';
  if (path === '/') return null;
  if (path.endsWith('/')) return 'Path must not end with / character';
  for (let i = 1; i < path.length; i++) {
    if (isForbidden(path.charCodeAt(i))) return `invalid character @${i}`;
  }
  for (const name of path.slice(1).split('/')) {
    if (name === '') return 'empty node name specified';
    if (name === '.' || name === '..') return 'relative paths not allowed';
  }
  return null;
}

export function isValidPath(path: string): boolean {
  return pathProblem(path) === null;
}

/** Control characters, surrogates, private use, and the last sixteen of the first plane. */
function isForbidden(unit: number): boolean {
  return (
    unit <= 0x1f ||
    (unit >= 0x7f && unit <= 0x9f) ||
    (unit >= 0xd800 && unit <= 0xf8ff) ||
    unit >= 0xfff0
  );
}

/** '/' for '/a' and for '/' itself. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

/** What follows the last slash. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** '0000000007', as Java's %010d: a counter past 2^31-1 has become negative. */
export function sequenceSuffix(counter: number): string {
  return counter < 0
    ? `-${String(-counter).padStart(SEQUENCE_DIGITS - 1, '0')}`
    : String(counter).padStart(SEQUENCE_DIGITS, '0');
}
