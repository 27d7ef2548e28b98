/** Apache's C client (libzookeeper_mt), through the shell that comes with it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Check, ClientUnderTest } from '../ClientUnderTest.ts';
import type { Served } from '../Served.ts';
import { Talk } from '../Talk.ts';

const CLI = '/usr/lib/zookeeper/bin/cli_mt';

async function connected(connectString: string): Promise<Talk> {
  const cli = new Talk(CLI, ['-h', connectString]);
  await cli.hear(/SESSION_EVENT state = CONNECTED_STATE/);
  return cli;
}

async function checkOperations({ connectString }: Served, check: Check): Promise<void> {
  await check('operations and their error codes', async () => {
    const cli = await connected(connectString);
    await cli.ask('create /c', /\[\/c\]: rc = 0\n\tname = \/c\n/);
    await cli.ask('create /c', /\[\/c\]: rc = -110\n/);
    await cli.ask('create /none/c', /\[\/none\/c\]: rc = -101\n/);
    await cli.ask('set /c world', /\/c: rc = 0 Stat:[\s\S]*?version=1\taversion=0/);
    await cli.ask('get /c', /\/c: rc = 0\n value_len = 5\nworld\n/);
    await cli.ask('create +s /c/s-', /name = \/c\/s-0000000000\n/);
    await cli.ask('create2 +e /c/e', /name = \/c\/e\n[\s\S]*?ephemeralOwner = [1-9a-f]/);
    await cli.ask('create +e /c/e/f', /\[\/c\/e\/f\]: rc = -108\n/);
    await cli.ask('create +c /c/container', /name = \/c\/container\n/);
    await cli.ask('create +t=100000 /c/ttl', /name = \/c\/ttl\n/);
    await cli.ask('create2 /c/2', /name = \/c\/2\n[\s\S]*?version=0\taversion=0/);
    await cli.ask('ls /c', /\/c: rc = 0\n\t2\n\tcontainer\n\te\n\ts-0000000000\n\tttl\n/);
    await cli.ask('ls2 /c', /\/c: rc = 0\n\t2\n[\s\S]*?version=1\taversion=0/);
    await cli.ask('delete /c', /\/c: rc = -111\n/);
    await cli.ask('delete /c/e', /\/c\/e: rc = 0\n/);
    await cli.ask('sync /c', /\[\/c\]: rc = 0\n\tname = \/c\n/);
    await cli.ask('config', /server\.3=.*:participant;.*\nversion=/);
    assert.equal(await cli.end('quit'), 0);
  });
  await check('one command and its exit code', () => {
    const { status, stdout, stderr } = spawnSync(CLI, ['-h', connectString, '-c', 'ls /'], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(status, 0);
    assert.match(stdout + stderr, /\/: rc = 0\n\tc\n\tzookeeper\n/);
  });
}

async function checkFailures(served: Served, check: Check): Promise<void> {
  const { connectString } = served;
  await check('watches tell once', async () => {
    const [cli, writer] = await Promise.all([connected(connectString), connected(connectString)]);
    await cli.ask('wexists /c/new', /Error -101 for \/c\/new\n/);
    writer.say('create /c/new');
    await cli.hear(/CREATED_EVENT state = CONNECTED_STATE for path \/c\/new\n/);
    cli.say('wexists /c/new');
    await cli.ask('sync /c/new', /rc = 0\n\tname = \/c\/new\n/);
    writer.say('delete /c/new');
    await cli.hear(/DELETED_EVENT state = CONNECTED_STATE for path \/c\/new\n/);
  });
  await check(
    'its server is killed: same session elsewhere, ephemeral and watch kept',
    async () => {
      const cli = await connected(connectString);
      await cli.ask('create +e /c/mine', /name = \/c\/mine\n/);
      cli.say('wexists /c/mine');
      await cli.ask('sync /c/mine', /rc = 0\n\tname = \/c\/mine\n/);
      const before = await served.onlySession();
      await served.control('kill', { server: before.server });
      await cli.hear(/SESSION_EVENT state = CONNECTED_STATE/);
      const after = await served.onlySession();
      assert.equal(after.session, before.session);
      assert.notEqual(after.server, before.server);
      const writer = await connected(connectString);
      await writer.ask('set /c/mine x', /rc = 0 Stat:/);
      await cli.hear(/CHANGED_EVENT state = CONNECTED_STATE for path \/c\/mine\n/);
      assert.equal(await cli.end('quit'), 0);
    },
  );
  await check('what it missed while it had no connection arrives with the next one', async () => {
    const [mine = '', ...others] = connectString.split(',');
    const cli = await connected(mine);
    await cli.ask('create /missed', /name = \/missed\n/);
    cli.say('wexists /missed');
    await cli.ask('sync /missed', /rc = 0\n\tname = \/missed\n/);
    await served.control('kill', { server: 1 });
    await cli.hear(/SESSION_EVENT state = CONNECTING_STATE/);
    const writer = await connected(others.join(','));
    await writer.ask('set /missed x', /rc = 0 Stat:/);
    await served.revive();
    await cli.hear(/CHANGED_EVENT state = CONNECTED_STATE for path \/missed\n/);
  });
  await check('its session expires: told so, and its ephemerals are gone', async () => {
    const cli = await connected(connectString);
    await cli.ask('create +e /c/mortal', /name = \/c\/mortal\n/);
    const { session } = await served.onlySession();
    await served.control('expire', { session });
    await cli.hear(/SESSION_EVENT state = EXPIRED_SESSION_STATE/);
    const other = await connected(connectString);
    await other.ask('sync /c', /rc = 0/);
    await other.ask('exists /c/mortal', /Error -101 for \/c\/mortal\n/);
  });
}

export const cClient: ClientUnderTest = {
  name: 'C client',

  missing() {
    if (existsSync(CLI)) return null;
    return 'apt-get install -y --no-install-recommends zookeeper-bin';
  },

  async run(served, check) {
    await checkOperations(served, check);
    await checkFailures(served, check);
  },
};
