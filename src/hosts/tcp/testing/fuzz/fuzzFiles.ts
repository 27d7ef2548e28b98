/**
 * Damaged files on a server's disk: it recovers and serves, or refuses the disk and says where the
 * damage is. Half of the damage is sealed by a right checksum, so that it gets past it.
 */

import { adler32 } from '../../../../base/adler32.ts';
import { concatBytes, toHex } from '../../../../base/bytes.ts';
import { Prng } from '../../../../base/prng.ts';
import { mutateBytes } from '../../../../base/testing/mutateBytes.ts';
import { utf8Encode } from '../../../../base/utf8.ts';
import { writeBytes } from '../../../../protocol/codec.ts';
import { type ClientRequest, encodeRequest } from '../../../../protocol/requests.ts';
import type { DiskFiles } from '../../../../server/disk.ts';
import { zookeeperDisk } from '../../../../server/storage/testing/zookeeperDisk.ts';
import { encodeLogHeader, encodeLogRecord, readLog } from '../../../../server/storage/txnLog.ts';
import { checkReply } from './checkReply.ts';
import { FuzzedEnsemble } from './FuzzedEnsemble.ts';
import { MemoryWatch } from './MemoryWatch.ts';
import { Requests } from './Requests.ts';

const SNAPSHOT_HEADER_BYTES = 16;
const REQUESTS = 400;
const CONFIG = { snapCount: 100, superDigest: 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=' };
/** Files of which a server is full: drawn as often as all others together. */
const HISTORY = /^(log|snapshot)\./;

const SMALL_FILES = new Map(
  [
    ['acceptedEpoch', '1'],
    ['currentEpoch', '1'],
    ['zoo.cfg.dynamic', 'server.1=10.0.0.1:2888:3888:participant;0.0.0.0:2181\nversion=0'],
  ].map(([name = '', text = '']) => [name, utf8Encode(text)] as const),
);
const TEXTS = [
  ...['', '0', '2', '2097151', '2097152', '999999999', '4294967296', '9223372036854775807'],
  ...['-1', '1e5', '0x1', ' 1', '1\n', 'version=1', 'server.2=10.0.0.2:2888:3888:participant;2181'],
  ...['server.1=10.0.0.1:2888:3888:observer;2181\nversion=100', 'version=fffffffffffff'],
];

const ACL = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
const REQUESTS_AFTER: readonly ClientRequest[] = [
  { type: 'create', path: '/after', data: null, acl: ACL, flags: 0 },
  { type: 'setData', path: '/', data: new Uint8Array(3), version: -1 },
  { type: 'getChildren2', path: '/', watch: true },
  { type: 'create', path: '/after', data: null, acl: ACL, flags: 1 },
];

export interface FileCounts {
  files: number;
  /** Served, as if nothing were wrong or with what could be read. */
  served: number;
  refused: number;
  /** Up, but alone in a configuration that the damage has made larger. */
  waiting: number;
}

export function fuzzFiles(seed: number, count: number): FileCounts {
  const random = new Prng(seed);
  const counts: FileCounts = { files: 0, served: 0, refused: 0, waiting: 0 };
  const disks = [zookeeperDisk(), ownDisk(seed)].map((disk) => new Map([...SMALL_FILES, ...disk]));
  const memory = new MemoryWatch();
  for (let i = 0; i < count; i++) {
    const { name, files } = damage(random, random.pick(disks));
    counts.files += 1;
    try {
      counts[start(files)] += 1;
      memory.check();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const bytes = toHex(files.get(name) ?? new Uint8Array(0));
      throw new Error(`file ${i}, ${name}: ${why}; ${bytes}`, { cause: error });
    }
  }
  return counts;
}

function start(files: DiskFiles): 'served' | 'refused' | 'waiting' {
  const ensemble = new FuzzedEnsemble(CONFIG, { size: 1, files });
  const { servers } = ensemble;
  if (servers.crashes.length > 0) throw new Error(servers.crashes.join('; '));
  if (servers.refusals.length > 0) return 'refused';
  if (!servers.areServing) return 'waiting';
  // What it answers may well be an error: a root that is an ephemeral has no children.
  const client = ensemble.connect(1);
  for (const request of REQUESTS_AFTER) {
    const sent = encodeRequest(1, request);
    client.sendFrame(sent);
    const code = checkReply(sent, client.socket.received.splice(0), client.isClosed);
    if (code === null) throw new Error(`${request.type} is not answered`);
  }
  return 'served';
}

/** Of a server of ours to which clients have done everything. */
function ownDisk(seed: number): DiskFiles {
  const ensemble = new FuzzedEnsemble(CONFIG, { size: 1 });
  const requests = new Requests(new Prng(seed));
  let client = ensemble.connect(1);
  for (let i = 0; i < REQUESTS; i++) {
    if (client.isClosed) client = ensemble.connect(1);
    client.sendFrame(requests.next());
    client.socket.received.length = 0;
  }
  return ensemble.servers.filesOf(1);
}

function damage(
  random: Prng,
  disk: DiskFiles,
): { readonly name: string; readonly files: DiskFiles } {
  const names = [...disk.keys()];
  const history = names.filter((each) => HISTORY.test(each));
  const name = random.pick(random.chance(500) ? history : names);
  const bytes = disk.get(name) ?? new Uint8Array(0);
  const files = new Map(disk);
  const draw = random.below(4);
  if (draw > 1) files.set(name, mutateBytes(random, bytes));
  else if (name.startsWith('log.')) files.set(name, sealedLog(random, name, bytes));
  else if (name.startsWith('snapshot.')) files.set(name, sealedSnapshot(random, bytes));
  else if (draw === 1) files.delete(name);
  else files.set(name, utf8Encode(random.pick(TEXTS)));
  // What is newer would hide the damage to what is older.
  if (random.chance(300)) for (const each of history) if (each > name) files.delete(each);
  return { name, files };
}

function sealedLog(random: Prng, name: string, bytes: Uint8Array): Uint8Array {
  const log = readLog(name, bytes);
  if (!log.ok || log.value.records.length === 0) return mutateBytes(random, bytes);
  const payloads = log.value.records.map(({ proposal }) => proposal.bytes);
  const at = random.below(payloads.length);
  const payload = mutateBytes(random, payloads[at] ?? new Uint8Array(0));
  payloads[at] = payload.length === 0 ? new Uint8Array(1) : payload;
  return concatBytes(encodeLogHeader(), ...payloads.map(encodeLogRecord));
}

/** Without what may follow the first seal. */
function sealedSnapshot(random: Prng, bytes: Uint8Array): Uint8Array {
  const end = findSeal(bytes);
  const body = mutateBytes(random, bytes.subarray(SNAPSHOT_HEADER_BYTES, end));
  const sealed = concatBytes(bytes.subarray(0, SNAPSHOT_HEADER_BYTES), body);
  const seal = writeBytes((w) => {
    w.exactLong(adler32(sealed));
    w.ustring('/');
  });
  return concatBytes(sealed, seal);
}

/** Where the first checksum begins: it is that of all bytes before it. */
function findSeal(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isTerminator = (at: number) => view.getInt32(at) === 1 && bytes[at + 4] === 0x2f;
  for (let at = SNAPSHOT_HEADER_BYTES; at + 13 <= bytes.length; at++) {
    if (!isTerminator(at)) continue;
    const end = at + 5;
    const isSealed = end + 8 <= bytes.length && view.getUint32(end) === 0;
    if (isSealed && view.getUint32(end + 4) === adler32(bytes.subarray(0, end))) return end;
  }
  return bytes.length;
}
