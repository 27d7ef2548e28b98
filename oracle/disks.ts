/**
 * Disks across the two: what one wrote the other opens, tells the same of, and carries on from; its
 * work then goes back. Digests: those that a real server logs with its txns are checked whenever
 * ours replays them, and the other way round.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/base/assert.ts';
import { toHex } from '../src/base/bytes.ts';
import type { MultiOp } from '../src/protocol/multi.ts';
import type { DiskFiles } from '../src/server/disk.ts';
import { fileName, zxidsOf } from '../src/server/storage/fileNames.ts';
import { readLog } from '../src/server/storage/txnLog.ts';
import { applyTxn } from '../src/server/tree/applyTxn.ts';
import { DataTree } from '../src/server/tree/DataTree.ts';
import {
  acl,
  CREATOR,
  close,
  create,
  createContainer,
  createTTL,
  del,
  multi,
  set,
  setACL,
} from './Case.ts';
import { type SimpleClient, superClient } from './Helper.ts';
import { OwnEnsemble } from './OwnEnsemble.ts';
import type { Release } from './releases.mjs';
import { TcpEnsemble } from './TcpEnsemble.ts';
import { DEFAULT_SETTING, type Ensemble } from './Wire.ts';

export interface DiskOutcome {
  readonly name: string;
  /** Znodes or digests. */
  readonly compared: number;
  /** Null if both tell the same. */
  readonly difference: string | null;
}

/** theirs -> ours -> theirs, with work done at every stop. */
export async function compareDisks(release: Release): Promise<readonly DiskOutcome[]> {
  const outcomes: DiskOutcome[] = [];
  const root = mkdtempSync(join(tmpdir(), 'ensemble-disks-'));
  try {
    const theirs = await onTheirs(release, join(root, '1'), new Map(), 1);
    const ours = await onOurs(theirs.files, 2);
    outcomes.push(outcome('ours reads theirs', theirs.after, ours.before));
    const back = await onTheirs(release, join(root, '2'), ours.files, 3);
    outcomes.push(outcome('theirs reads ours', ours.after, back.before));
    const again = await onOurs(back.files, 4);
    outcomes.push(outcome('ours reads what theirs made of ours', back.after, again.before));
    outcomes.push(replayDigests(again.files));
    return outcomes;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export type Tree = ReadonlyMap<string, string>;

interface Visit {
  readonly before: Tree;
  readonly after: Tree;
  readonly files: DiskFiles;
}

async function onOurs(files: DiskFiles, round: number): Promise<Visit> {
  const ensemble = new OwnEnsemble(DEFAULT_SETTING, files);
  const { before, after } = await visit(ensemble, round);
  return { before, after, files: ensemble.files(0) };
}

async function onTheirs(
  release: Release,
  dataDir: string,
  files: DiskFiles,
  round: number,
): Promise<Visit> {
  const folder = join(dataDir, 'version-2');
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  const ensemble = await TcpEnsemble.start(DEFAULT_SETTING, { dataDir, release });
  try {
    const { before, after } = await visit(ensemble, round);
    await ensemble.kill(0);
    const log = ensemble.real.log(0);
    if (/digest.*mismatch|Digests are not matching/i.test(log)) throw new Error(log);
    const names = readdirSync(folder);
    return {
      before,
      after,
      files: new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])),
    };
  } finally {
    await ensemble.stop();
  }
}

async function visit(ensemble: Ensemble, round: number): Promise<Omit<Visit, 'files'>> {
  const client = await superClient(ensemble, 0);
  const before = await readTree(client);
  await work(client, `/round${round}`);
  const after = await readTree(client);
  await client.ask(close);
  return { before, after };
}

/** A little of everything, some of it ephemeral, some of it failing. */
export async function work(client: SimpleClient, place: string): Promise<void> {
  const ops: MultiOp[] = [create(`${place}/m`), set(`${place}/m`, 'x'), del(`${place}/m`)];
  await client.askAll([
    create(place, { data: 'a place' }),
    create(`${place}/e`, { flags: 1 }),
    create(`${place}/null`, { data: null }),
    createContainer(`${place}/c`),
    createTTL(`${place}/t`, 1_000_000_000),
    create(`${place}/acl`, { acl: CREATOR }),
    setACL(place, [acl('world', 'anyone'), acl('ip', '10.0.0.0/8', 3)]),
    multi(...ops),
    multi(create(`${place}/no`), del('/none')),
    create(`${place}/no/parent`),
    create('/zookeeper/quota/q', {}),
  ]);
  for (let i = 0; i < 200; i++) {
    await client.askAll([
      create(`${place}/s-`, { flags: 2, data: `${i}` }),
      set(`${place}/null`, `${i}`),
      del(`${place}/s-${String(7 + i).padStart(10, '0')}`, i % 3 === 0 ? -1 : 5),
    ]);
  }
}

/** All that clients can see of each znode but the ephemerals, whose session ends with the visit. */
export async function readTree(client: SimpleClient): Promise<Tree> {
  const tree = new Map<string, string>();
  const pending = ['/'];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const data = await client.read({ type: 'getData', path, watch: false });
    if (data.stat.ephemeralOwner !== 0n) continue;
    const { acl: acls } = await client.read({ type: 'getACL', path });
    const { children } = await client.read({ type: 'getChildren', path, watch: false });
    const { numChildren, cversion, pzxid, ...stat } = data.stat;
    const isSettled = !/^\/round\d+$/.test(path);
    const all = isSettled ? { numChildren, cversion, pzxid, ...stat } : stat;
    const text = JSON.stringify(
      [data.data && toHex(data.data), acls, all],
      (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value),
    );
    tree.set(path, text);
    const prefix = path === '/' ? '/' : `${path}/`;
    for (const name of [...children].sort()) pending.push(prefix + name);
  }
  return tree;
}

/** Replays the logs of both from their beginning: is each txn's digest the logged one? */
function replayDigests(files: DiskFiles): DiskOutcome {
  const tree = new DataTree();
  let count = 0;
  let difference: string | null = null;
  for (const zxid of zxidsOf(files, 'log')) {
    const name = fileName('log', zxid);
    const log = readLog(name, files.get(name) ?? new Uint8Array(0));
    assert(log.ok, `${name} can be read`);
    for (const { proposal } of log.value.records) {
      const { header, body, digest } = proposal.txn;
      applyTxn(tree, header, body);
      if (digest === null || difference !== null) continue;
      count++;
      const own = BigInt.asIntN(64, tree.digest());
      if (own !== digest.treeDigest) {
        difference = `${name}, zxid ${header.zxid}: logged ${digest.treeDigest}, replayed ${own}`;
      }
    }
  }
  return { name: 'digests logged by both and replayed', compared: count, difference };
}

function outcome(name: string, written: Tree, read: Tree): DiskOutcome {
  for (const path of new Set([...written.keys(), ...read.keys()])) {
    const [from, to] = [written.get(path), read.get(path)];
    if (from === to) continue;
    const difference = `${path}\nwritten: ${from ?? 'nothing'}\nread:    ${to ?? 'nothing'}`;
    return { name, compared: read.size, difference };
  }
  return { name, compared: read.size, difference: null };
}
