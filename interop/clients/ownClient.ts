/** Our own client, the one of the lab, against Apache's ensemble and against ours. */

import assert from 'node:assert/strict';
import { RealEnsemble } from '../../oracle/ensemble.mjs';
import { isInstalled, NOT_INSTALLED } from '../../oracle/releases.mjs';
import type { Check, ClientUnderTest } from '../ClientUnderTest.ts';
import { OwnClient } from '../OwnClient.ts';
import { until } from '../until.ts';

const SESSION_TIMEOUT_MS = 6000;
/** As long as servers give: a JVM must come up meanwhile. */
const LONG_SESSION_TIMEOUT_MS = 40_000;
const RESTART_TIMEOUT_MS = 40_000;
const LOCK_TIMEOUT_MS = 10_000;

interface Ensemble {
  readonly servers: readonly string[];
  /** `server` counts from 0. */
  kill(server: number): Promise<void>;
  /** What was killed; resolves when it serves. */
  restart(server: number): Promise<void>;
}

async function checkEnsemble(name: string, ensemble: Ensemble, check: Check): Promise<void> {
  const open: OwnClient[] = [];
  const client = (servers = ensemble.servers, timeoutMs = SESSION_TIMEOUT_MS): OwnClient => {
    const one = new OwnClient(servers, timeoutMs, open.length + 1);
    open.push(one);
    return one;
  };
  await check(`${name}: operations, errors, multi`, async () => {
    const own = client();
    assert.deepEqual(await own.run('create', { path: '/own', data: 'a' }), { path: '/own' });
    await assert.rejects(own.run('create', { path: '/own' }), /Node already exists: \/own/);
    await own.run('set', { path: '/own', data: 'b', version: 0 });
    await assert.rejects(own.run('set', { path: '/own', version: 0 }), /version No is not valid/);
    const ops = [
      { op: 'create', path: '/own/s-', mode: 'PERSISTENT_SEQUENTIAL' },
      { op: 'check', path: '/own', version: 1 },
    ];
    await own.run('multi', { ops });
    const listed = await own.run('ls', { path: '/own' });
    assert.deepEqual((listed as { children: string[] }).children, ['s-0000000000']);
  });
  await check(`${name}: a lock goes from one to the other`, async () => {
    const [first, second] = [client(), client()];
    const args = { path: '/lock', timeoutMs: LOCK_TIMEOUT_MS };
    assert.notEqual(await first.run('lock', args), null);
    assert.equal(await second.run('lock', { ...args, timeoutMs: 200 }), null);
    const waiting = second.run('lock', args);
    await first.run('unlock', { path: '/lock' });
    assert.notEqual(await waiting, null);
  });
  await check(`${name}: its server is killed: same session, ephemeral and watch kept`, async () => {
    const own = client();
    await own.run('create', { path: '/over', mode: 'EPHEMERAL', data: '0' });
    await own.run('get', { path: '/over', watch: true });
    const states = () => own.traces.filter((one) => one.type === 'clientStateChanged');
    const before = states().at(-1);
    const server = ensemble.servers.indexOf(before?.server ?? '');
    await ensemble.kill(server);
    await until('another server', LOCK_TIMEOUT_MS, () => {
      const now = states().at(-1);
      return now?.state === 'connected' && now.server !== before?.server;
    });
    assert.equal(states().at(-1)?.sessionId, before?.sessionId);
    await own.run('set', { path: '/over', data: '1' });
    await until('the watch', LOCK_TIMEOUT_MS, () =>
      own.traces.some((one) => one.type === 'watchDelivered' && one.path === '/over'),
    );
    await ensemble.restart(server);
  });
  await check(`${name}: what it missed without a connection arrives with the next one`, () =>
    missEvents(ensemble, client),
  );
  for (const one of open) one.end();
}

type Open = (servers?: readonly string[], timeoutMs?: number) => OwnClient;

async function missEvents(ensemble: Ensemble, client: Open): Promise<void> {
  const [mine = '', ...others] = ensemble.servers;
  const [own, writer] = [client([mine], LONG_SESSION_TIMEOUT_MS), client(others)];
  await own.run('create', { path: '/missed', data: '0' });
  await own.run('get', { path: '/missed', watch: true });
  await ensemble.kill(0);
  await until('the connection is lost', LOCK_TIMEOUT_MS, () =>
    own.traces.some((one) => one.type === 'clientStateChanged' && one.state === 'disconnected'),
  );
  // Its server may have led: until there is another, writes fail.
  await until('a write', LOCK_TIMEOUT_MS, () =>
    writer.run('set', { path: '/missed', data: '1' }).catch(() => null),
  );
  await ensemble.restart(0);
  await until('the watch', RESTART_TIMEOUT_MS, () =>
    own.traces.some((one) => one.type === 'watchDelivered' && one.path === '/missed'),
  );
}

export const ownClient: ClientUnderTest = {
  name: 'our own client',

  missing: () => null,

  async run(served, check) {
    const kill = (server: number) => served.control('kill', { server: server + 1 });
    const restart = () => served.revive();
    await checkEnsemble('ours', { servers: served.connectString.split(','), kill, restart }, check);
    if (!isInstalled()) return console.log(NOT_INSTALLED);
    const real = await RealEnsemble.start({ size: 3 });
    try {
      const servers = real.ports.map((port) => `127.0.0.1:${port}`);
      const restartReal = async (server: number) => {
        real.run(server);
        await real.untilServing(server);
      };
      const killReal = (server: number) => real.kill(server);
      await checkEnsemble('Apache', { servers, kill: killReal, restart: restartReal }, check);
    } finally {
      await real.stop();
    }
  },
};
