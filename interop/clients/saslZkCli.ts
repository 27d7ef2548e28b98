/**
 * zkCli.sh, and with it Apache's Java client, as users of a JAAS file: SASL DIGEST-MD5, against
 * Apache's ensemble and against ours. The client checks that the server knows the password, too.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RealEnsemble } from '../../oracle/ensemble.mjs';
import { isInstalled } from '../../oracle/releases.mjs';
import type { Check, ClientUnderTest } from '../ClientUnderTest.ts';
import type { Served } from '../Served.ts';
import { Talk } from '../Talk.ts';
import { ZK_CLI, zkCli } from './zkCli.ts';

/** The users of servers, and a section for each client. */
const JAAS_FILE = join(import.meta.dirname, '../jaas.conf');

/** Both in words of their own. */
const SERVE_OPTIONS = ['--jaas', JAAS_FILE, '--super-user', 'root'];
const PROPERTIES = {
  'zookeeper.authProvider.1': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
  'zookeeper.superUser': 'root',
};

/** A client with what that section says; null for one that proves nothing. */
function start(connectString: string, section: string | null): Talk {
  const file = `-Djava.security.auth.login.config=${JAAS_FILE}`;
  const flags = section === null ? '' : `${file} -Dzookeeper.sasl.clientconfig=${section}`;
  const command = `exec env JVMFLAGS='${flags}' ${ZK_CLI} -server ${connectString} 2>&1`;
  return new Talk('/bin/sh', ['-c', command]);
}

async function authenticated(connectString: string, section: string): Promise<Talk> {
  const cli = start(connectString, section);
  await cli.hear(/WatchedEvent state:SaslAuthenticated type:None path:null\n/);
  return cli;
}

async function checkUsers(name: string, connectString: string, check: Check): Promise<void> {
  await check(
    `${name}: what belongs to a user is the user's alone, and the super user's`,
    async () => {
      const bob = await authenticated(connectString, 'Bob');
      await bob.ask('whoami', /^sasl: bob\n/m);
      await bob.ask('create /bobs mine sasl:bob:cdrwa', /Created \/bobs\n/);
      await bob.ask('getAcl /bobs', /'sasl,'bob\n: cdrwa\n/);
      await bob.ask('create /as-creator mine auth::rw', /Created \/as-creator\n/);
      await bob.ask('getAcl /as-creator', /'sasl,'bob\n: rw\n/);
      const stranger = start(connectString, null);
      await stranger.ask('get /bobs', /Insufficient permission : \/bobs\n/);
      const root = await authenticated(connectString, 'Root');
      await root.ask('sync /bobs', /Sync is OK\n/);
      await root.ask('get /bobs', /^mine\n/m);
      for (const cli of [bob, root]) assert.equal(await cli.end('quit'), 0);
    },
  );
  await check(`${name}: a wrong password, and a user that is none`, async () => {
    for (const section of ['Wrong', 'Unknown']) {
      const cli = start(connectString, section);
      await cli.hear(/WatchedEvent state:AuthFailed type:None path:null\n/);
    }
  });
}

async function checkFailover(served: Served, check: Check): Promise<void> {
  await check('its server is killed: the same user on the next one', async () => {
    const bob = await authenticated(served.connectString, 'Bob');
    await bob.ask('create /moved mine sasl:bob:cdrwa', /Created \/moved\n/);
    const before = await served.onlySession();
    await served.control('kill', { server: before.server });
    await bob.hear(/WatchedEvent state:SaslAuthenticated type:None path:null\n/);
    await bob.ask('get /moved', /^mine\n/m);
    assert.equal((await served.onlySession()).session, before.session);
    assert.equal(await bob.end('quit'), 0);
  });
}

export const saslZkCli: ClientUnderTest = {
  name: 'zkCli.sh with SASL',
  serveOptions: SERVE_OPTIONS,
  missing: zkCli.missing,

  async run(served, check) {
    await checkUsers('ours', served.connectString, check);
    await checkFailover(served, check);
    if (!isInstalled()) return;
    const jaas = readFileSync(JAAS_FILE, 'utf8');
    const real = await RealEnsemble.start({ size: 1, jaas, properties: PROPERTIES });
    try {
      await checkUsers('Apache', `127.0.0.1:${real.ports[0]}`, check);
    } finally {
      await real.stop();
    }
  },
};
