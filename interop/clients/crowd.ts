/**
 * 1,000 sessions that hold 10,000 ephemerals and 100,000 watches. The leader dies, with which every
 * connection is lost: all of it must be there again, on the servers that are left.
 */

import assert from 'node:assert/strict';
import { OPEN_ACL_UNSAFE } from '../../src/protocol/acl.ts';
import type { RequestOf } from '../../src/protocol/requests.ts';
import type { ClientUnderTest } from '../ClientUnderTest.ts';
import { Member } from '../Member.ts';
import type { Served } from '../Served.ts';
import { until } from '../until.ts';

const MEMBERS = 1_000;
const EPHEMERALS_EACH = 10;
const WATCHES_EACH = 100;
const ZNODES = 1_000;
/** Of the znodes, so many are written while nobody is there to be told. */
const WRITTEN_MEANWHILE = 100;
const SESSION_TIMEOUT_MS = 40_000;
const PING_MS = 5_000;
const WAIT_MS = 60_000;
const RETRY_MS = 50;

const pathOf = (znode: number): string => `/crowd/${znode}`;

const create = (path: string, flags: number): RequestOf<'create'> => ({
  type: 'create',
  path,
  data: null,
  acl: OPEN_ACL_UNSAFE,
  flags,
});

const write = (znode: number): RequestOf<'setData'> => ({
  type: 'setData',
  path: pathOf(znode),
  data: null,
  version: -1,
});

/** Every znode is watched by 100 of them. */
const watchedBy = (member: number): string[] =>
  Array.from({ length: WATCHES_EACH }, (_, i) => pathOf((member + i * 10) % ZNODES));

const ephemeralsOf = (member: number): string[] =>
  Array.from({ length: EPHEMERALS_EACH }, (_, i) => `/crowd-ephemerals/${member}-${i}`).sort();

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** To the first server that takes it, in turn from `first` on. */
async function open(member: Member, ports: readonly number[], first: number): Promise<void> {
  let attempt = first;
  await until('a connection', WAIT_MS, async () => {
    const port = ports[attempt++ % ports.length] ?? 0;
    if (
      await member.connect(port).then(
        () => true,
        () => false,
      )
    )
      return true;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    return false;
  });
}

async function gather(members: readonly Member[], ports: readonly number[]): Promise<void> {
  await Promise.all(members.map((member, i) => open(member, ports, i)));
  const [first] = members;
  await first?.ask([create('/crowd', 0), create('/crowd-ephemerals', 0)]);
  await first?.ask(numbers(0, ZNODES).map((znode) => create(pathOf(znode), 0)));
  const work = async (member: Member, i: number) => {
    await member.ask([{ type: 'sync', path: '/' }]);
    await member.ask(ephemeralsOf(i).map((path) => create(path, 1)));
    await member.ask(watchedBy(i).map((path) => ({ type: 'getData', path, watch: true })));
  };
  await Promise.all(members.map(work));
}

/** Kills the leader, writes while nobody watches, and lets all come back. */
async function loseTheLeader(served: Served, members: readonly Member[]): Promise<void> {
  const leader = (await served.state()).find(({ state }) => state === 'LEADING')?.server ?? 0;
  const sessions = members.map(({ sessionId }) => sessionId);
  await served.control('kill', { server: leader });
  await until('all connections are lost', WAIT_MS, () =>
    members.every(({ isConnected }) => !isConnected),
  );
  const left = served.ports.filter((_, i) => i + 1 !== leader);
  const writer = new Member(SESSION_TIMEOUT_MS);
  await open(writer, left, 0);
  await writer.ask(numbers(0, WRITTEN_MEANWHILE).map(write));
  await Promise.all(members.map((member, i) => open(member, left, i)));
  await Promise.all(members.map((member, i) => member.watchAgain(watchedBy(i))));
  assert.deepEqual(
    members.map(({ sessionId }) => sessionId),
    sessions,
  );
  await writer.ask(numbers(WRITTEN_MEANWHILE, ZNODES).map(write));
  writer.end();
}

async function assertNothingIsLost(members: readonly Member[]): Promise<void> {
  await until('every watch has fired', WAIT_MS, () =>
    members.every(({ events }) => events.length >= WATCHES_EACH),
  );
  for (const [i, member] of members.entries()) {
    assert.deepEqual([...member.events].sort(), watchedBy(i).sort(), `events of member ${i}`);
  }
  const listed = await Promise.all(
    members.map(async (member) => {
      await member.ask([{ type: 'sync', path: '/' }]);
      return await member.ask([{ type: 'getEphemerals', prefixPath: null }]);
    }),
  );
  for (const [i, [answer]] of listed.entries()) {
    assert.deepEqual([...(answer?.ephemerals ?? [])].sort(), ephemeralsOf(i));
  }
  const [all] = await (members[0] as Member).ask([
    { type: 'getChildren', path: '/crowd-ephemerals', watch: false },
  ]);
  assert.equal(all?.children.length, MEMBERS * EPHEMERALS_EACH);
}

export const crowd: ClientUnderTest = {
  name: 'a crowd of 1,000 sessions',
  // Longer sessions than other clients need, for slow machines.
  serveOptions: ['--max-client-cnxns', '0', '--tick', '2000'],

  missing: () => null,

  async run(served, check) {
    const members = Array.from({ length: MEMBERS }, () => new Member(SESSION_TIMEOUT_MS));
    const pings = setInterval(() => {
      for (const member of members) member.ping();
    }, PING_MS);
    try {
      await check('the leader dies: 10,000 ephemerals, 100,000 watches, none lost', async () => {
        await gather(members, served.ports);
        await loseTheLeader(served, members);
        await assertNothingIsLost(members);
      });
    } finally {
      clearInterval(pings);
      for (const member of members) member.end();
    }
  },
};
