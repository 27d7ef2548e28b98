/** The first name of a path: reads and writes are counted by it. Source: PathUtils. */

/** Null for the root. */
export function namespaceOf(path: string): string | null {
  if (path.length < 2) return null;
  const end = path.indexOf('/', 1);
  return end < 0 ? path.slice(1) : path.slice(1, end);
}
