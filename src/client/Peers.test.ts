/** Clients that ask each other, as the conductor carries it. */

import { expect, test } from 'vitest';
import { Conductor } from '../conductor/Conductor.ts';
import { DEFAULT_ENSEMBLE } from '../conductor/config.ts';
import { SameThreadHost } from '../conductor/SameThreadHost.ts';
import { createServer } from '../hosts/programs.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { Command, CommandRegistry } from './ClientContext.ts';
import { ClientProcess } from './ClientProcess.ts';
import { createPlainCommands } from './commands.ts';
import type { JsonValue } from './trace.ts';

const serve: Command = async ({ peers, disk }) => {
  peers.serve(async (from, { api, body }) => {
    if (api === 'fail') throw new Error('no such thing');
    disk.append('asked', new TextEncoder().encode(`${body};`));
    return { body: `${from} ${body}`, text: 'echo' };
  });
  return new TextDecoder().decode(disk.read('asked'));
};

const ask: Command = async ({ peers }, args) => {
  const { to, api } = args as { readonly to: string; readonly api: string };
  return peers.ask(to, { api, body: 'hello', text: 'says hello', timeoutMs: 1000 });
};

const COMMANDS: CommandRegistry = new Map([
  ...createPlainCommands(),
  ['serve', serve],
  ['ask', ask],
]);

async function start(meetsClients = true) {
  const events: TraceEvent[] = [];
  const programs = {
    createServer,
    createClient: (config: ConstructorParameters<typeof ClientProcess>[0]) =>
      new ClientProcess(config, COMMANDS),
    drain: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
  const config = { ...DEFAULT_ENSEMBLE, participants: 1 };
  const conductor = new Conductor(config, new SameThreadHost(programs), (batch) => {
    events.push(...batch);
  });
  let last = 0;
  for (const client of ['C1', 'C2']) {
    const servers = ['S1'];
    const action = { type: 'addClient', client, servers, sessionTimeoutMs: 4000, chroot: '' };
    await conductor.perform({ ...action, type: 'addClient', meetsClients });
  }
  await conductor.advanceTo(2_000_000);
  const call = async (client: string, name: string, args: JsonValue = null) => {
    const command = ++last;
    await conductor.perform({ type: 'command', client, command, name, args });
    await conductor.advanceTo(conductor.nowUs + 7_000_000);
    return events.find((event) => event.type === 'commandDone' && event.command === command);
  };
  return { conductor, events, call };
}

test('a request is answered over links that the trace shows', async () => {
  const { call, events } = await start();
  await call('C2', 'serve');
  expect(await call('C1', 'ask', { to: 'C2', api: 'echo' })).toMatchObject({ data: 'C1 hello' });
  const sent = events.filter((event) => event.type === 'messageSent' && event.channel === 'broker');
  const said = sent.map((event) => (event.type === 'messageSent' ? event.kind : ''));
  expect(said).toEqual(['SYN', 'ACCEPT', 'echo', 'echoReply']);
});

test('what the service throws is told to the one who asked', async () => {
  const { call } = await start();
  await call('C2', 'serve');
  const answer = await call('C1', 'ask', { to: 'C2', api: 'fail' });
  expect(answer).toMatchObject({ ok: false, error: 'no such thing' });
});

test('nobody serves, nobody is there, nobody may be met', async () => {
  const { call } = await start();
  const hungUp = await call('C1', 'ask', { to: 'C2', api: 'echo' });
  expect(hungUp).toMatchObject({ ok: false, error: 'C2: the connection was lost' });
  for (const to of ['C9', 'C1', 'S1', '']) {
    expect(await call('C1', 'ask', { to, api: 'echo' })).toMatchObject({ ok: false });
  }
  const strangers = await start(false);
  await strangers.call('C2', 'serve');
  const refused = await strangers.call('C1', 'ask', { to: 'C2', api: 'echo' });
  expect(refused).toMatchObject({ ok: false, error: 'C2: nobody answers there' });
});

test('a cut link lets the request time out, a kill breaks it off', async () => {
  const { call, conductor } = await start();
  await call('C2', 'serve');
  await call('C1', 'ask', { to: 'C2', api: 'echo' });
  const cut = { from: 'C1', to: 'C2', cut: true };
  await conductor.perform({ type: 'setLinks', changes: [cut] });
  const late = await call('C1', 'ask', { to: 'C2', api: 'echo' });
  expect(late).toMatchObject({ ok: false, error: 'C2 did not answer in 1000 ms' });
  await conductor.perform({ type: 'heal' });
  await conductor.perform({ type: 'kill', target: 'C2' });
  const gone = await call('C1', 'ask', { to: 'C2', api: 'echo' });
  expect(gone).toMatchObject({ ok: false, error: 'C2: the connection was lost' });
});

test('what a client wrote outlives a kill', async () => {
  const { call, conductor } = await start();
  await call('C2', 'serve');
  await call('C1', 'ask', { to: 'C2', api: 'echo' });
  await conductor.perform({ type: 'kill', target: 'C2' });
  await conductor.advanceTo(conductor.nowUs + 100_000);
  await conductor.perform({ type: 'restart', target: 'C2' });
  expect(await call('C2', 'serve')).toMatchObject({ ok: true, data: 'hello;' });
});
