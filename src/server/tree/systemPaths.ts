/** Znodes that every tree has. Source: ZooDefs.CONFIG_NODE, Quotas, DataTree. */

export const ZOOKEEPER_NODE = '/zookeeper';
export const QUOTA_NODE = '/zookeeper/quota';
/** Data: the text of the current configuration. `setData` with version -1 initialises it. */
export const CONFIG_NODE = '/zookeeper/config';

export const SYSTEM_PATHS = ['/', ZOOKEEPER_NODE, QUOTA_NODE, CONFIG_NODE] as const;

/** Below /zookeeper (itself excluded) servers keep accounts of their own, outside the digest. */
export function isServerLocal(path: string): boolean {
  return path.startsWith('/zookeeper/');
}

export function childPath(parentPath: string, name: string): string {
  return parentPath === '/' ? `/${name}` : `${parentPath}/${name}`;
}
