/** The control API and the admin endpoint over HTTP. */

import { expect, onTestFinished, test } from 'vitest';
import { AdminServer } from './AdminServer.ts';
import { ControlServer } from './ControlServer.ts';
import { RawClient } from './testing/RawClient.ts';
import { leaderOf, portOf, startEnsemble, until } from './testing/startEnsemble.ts';

async function start(servers = 3) {
  const ensemble = await startEnsemble({ servers });
  const control = await ControlServer.start(ensemble, 0, null);
  onTestFinished(() => control.close());
  const headers = { Authorization: `Bearer ${control.token}` };
  const post = async (command: string, body: unknown = {}) => {
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${control.url}/${command}`, init);
    return { status: response.status, ...((await response.json()) as { error?: string }) };
  };
  const get = async (path: string) => await fetch(`${control.url}/${path}`, { headers });
  return { ensemble, control, post, get };
}

interface State {
  readonly servers: readonly {
    readonly server: number;
    readonly process: string;
    readonly stats: { readonly error?: string | null } | null;
  }[];
  readonly links: readonly unknown[];
}

test('nothing without the token', async () => {
  const { control } = await start(1);
  const without = await fetch(`${control.url}/state`);
  expect(without.status).toBe(401);
  const headers = { Authorization: `Bearer ${control.token}x` };
  const wrong = await fetch(`${control.url}/kill`, { method: 'POST', headers, body: '{}' });
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toMatchObject({ error: /Authorization/ });
});

test('kill, state, restart', async () => {
  const { ensemble, post, get } = await start();
  const leader = leaderOf(ensemble) ?? 0;
  expect(await post('kill', { server: leader })).toMatchObject({ status: 200, ok: true });
  expect(await post('kill', { server: leader })).toMatchObject({ status: 409 });
  await until(() => leaderOf(ensemble));
  const state = (await (await get('state')).json()) as State;
  expect(state.servers.map(({ process }) => process).sort()).toEqual(['down', 'up', 'up']);
  expect(state.servers.filter(({ stats }) => stats?.error === null)).toHaveLength(2);
  expect(await post('restart', { server: leader })).toMatchObject({ status: 200 });
});

test('cut, slow, lose, oneway and heal change links', async () => {
  const { ensemble, post } = await start();
  await post('cut', { from: 1 });
  expect(ensemble.state.links).toHaveLength(4);
  await post('heal', { from: 1, to: 2 });
  expect(ensemble.state.links).toHaveLength(2);
  await post('heal');
  await post('oneway', { from: 2, to: 3 });
  expect(ensemble.state.links).toMatchObject([{ from: 'S2', to: 'S3', cut: true }]);
  await post('heal');
  await post('slow', { from: 1, to: 2, ms: 20 });
  await post('lose', { from: 1, to: 2, percent: 5 });
  expect(ensemble.state.links).toMatchObject([
    { from: 'S1', to: 'S2', extraLatencyMs: 20, lossPercent: 5 },
    { from: 'S2', to: 'S1', extraLatencyMs: 20, lossPercent: 5 },
  ]);
});

test('expire ends a session, and its client is told', async () => {
  const { ensemble, post } = await start();
  const port = portOf(ensemble, 1);
  const client = await until(() => RawClient.connect(port).catch(() => null));
  const session = `0x${client.session.sessionId.toString(16)}`;
  expect(await post('expire', { session })).toMatchObject({ status: 200 });
  await client.closed;
  const { sessionId, passwd } = client.session;
  const again = await RawClient.connect(port, { sessionId, passwd });
  expect(again.session.timeOut).toBe(0);
});

test('trace streams what happens, and costs nothing afterwards', async () => {
  const { ensemble, get, post } = await start(1);
  const response = await get('trace?types=applied,processKilled');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const client = await until(() => RawClient.connect(portOf(ensemble, 1)).catch(() => null));
  await client.create('/a');
  let text = '';
  while (!text.includes('"type":"applied"')) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  expect(text).toMatch(/^event: applied\ndata: \{"atUs":\d+,"who":"S1","type":"applied",/);
  expect(await post('snapshot', { server: 1 })).toMatchObject({ status: 200 });
});

test.each([
  ['kill', {}, 400, '"server" must be a server from 1 to 1.'],
  ['kill', { server: 9 }, 400, '"server" must be a server from 1 to 1.'],
  ['slow', { from: 1, ms: -1 }, 400, '"ms" must be a whole number from 0 to 60000.'],
  ['expire', { session: '7' }, 400, '"session" must be a session id'],
  ['resume', { server: 1 }, 409, 'S1 is not paused.'],
  ['explode', {}, 404, 'There is no command "explode"'],
])('%s %j is refused in one sentence', async (command, body, status, error) => {
  const { post } = await start(1);
  const answer = await post(command, body);
  expect(answer.status).toBe(status);
  expect(answer.error).toContain(error);
});

test('the admin endpoint has a port for each server, and ?server=', async () => {
  const ensemble = await startEnsemble({ servers: 3 });
  const admin = await AdminServer.start(ensemble, '127.0.0.1', 0);
  onTestFinished(() => admin.close());
  const get = async (sid: number, path: string) => {
    const response = await fetch(`http://127.0.0.1:${admin.ports[sid - 1]}${path}`);
    const body = (await response.json()) as { readonly commands?: readonly string[] };
    return { status: response.status, ...body };
  };
  const leader = leaderOf(ensemble) ?? 0;
  const ok = { status: 200, error: null };
  expect(await get(leader, '/commands/leader')).toMatchObject({ ...ok, is_leader: true });
  const other = (leader % 3) + 1;
  const asked = await get(other, `/commands/stat?server=${leader}`);
  expect(asked).toMatchObject({
    ...ok,
    command: 'stats',
    server_stats: { server_state: 'leader' },
  });
  const { commands = [] } = await get(1, '/commands');
  for (const name of commands) {
    const answer = await get(leader, `/commands/${name}`);
    expect(answer).toMatchObject({ ...ok, command: name });
  }
  const unknown = { status: 200, error: 'Unknown command: nothing' };
  expect(await get(1, '/commands/nothing')).toMatchObject(unknown);
  expect(await get(1, '/commands/stat?server=7')).toMatchObject({ status: 404 });
  await ensemble.perform({ type: 'kill', target: `S${other}` });
  expect(await get(other, '/commands/ruok')).toMatchObject({ status: 503 });
});
