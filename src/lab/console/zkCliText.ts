/** What zkCli prints. Source: StatPrinter, GetAclCommand, ListQuotaCommand of ZooKeeper 3.8. */

import type { CommandResults } from '../../client/commandTypes.ts';
import type { AclJson, MultiResultJson, StatJson } from '../../client/jsonForms.ts';
import { formatQuota } from '../../client/quota.ts';

export function statText(stat: StatJson): string {
  return [
    `cZxid = ${stat.czxid}`,
    `ctime = ${javaDate(stat.ctime)}`,
    `mZxid = ${stat.mzxid}`,
    `mtime = ${javaDate(stat.mtime)}`,
    `pZxid = ${stat.pzxid}`,
    `cversion = ${stat.cversion}`,
    `dataVersion = ${stat.version}`,
    `aclVersion = ${stat.aversion}`,
    `ephemeralOwner = ${stat.ephemeralOwner}`,
    `dataLength = ${stat.dataLength}`,
    `numChildren = ${stat.numChildren}`,
  ].join('\n');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Thu Jan 01 00:00:00 UTC 1970`, as Java's Date.toString, always in UTC. */
export function javaDate(ms: number): string {
  const date = new Date(ms);
  const pad = (value: number) => String(value).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(':');
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${pad(date.getUTCDate())}`;
  return `${day} ${clock} UTC ${date.getUTCFullYear()}`;
}

/** `[a, b]` */
export const listText = (names: readonly string[]): string => `[${names.join(', ')}]`;

export const aclText = (acl: readonly AclJson[]): string =>
  acl.map(({ scheme, id, perms }) => `'${scheme},'${id}\n: ${perms}`).join('\n');

export const identitiesText = ({ identities }: CommandResults['whoami']): string =>
  ['Auth scheme: User', ...identities.map(({ scheme, user }) => `${scheme}: ${user}`)].join('\n');

export function quotaText(path: string, quota: CommandResults['listquota']): string {
  const place = `absolute path is /zookeeper/quota${path}/zookeeper_limits`;
  if (quota === null) return `${place}\nquota for ${path} does not exist.`;
  const { limits, usage } = quota;
  return [
    place,
    `Output quota for ${path} ${formatQuota(limits)}`,
    `Output stat for ${path} count=${usage.count},bytes=${usage.bytes}`,
  ].join('\n');
}

/** One line for each part of a multi; zkCli has no such command. */
export function multiText(results: readonly MultiResultJson[]): string {
  return results
    .map(({ op, path, stat }) => {
      if (path !== undefined) return `Created ${path}`;
      return stat === undefined ? `${op} ok` : `${op} ok, dataVersion = ${stat.version}`;
    })
    .join('\n');
}

/** Of the lines of a configuration: `host:port,...`, what a client connects to. */
export function connectString(config: string): string {
  const addresses = config
    .split('\n')
    .filter((line) => line.startsWith('server.'))
    .map((line) => line.split(';')[1] ?? '');
  return addresses.filter((address) => address !== '').join(',');
}
