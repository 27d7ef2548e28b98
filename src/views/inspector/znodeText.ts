/** A znode's parts in zkCli's words. */

import { toHex } from '../../base/bytes.ts';
import { javaDate } from '../../lab/console/zkCliText.ts';
import { hexZxid } from '../../lab/format.ts';
import { type ACL, Perms } from '../../protocol/acl.ts';
import { formatSessionId } from '../../protocol/sessionId.ts';
import type { Stat } from '../../protocol/stat.ts';

export interface StatLine {
  readonly name: string;
  readonly value: string;
  /** Above 0 where the value is a zxid. */
  readonly zxid: number;
}

const line = (name: string, value: number | string): StatLine => ({
  name,
  value: String(value),
  zxid: 0,
});

const zxidLine = (name: string, zxid: number): StatLine => ({ name, value: hexZxid(zxid), zxid });

/** In zkCli's order and words. */
export function statLines(stat: Stat): readonly StatLine[] {
  return [
    zxidLine('cZxid', stat.czxid),
    line('ctime', javaDate(stat.ctime)),
    zxidLine('mZxid', stat.mzxid),
    line('mtime', javaDate(stat.mtime)),
    zxidLine('pZxid', stat.pzxid),
    line('cversion', stat.cversion),
    line('dataVersion', stat.version),
    line('aclVersion', stat.aversion),
    line('ephemeralOwner', formatSessionId(stat.ephemeralOwner)),
    line('dataLength', stat.dataLength),
    line('numChildren', stat.numChildren),
  ];
}

const LETTERS = [
  ['c', Perms.CREATE],
  ['d', Perms.DELETE],
  ['r', Perms.READ],
  ['w', Perms.WRITE],
  ['a', Perms.ADMIN],
] as const;

/** `world:anyone:cdrwa`. */
export function aclWord({ perms, id }: ACL): string {
  const letters = LETTERS.filter(([, bit]) => (perms & bit) !== 0).map(([letter]) => letter);
  return `${id.scheme}:${id.id}:${letters.join('')}`;
}

const BYTES_PER_LINE = 16;

/** Lines of an offset and sixteen bytes; at most `linesMax`. */
export function hexLines(data: Uint8Array, linesMax: number): string {
  const lines: string[] = [];
  for (let at = 0; at < data.length && lines.length < linesMax; at += BYTES_PER_LINE) {
    const bytes = toHex(data.subarray(at, at + BYTES_PER_LINE)).match(/../g) ?? [];
    lines.push(`${at.toString(16).padStart(4, '0')}  ${bytes.join(' ')}`);
  }
  const shown = linesMax * BYTES_PER_LINE;
  if (data.length > shown) lines.push(`and ${data.length - shown} bytes more`);
  return lines.join('\n');
}
