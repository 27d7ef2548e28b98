/** npm's node-zookeeper-client, in this process. */

import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import zookeeper, { type Client, type Event } from 'node-zookeeper-client';
import type { Check, ClientUnderTest } from '../ClientUnderTest.ts';
import { closingAfter } from '../closingAfter.ts';
import type { Served } from '../Served.ts';
import { until } from '../until.ts';

const { CreateMode, Exception, Permission } = zookeeper;
const WAIT_MS = 20_000;

const open = new Set<Client>();

async function connected(connectString: string, sessionTimeout = 10_000): Promise<Client> {
  const client = zookeeper.createClient(connectString, {
    sessionTimeout,
    spinDelay: 50,
    retries: 5,
  });
  open.add(client);
  const done = new Promise<void>((resolve) => client.once('connected', resolve));
  client.connect();
  await done;
  return client;
}

const create = (client: Client, path: string, data = '', mode = CreateMode.PERSISTENT) =>
  new Promise<string>((resolve, reject) => {
    client.create(path, Buffer.from(data), mode, (error, created) =>
      error ? reject(error) : resolve(created),
    );
  });

const remove = (client: Client, path: string) =>
  new Promise<void>((resolve, reject) => {
    client.remove(path, -1, (error) => (error ? reject(error) : resolve()));
  });

const set = (client: Client, path: string, data: string, version = -1) =>
  new Promise<number>((resolve, reject) => {
    client.setData(path, Buffer.from(data), version, (error, stat) =>
      error ? reject(error) : resolve(stat.version),
    );
  });

const get = (client: Client, path: string, watcher: (event: Event) => void = () => {}) =>
  new Promise<string>((resolve, reject) => {
    client.getData(path, watcher, (error, data) =>
      error ? reject(error) : resolve(String(data ?? '')),
    );
  });

const children = (client: Client, path: string, watcher: (event: Event) => void = () => {}) =>
  new Promise<readonly string[]>((resolve, reject) => {
    client.getChildren(path, watcher, (error, names) =>
      error ? reject(error) : resolve([...names].sort()),
    );
  });

const ends = (promise: Promise<unknown>, code: number) =>
  assert.rejects(promise, (error) => error instanceof Exception && error.getCode() === code);

const sessionOf = (client: Client) => client.getSessionId().toString('hex');

async function checkOperations({ connectString }: Served, check: Check): Promise<void> {
  await check('operations and their errors', async () => {
    const client = await connected(connectString);
    assert.equal(await create(client, '/n', 'a'), '/n');
    await ends(create(client, '/n'), Exception.NODE_EXISTS);
    await ends(get(client, '/none'), Exception.NO_NODE);
    assert.equal(await get(client, '/n'), 'a');
    assert.equal(await set(client, '/n', 'b', 0), 1);
    await ends(set(client, '/n', 'c', 0), Exception.BAD_VERSION);
    const sequential = CreateMode.EPHEMERAL_SEQUENTIAL;
    assert.equal(await create(client, '/n/s-', '', sequential), '/n/s-0000000000');
    await ends(remove(client, '/n'), Exception.NOT_EMPTY);
    await promisify(client.mkdirp.bind(client) as (path: string, done: () => void) => void)(
      '/n/x/y',
    );
    assert.deepEqual(await children(client, '/n'), ['s-0000000000', 'x']);
  });
  await check('ACLs keep others out', async () => {
    const client = await connected(connectString);
    client.addAuthInfo('digest', Buffer.from('ann:secret'));
    const acl = [new zookeeper.ACL(Permission.ALL, new zookeeper.Id('auth', ''))];
    await new Promise<void>((resolve, reject) => {
      client.create('/acl', acl, (error) => (error ? reject(error) : resolve()));
    });
    await ends(get(await connected(connectString), '/acl'), Exception.NO_AUTH);
    assert.equal(await get(client, '/acl'), '');
  });
  await check('a transaction takes all or nothing', async () => {
    const client = await connected(connectString);
    const commit = (transaction: ReturnType<Client['transaction']>) =>
      new Promise<void>((resolve, reject) => {
        transaction.commit((error) => (error ? reject(error) : resolve()));
      });
    await commit(client.transaction().create('/t', Buffer.from('1')).create('/t/a').check('/t', 0));
    await ends(
      commit(client.transaction().remove('/t/a', -1).check('/t', 7)),
      Exception.BAD_VERSION,
    );
    assert.deepEqual(await children(client, '/t'), ['a']);
  });
}

async function checkFailures(served: Served, check: Check): Promise<void> {
  const { connectString } = served;
  await check('watches tell once', async () => {
    const [client, writer] = [await connected(connectString), await connected(connectString)];
    const events: string[] = [];
    const note = (event: Event) => events.push(`${event.getName()} ${event.getPath()}`);
    await create(client, '/w');
    await get(client, '/w', note);
    await children(client, '/w', note);
    await set(writer, '/w', 'x');
    await set(writer, '/w', 'y');
    await create(writer, '/w/a');
    await until('two events', WAIT_MS, () => events.length === 2);
    assert.deepEqual(events, ['NODE_DATA_CHANGED /w', 'NODE_CHILDREN_CHANGED /w']);
  });
  await check('its server is killed: same session elsewhere, ephemeral kept', async () => {
    const client = await connected(connectString);
    await create(client, '/over', '', CreateMode.EPHEMERAL);
    const session = sessionOf(client);
    const { server } = await served.onlySession();
    const again = new Promise<void>((resolve) => client.once('connected', resolve));
    await served.control('kill', { server });
    await again;
    assert.equal(sessionOf(client), session);
    assert.notEqual((await served.onlySession()).server, server);
    assert.equal(await get(client, '/over'), '');
    assert.equal(await set(client, '/over', 'x'), 1);
  });
  await check('what it missed while it had no connection arrives with the next one', async () => {
    const [mine = '', ...others] = connectString.split(',');
    const client = await connected(mine);
    const events: string[] = [];
    await create(client, '/missed');
    await get(client, '/missed', (event) => events.push(event.getName()));
    const lost = new Promise<void>((resolve) => client.once('disconnected', resolve));
    await served.control('kill', { server: 1 });
    await lost;
    await set(await connected(others.join(',')), '/missed', 'x');
    assert.deepEqual(events, []);
    await served.revive();
    await until('the event', WAIT_MS, () => events.length === 1);
    assert.deepEqual(events, ['NODE_DATA_CHANGED']);
  });
  await check('its session expires: told so, and its ephemerals are gone', async () => {
    const client = await connected(connectString);
    await create(client, '/mortal', '', CreateMode.EPHEMERAL);
    const { session } = await served.onlySession();
    const expired = new Promise<void>((resolve) => client.once('expired', resolve));
    await served.control('expire', { session });
    await expired;
    await ends(get(await connected(connectString), '/mortal'), Exception.NO_NODE);
  });
}

export const nodeZookeeperClient: ClientUnderTest = {
  name: 'node-zookeeper-client',

  // A development dependency: it is there if this is.
  missing: () => null,

  async run(served, check) {
    const checkAndClose = closingAfter(check, open);
    await checkOperations(served, checkAndClose);
    await checkFailures(served, checkAndClose);
  },
};
