/**
 * npm's zookeeper: the C client as an addon. It is no dependency of the project, since it has to be
 * compiled: it is installed into a folder of its own among the temporary ones, once.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check, ClientUnderTest } from '../ClientUnderTest.ts';
import { closingAfter } from '../closingAfter.ts';
import type { Served } from '../Served.ts';
import { until } from '../until.ts';

const PACKAGE = 'zookeeper';
const VERSION = '7.3.0';
const FOLDER = join(tmpdir(), `ensemble-interop-zookeeper-${VERSION}`);
const INSTALL_TIMEOUT_MS = 180_000;
const WAIT_MS = 20_000;
const SESSION_MS = 10_000;
const EPHEMERAL = 1;
const SEQUENCE = 2;

/** What is used of the package here. Errors: `Error`s that begin with ZooKeeper's code. */
interface Client {
  readonly client_id: string;
  readonly client_password: string;
  init(options: Readonly<Record<string, unknown>>): Client;
  close(): void;
  once(event: 'connect' | 'connecting' | 'close', listener: () => void): void;
  /** By watches that have no watcher of their own. */
  on(event: 'changed', listener: (client: Client, path: string) => void): void;
  create(path: string, data: string, flags: number): Promise<string>;
  get(path: string, watch: boolean): Promise<readonly [stat: unknown, data: string]>;
  w_get(path: string, watcher: (type: number) => void): Promise<unknown>;
  w_get_children(path: string, watcher: (type: number) => void): Promise<readonly string[]>;
  exists(path: string, watch: boolean): Promise<unknown>;
  set(path: string, data: string, version: number): Promise<{ readonly version: number }>;
  delete_(path: string, version: number): Promise<void>;
}

type Session = Pick<Client, 'client_id' | 'client_password'>;

const open = new Set<Client>();

function load(): new () => Client {
  const require = createRequire(join(FOLDER, 'package.json'));
  return (require(PACKAGE) as { readonly Promise: new () => Client }).Promise;
}

const isBuilt = (): boolean =>
  spawnSync(process.execPath, ['-e', `require('${PACKAGE}')`], { cwd: FOLDER }).status === 0;

function install(): void {
  mkdirSync(FOLDER, { recursive: true });
  // Newer versions of npm run the scripts of those alone that are named.
  const manifest = { private: true, allowScripts: { [PACKAGE]: true } };
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--no-audit', '--no-fund', '--no-save', `${PACKAGE}@${VERSION}`];
  spawnSync('npm', args, { cwd: FOLDER, stdio: 'ignore', timeout: INSTALL_TIMEOUT_MS });
}

async function connected(connect: string, session?: Session): Promise<Client> {
  const client = new (load())();
  open.add(client);
  const done = new Promise<void>((resolve) => client.once('connect', resolve));
  const own =
    session === undefined
      ? {}
      : { client_id: session.client_id, client_password: session.client_password };
  client.init({ connect, timeout: SESSION_MS, debug_level: 0, data_as_buffer: false, ...own });
  await done;
  return client;
}

const happens = (client: Client, event: 'connect' | 'connecting' | 'close') =>
  new Promise<void>((resolve) => client.once(event, resolve));

/** Its watchers end with the connection, and are told so; its other watches do not. */
function changesOf(client: Client): readonly string[] {
  const paths: string[] = [];
  client.on('changed', (_, path) => paths.push(path));
  return paths;
}

async function checkOperations({ connectString }: Served, check: Check): Promise<void> {
  await check('operations and their errors', async () => {
    const client = await connected(connectString);
    assert.equal(await client.create('/n', 'a', 0), '/n');
    await assert.rejects(client.create('/n', 'a', 0), /-110/);
    await assert.rejects(client.get('/none', false), /-101/);
    assert.equal((await client.get('/n', false))[1], 'a');
    assert.equal((await client.set('/n', 'b', 0)).version, 1);
    await assert.rejects(client.set('/n', 'c', 0), /-103/);
    assert.equal(await client.create('/n/s-', '', SEQUENCE), '/n/s-0000000000');
    await assert.rejects(client.delete_('/n', -1), /-111/);
    await client.delete_('/n/s-0000000000', -1);
  });
  await check('watches tell once', async () => {
    const [client, writer] = [await connected(connectString), await connected(connectString)];
    const events: number[] = [];
    await client.create('/w', '', 0);
    await client.w_get('/w', (type) => events.push(type));
    await client.w_get_children('/w', (type) => events.push(type));
    await writer.set('/w', 'x', -1);
    await writer.set('/w', 'y', -1);
    await writer.create('/w/a', '', 0);
    await until('two events', WAIT_MS, () => events.length === 2);
    assert.deepEqual(events, [3, 4]);
  });
}

async function checkFailures(served: Served, check: Check): Promise<void> {
  const { connectString } = served;
  await check(
    'its server is killed: same session elsewhere, ephemeral and watch kept',
    async () => {
      const client = await connected(connectString);
      await client.create('/over', '', EPHEMERAL);
      const changed = changesOf(client);
      await client.get('/over', true);
      const { client_id: session } = client;
      const { server } = await served.onlySession();
      const again = happens(client, 'connect');
      await served.control('kill', { server });
      await again;
      assert.equal(client.client_id, session);
      assert.notEqual((await served.onlySession()).server, server);
      await (await connected(connectString)).set('/over', 'x', -1);
      await until('the watch', WAIT_MS, () => changed.length === 1);
      assert.deepEqual(changed, ['/over']);
    },
  );
  await check('what it missed while it had no connection arrives with the next one', async () => {
    const [mine = '', ...others] = connectString.split(',');
    const client = await connected(mine);
    const changed = changesOf(client);
    await client.create('/missed', '', 0);
    await client.get('/missed', true);
    const lost = happens(client, 'connecting');
    await served.control('kill', { server: 1 });
    await lost;
    await (await connected(others.join(','))).set('/missed', 'x', -1);
    await served.revive();
    await until('the event', WAIT_MS, () => changed.length === 1);
    assert.deepEqual(changed, ['/missed']);
  });
  await check('a session is attached again by its id and password', async () => {
    const client = await connected(connectString);
    await client.create('/mine', '', EPHEMERAL);
    const { client_id, client_password } = client;
    const heir = await connected(connectString, { client_id, client_password });
    assert.equal(heir.client_id, client_id);
    await heir.set('/mine', 'x', -1);
  });
  await check('its session expires: told so, and its ephemerals are gone', async () => {
    const client = await connected(connectString);
    await client.create('/mortal', '', EPHEMERAL);
    const { session } = await served.onlySession();
    const closed = happens(client, 'close');
    await served.control('expire', { session });
    await closed;
    await assert.rejects((await connected(connectString)).exists('/mortal', false), /-101/);
  });
}

export const npmZookeeper: ClientUnderTest = {
  name: 'npm zookeeper',

  missing() {
    if (!isBuilt()) install();
    return isBuilt() ? null : `zookeeper@${VERSION} needs npm's registry and a C++ compiler`;
  },

  async run(served, check) {
    const checkAndClose = closingAfter(check, open);
    await checkOperations(served, checkAndClose);
    await checkFailures(served, checkAndClose);
  },
};
