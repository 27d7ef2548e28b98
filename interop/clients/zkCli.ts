/**
 * zkCli.sh, and with it Apache's Java client. All that it prints is compared to the letter with
 * recorded/zkCli.txt, which Apache's own servers are held to as well.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealEnsemble } from '../../oracle/ensemble.mjs';
import { isInstalled } from '../../oracle/releases.mjs';
import type { Check, ClientUnderTest } from '../ClientUnderTest.ts';
import type { Served } from '../Served.ts';
import { Talk } from '../Talk.ts';

export const ZK_CLI = '/usr/share/zookeeper/bin/zkCli.sh';
const RECORDED = join(import.meta.dirname, '../recorded/zkCli.txt');

/** Both outputs in one, in the order in which they were written. */
const start = (connectString: string) =>
  new Talk('/bin/sh', ['-c', `exec ${ZK_CLI} -server ${connectString} 2>&1`]);

async function connected(connectString: string): Promise<Talk> {
  const cli = start(connectString);
  await cli.hear(/WatchedEvent state:SyncConnected type:None path:null\n/);
  return cli;
}

/** Each command in the form `$ command`, followed by all that it prints. */
export async function transcript(
  connectString: string,
  commands: readonly string[],
): Promise<string> {
  const cli = await connected(connectString);
  let text = '';
  for (const command of commands) {
    cli.say(command);
    // Says when the output of the command is over.
    const [, output = ''] = await cli.ask('version', /([\s\S]*?)ZooKeeper CLI version: .*\n/);
    text += `$ ${command}\n${withoutTimes(output)}`;
  }
  assert.equal(await cli.end('quit'), 0);
  return text;
}

/** Without what differs from run to run. */
function withoutTimes(output: string): string {
  return output
    .replace(/^(.Zxid = 0x)[0-9a-f]+$/gm, '$1...')
    .replace(/^(.time = ).*$/gm, '$1...')
    .replace(/^(ephemeralOwner = 0x)[1-9a-f][0-9a-f]+$/gm, '$1...');
}

async function checkTranscripts(served: Served, check: Check): Promise<void> {
  const recorded = readFileSync(RECORDED, 'utf8');
  const commands = [...recorded.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command);
  await check(`${commands.length} commands print what was recorded`, async () => {
    assert.ok(commands.length > 0);
    assert.equal(await transcript(served.connectString, commands), recorded);
  });
  if (!isInstalled()) return;
  await check('Apache ensemble: they print the same', async () => {
    const real = await RealEnsemble.start({ size: 3 });
    try {
      const servers = real.ports.map((port) => `127.0.0.1:${port}`);
      assert.equal(await transcript(servers.join(','), commands), recorded);
    } finally {
      await real.stop();
    }
  });
}

function once(connectString: string, ...command: readonly string[]) {
  const options = { encoding: 'utf8', timeout: 20_000 } as const;
  return spawnSync(ZK_CLI, ['-server', connectString, '-waitforconnection', ...command], options);
}

async function checkSingleCommands({ connectString }: Served, check: Check): Promise<void> {
  await check('one command: its output and exit code', () => {
    const created = once(connectString, 'create', '/once', 'two words');
    assert.equal(created.status, 0);
    assert.match(created.stderr + created.stdout, /^Created \/once$/m);
    const missing = once(connectString, 'get', '/none');
    assert.equal(missing.status, 1);
    assert.match(missing.stderr + missing.stdout, /^Node does not exist: \/none$/m);
  });
  await check('a chroot in the connect string', () => {
    once(connectString, 'create', '/once/in', 'side');
    assert.match(once(`${connectString}/once`, 'get', '/in').stdout, /^side$/m);
  });
}

async function checkWatches({ connectString }: Served, check: Check): Promise<void> {
  await check('watches: once, persistent, recursive, removed', async () => {
    const [watcher, writer] = await Promise.all([start(connectString), start(connectString)]);
    const event = (type: string, path: string) =>
      watcher.hear(new RegExp(`WatchedEvent state:SyncConnected type:${type} path:${path}\n`));
    await writer.ask('create /watched x', /Created \/watched\n/);
    watcher.say('sync /watched');
    await watcher.ask('get -w /watched', /^x\n/m);
    writer.say('set /watched y');
    await event('NodeDataChanged', '/watched');
    watcher.say('addWatch -m PERSISTENT_RECURSIVE /watched');
    await watcher.ask('get /watched', /^y\n/m);
    writer.say('create /watched/a');
    writer.say('set /watched/a x');
    writer.say('delete /watched/a');
    await event('NodeCreated', '/watched/a');
    await event('NodeDataChanged', '/watched/a');
    await event('NodeDeleted', '/watched/a');
    watcher.say('removewatches /watched -a');
    await event('PersistentWatchRemoved', '/watched');
    assert.equal(await watcher.end('quit'), 0);
    assert.equal(await writer.end('quit'), 0);
  });
}

async function checkFailures(served: Served, check: Check): Promise<void> {
  const { connectString } = served;
  await check(
    'its server is killed: same session elsewhere, ephemeral and watch kept',
    async () => {
      const cli = await connected(connectString);
      await cli.ask('create /over x', /Created \/over\n/);
      await cli.ask('create -e /over/mine x', /Created \/over\/mine\n/);
      await cli.ask('get -w /over', /^x\n/m);
      const before = await served.onlySession();
      await served.control('kill', { server: before.server });
      await cli.hear(/state:Disconnected type:None/);
      await cli.hear(/state:SyncConnected type:None/);
      const after = await served.onlySession();
      assert.equal(after.session, before.session);
      assert.notEqual(after.server, before.server);
      await cli.ask('getEphemerals /', /\[\/over\/mine\]\n/);
      once(connectString, 'set', '/over', 'y');
      await cli.hear(/state:SyncConnected type:NodeDataChanged path:\/over\n/);
      assert.equal(await cli.end('quit'), 0);
      assert.match(once(connectString, 'ls', '/over').stdout, /^\[\]$/m);
    },
  );
  await check('what it missed while it had no connection arrives with the next one', async () => {
    const [mine = '', ...others] = connectString.split(',');
    const cli = await connected(mine);
    await cli.ask('create /missed x', /Created \/missed\n/);
    await cli.ask('get -w /missed', /^x\n/m);
    await served.control('kill', { server: 1 });
    await cli.hear(/state:Disconnected type:None/);
    assert.equal(once(others.join(','), 'set', '/missed', 'y').status, 0);
    await served.revive();
    await cli.hear(/state:SyncConnected type:NodeDataChanged path:\/missed\n/);
    await cli.ask('get /missed', /^y\n/m);
  });
  await check('its session expires: told so, and its ephemerals are gone', async () => {
    const cli = await connected(connectString);
    await cli.ask('create -e /mortal x', /Created \/mortal\n/);
    const { session } = await served.onlySession();
    await served.control('expire', { session });
    await cli.hear(/WatchedEvent state:Expired type:None path:null\n/);
    assert.match(once(connectString, 'ls', '/').stdout, /^\[(?!.*mortal).*zookeeper\]$/m);
  });
}

export const zkCli: ClientUnderTest = {
  name: 'zkCli.sh',

  missing() {
    if (existsSync(ZK_CLI)) return null;
    return 'apt-get install -y --no-install-recommends zookeeper';
  },

  async run(served, check) {
    await checkTranscripts(served, check);
    await checkSingleCommands(served, check);
    await checkWatches(served, check);
    await checkFailures(served, check);
  },
};
