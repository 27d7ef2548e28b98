/**
 * Ensembles of Apache's servers and ours together: who leads, who is brought to whose history and
 * how, what becomes of sessions and of what was never committed; and whether all know the same in
 * the end.
 */

import { assert } from '../../src/base/assert.ts';
import { utf8Decode } from '../../src/base/utf8.ts';
import { frame } from '../../src/protocol/frames.ts';
import { encodeRequest } from '../../src/protocol/requests.ts';
import { formatZxid, NO_ZXID } from '../../src/protocol/zxid.ts';
import type { MemoryDatabase } from '../../src/server/storage/MemoryDatabase.ts';
import { recover } from '../../src/server/storage/recovery.ts';
import { create } from '../Case.ts';
import { readTree, type Tree, work } from '../disks.ts';
import { SimpleClient } from '../Helper.ts';
import type { Release } from '../releases.mjs';
import { MixedEnsemble, type MixedSetting, type SyncMode } from './MixedEnsemble.ts';

/** The sid decides between equal histories: the one that is alone has the highest. */
const ENSEMBLES: readonly (MixedSetting & { readonly name: string })[] = [
  { name: "two of Apache's and one of ours", ours: [2] },
  { name: "one of Apache's and two of ours", ours: [0, 1] },
  { name: "one of ours that observes two of Apache's", ours: [2], observers: [2] },
  { name: "one of Apache's that observes two of ours", ours: [0, 1], observers: [2] },
  { name: "two of Apache's and one of ours, reconfigured", ours: [2], reconfig: true },
  { name: "one of Apache's and two of ours, reconfigured", ours: [0, 1], reconfig: true },
];

/** Prints what it sees. Returns how many of them did not end as they must. */
export async function compareMixed(release: Release, only: string): Promise<number> {
  let failures = 0;
  for (const setting of ENSEMBLES) {
    const { name, observers = [], reconfig = false } = setting;
    if (!name.includes(only)) continue;
    console.log(`${name}, in one ensemble:`);
    const ensemble = await MixedEnsemble.start(release, setting);
    const run = new MixedRun(ensemble, release.version);
    try {
      const [observer] = observers;
      if (observer !== undefined) await run.playObserver(observer);
      else if (reconfig) await run.playReconfig();
      else await run.play();
    } catch (failure) {
      failures++;
      const reason = failure instanceof Error ? failure.message : failure;
      console.log(`DIFFERENCE ${name}: ${reason}\n${run.logs()}`);
    } finally {
      await run.ensemble.stop();
    }
  }
  return failures;
}

const LOG_TAIL = 3_000;
/** Longer than any machine should need from one ping to the next. */
const SHORT_SESSION_MS = 6_000;
const PING_INTERVAL_MS = 500;
/** So that what is written while a server starts does not outgrow the committed log. */
const WRITE_INTERVAL_MS = 20;

class MixedRun {
  readonly ensemble: MixedEnsemble;
  /** Of Apache's servers. */
  private readonly version: string;
  private rounds = 0;

  constructor(ensemble: MixedEnsemble, version: string) {
    this.ensemble = ensemble;
    this.version = version;
  }

  async play(): Promise<void> {
    const { ensemble } = this;
    await this.writeThroughAll();
    const own = [...ensemble.ours][0] ?? -1;
    const theirs = ensemble.all.find((i) => !ensemble.ours.has(i)) ?? -1;
    for (const [leader, learner] of [
      [theirs, own],
      [own, theirs],
    ] as const) {
      await ensemble.elect(leader);
      console.log(`  ${ensemble.name(leader)} leads`);
      await this.writeThroughAll();
      await this.catchUp(leader, learner, 'DIFF');
      await this.catchUp(leader, learner, 'SNAP');
      await this.failOver(leader, learner);
      await ensemble.elect(leader);
      await this.forget(leader);
    }
    await this.compareAll();
  }

  async playObserver(observer: number): Promise<void> {
    const leader = await this.ensemble.leader();
    console.log(`  ${this.ensemble.name(leader)} leads`);
    await this.writeThroughAll();
    await this.catchUp(leader, observer, 'DIFF');
    await this.catchUp(leader, observer, 'SNAP');
    await this.holdSession(leader, observer);
    await this.compareAll();
  }

  async playReconfig(): Promise<void> {
    const { ensemble } = this;
    await this.writeThroughAll();
    const own = [...ensemble.ours][0] ?? -1;
    const theirs = ensemble.all.find((i) => !ensemble.ours.has(i)) ?? -1;
    for (const leader of [theirs, own]) {
      await ensemble.elect(leader);
      await this.leaveAndJoin(leader);
    }
    await this.compareAll();
  }

  logs(): string {
    const { ensemble } = this;
    return ensemble.all
      .map((i) => `--- ${ensemble.name(i)}\n${ensemble.log(i).slice(-LOG_TAIL)}`)
      .join('\n');
  }

  private async writeThroughAll(): Promise<void> {
    for (const server of this.ensemble.all) await this.writeThrough(server);
  }

  private async writeThrough(server: number): Promise<void> {
    const client = await this.ensemble.client(server);
    await work(client, `/round${++this.rounds}`);
    await client.leave();
  }

  /** A learner that was away comes back, while others go on writing. */
  private async catchUp(leader: number, learner: number, mode: SyncMode): Promise<void> {
    const { ensemble } = this;
    await ensemble.kill(learner);
    if (mode === 'SNAP') ensemble.wipe(learner);
    const client = await ensemble.client(leader);
    await client.ask(create(`/while${++this.rounds}`));
    let isBack = false;
    const back = ensemble.restart(learner).finally(() => {
      isBack = true;
    });
    // A learner of 3.8 that hears of a commit before UPTODATE fails (ZOOKEEPER-4394).
    const mayWrite = ensemble.ours.has(learner) || !this.version.startsWith('3.8.');
    for (let count = 0; mayWrite && !isBack; count++) {
      await client.ask(create(`/while${this.rounds}/`, { flags: 2, data: `${count}` }));
      await new Promise((done) => setTimeout(done, WRITE_INTERVAL_MS));
    }
    await back;
    await client.leave();
    this.expectMode(leader, learner, mode);
  }

  private expectMode(leader: number, learner: number, mode: SyncMode): void {
    const { ensemble } = this;
    const [from, to] = [ensemble.name(leader), ensemble.name(learner)];
    const found = ensemble.syncMode(learner, leader);
    assert(found === mode, `${from} sent ${found ?? 'nothing'} to ${to} instead of ${mode}`);
    console.log(`  ${mode} from ${from} to ${to}`);
  }

  /** The leader dies; its client goes on elsewhere, and with it its ephemeral. */
  private async failOver(leader: number, next: number): Promise<void> {
    const { ensemble } = this;
    const path = `/mine${++this.rounds}`;
    const before = await ensemble.client(leader);
    await before.ask(create(path, { flags: 1, data: 'mine' }));
    await ensemble.kill(leader);
    await ensemble.leader();
    let after: SimpleClient | null = null;
    await ensemble.until('the session elsewhere', async () => {
      after = await SimpleClient.open(ensemble.clients, next, before.sessionId);
      return after !== null;
    });
    assert(after !== null, 'a session moves');
    const moved: SimpleClient = after;
    const { data, stat } = await moved.read({ type: 'getData', path, watch: false });
    assert(stat.ephemeralOwner === before.sessionId, 'the ephemeral keeps its owner');
    assert(utf8Decode(data ?? new Uint8Array(0)) === 'mine', 'the ephemeral keeps its data');
    await this.writeThrough(next);
    await moved.leave();
    console.log(
      `  ${ensemble.name(leader)} killed, ${ensemble.name(await ensemble.leader())} leads,` +
        ` a session moved to ${ensemble.name(next)}`,
    );
    await ensemble.restart(leader);
  }

  /** What a leader alone has in its log is cut off when it comes back. */
  private async forget(leader: number): Promise<void> {
    const { ensemble } = this;
    const path = `/never${++this.rounds}`;
    const others = ensemble.all.filter((i) => i !== leader);
    const client = await ensemble.client(leader);
    // The others must have the same history, or the sid does not decide who leads.
    const before = `/before${this.rounds}`;
    await client.ask(create(before, { data: before }));
    await ensemble.until('the same logs', () =>
      ensemble.all.every((server) => hasInLog(ensemble, server, before)),
    );
    for (const other of others) await ensemble.freeze(other);
    client.wire.write(frame(encodeRequest(99, create(path, { data: path }))));
    await ensemble.until('the proposal in the log', () => hasInLog(ensemble, leader, path));
    for (const server of [leader, ...others]) await ensemble.kill(server);
    client.wire.end();
    await ensemble.restart(...others);
    const next = await ensemble.leader();
    await ensemble.restart(leader);
    assert(ensemble.ours.has(next) !== ensemble.ours.has(leader), 'the other kind leads');
    this.expectMode(next, leader, 'TRUNC');
    for (const server of ensemble.all) {
      const reader = await ensemble.client(server);
      const { err } = await reader.ask({ type: 'exists', path, watch: false });
      assert(err === -101, `${path} is known to ${ensemble.name(server)}`);
      await reader.leave();
    }
  }

  /** The leader is no member any more, so another leads; then it is one again. */
  private async leaveAndJoin(leader: number): Promise<void> {
    const { ensemble } = this;
    const other = ensemble.all.find((i) => i !== leader) ?? -1;
    const client = await ensemble.client(other);
    const own = new RegExp(`^server\\.${leader + 1}=[^;\\n]+`, 'm');
    const [line = ''] = own.exec(await configOf(client)) ?? [];
    const lists = { joiningServers: null, leavingServers: null, newMembers: null };
    const reconfig = { ...lists, type: 'reconfig', curConfigId: NO_ZXID } as const;
    // Whoever changes its leader hangs up on its clients, perhaps before it has answered.
    await client.ask({ ...reconfig, leavingServers: `${leader + 1}` }).catch(() => {});
    client.wire.end();
    await ensemble.until('another leader', async () => (await ensemble.leader()) !== leader);
    const next = await ensemble.leader();
    const joiner = await ensemble.client(next);
    assert(!own.test(await configOf(joiner)), 'the old leader is no member');
    const joiningServers = `${line};${ensemble.clientAddress(leader)}`;
    const { err } = await joiner.ask({ ...reconfig, joiningServers });
    assert(err === 0, `the old leader cannot join: ${err}`);
    await joiner.leave();
    for (const server of ensemble.all) {
      await ensemble.until('the same configuration', async () => {
        const reader = await ensemble.client(server);
        const config = await configOf(reader);
        await reader.leave();
        return config.includes(joiningServers);
      });
    }
    const [from, to] = [ensemble.name(leader), ensemble.name(next)];
    console.log(`  ${from} leads, leaves, ${to} leads, ${from} joins`);
  }

  /**
   * A session that moves to a learner lives as long as the learner hears of it, and no longer: the
   * leader knows of it by what the learner tells.
   */
  private async holdSession(leader: number, learner: number): Promise<void> {
    const { ensemble } = this;
    const path = `/held${++this.rounds}`;
    const open = (server: number, id = 0n) =>
      SimpleClient.open(ensemble.clients, server, id, SHORT_SESSION_MS);
    const first = await open(leader);
    assert(first !== null, 'a session is opened');
    await first.ask(create(path, { flags: 1 }));
    const held = await open(learner, first.sessionId);
    assert(held !== null, `${ensemble.name(learner)} knows no session of its leader`);
    const isThere = async (client: SimpleClient) =>
      (await client.ask({ type: 'exists', path, watch: false })).err === 0;
    for (let heldMs = 0; heldMs < 2 * SHORT_SESSION_MS; heldMs += PING_INTERVAL_MS) {
      assert(await isThere(held), 'a session that is heard of has expired');
      await new Promise((done) => setTimeout(done, PING_INTERVAL_MS));
    }
    held.wire.end();
    first.wire.end();
    const reader = await ensemble.client(learner);
    await ensemble.until('the end of a session', async () => !(await isThere(reader)));
    await reader.leave();
    console.log(`  a session held by ${ensemble.name(learner)} for ${ensemble.name(leader)}`);
  }

  private async compareAll(): Promise<void> {
    await this.writeThroughAll();
    await this.compareTrees();
    await this.compareDigests();
    await this.compareDisks();
  }

  private async compareTrees(): Promise<void> {
    const { ensemble } = this;
    const trees: Tree[] = [];
    const clients: SimpleClient[] = [];
    for (const server of ensemble.all) clients.push(await ensemble.client(server));
    for (const client of clients) {
      await client.ask({ type: 'sync', path: '/' });
      // Each server has its own: when it was told of its configuration.
      const tree = new Map(await readTree(client));
      tree.delete('/zookeeper/config');
      trees.push(tree);
    }
    for (const client of clients) await client.leave();
    const [first = new Map<string, string>(), ...rest] = trees;
    for (const tree of rest) {
      for (const path of new Set([...first.keys(), ...tree.keys()])) {
        const [a, b] = [first.get(path), tree.get(path)];
        assert(a === b, `${path}\n${a ?? 'nothing'}\n${b ?? 'nothing'}`);
      }
    }
    console.log(`  ${first.size} znodes alike on all`);
  }

  /** Of those txns of which all three have noted one. */
  private async compareDigests(): Promise<void> {
    const { ensemble } = this;
    const notes = await Promise.all(
      ensemble.all.map(async (i) => {
        const text = await ensemble.clients.word(i, 'hash');
        return new Map([...text.matchAll(/^(\w+): (-?\d+)$/gm)].map(([, a = '', b]) => [a, b]));
      }),
    );
    const [first = new Map<string, string>(), ...rest] = notes;
    const common = [...first.keys()].filter((zxid) => rest.every((note) => note.has(zxid)));
    assert(common.length > 0, 'no digests that all have noted');
    for (const zxid of common) {
      const digests = notes.map((note) => BigInt.asUintN(64, BigInt(note.get(zxid) ?? 0)));
      assert(new Set(digests).size === 1, `digests at ${zxid}: ${digests.join(' ')}`);
    }
    for (const server of ensemble.all) {
      const isTold = /digests? (are )?(not matching|mismatch)/i.test(ensemble.log(server));
      assert(!isTold, `${ensemble.name(server)} found a wrong digest`);
    }
    console.log(`  ${common.length} digests of running servers alike`);
  }

  /** By what each has on its disk, once all have all of it there. */
  private async compareDisks(): Promise<void> {
    const { ensemble } = this;
    const databases = () => ensemble.all.map((server) => databaseOn(ensemble, server));
    await ensemble.until('the same history on all disks', () => {
      const zxids = databases().map(({ lastProcessedZxid }) => lastProcessedZxid);
      return new Set(zxids).size === 1;
    });
    for (const server of ensemble.all) await ensemble.kill(server);
    const ends = databases().map(
      ({ lastProcessedZxid, tree }) => `${formatZxid(lastProcessedZxid)} ${tree.digest()}`,
    );
    assert(new Set(ends).size === 1, `the disks differ: ${ends.join(', ')}`);
    console.log(`  digests of all disks alike at ${ends[0]}`);
  }
}

async function configOf(client: SimpleClient): Promise<string> {
  const path = '/zookeeper/config';
  const { data } = await client.read({ type: 'getData', path, watch: false });
  return utf8Decode(data ?? new Uint8Array(0));
}

function databaseOn(ensemble: MixedEnsemble, server: number): MemoryDatabase {
  const recovered = recover(ensemble.files(server), 0);
  assert(recovered.ok, () => `the disk of ${ensemble.name(server)} cannot be read`);
  return recovered.value.memory;
}

function hasInLog(ensemble: MixedEnsemble, server: number, text: string): boolean {
  return [...ensemble.files(server)].some(
    ([name, bytes]) => name.startsWith('log.') && Buffer.from(bytes).includes(text),
  );
}
