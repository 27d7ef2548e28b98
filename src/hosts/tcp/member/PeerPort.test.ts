/** One port against sockets that a test opens by hand. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { encodeInitialMessage } from '../../../protocol/initialMessage.ts';
import type { ServerEvent } from '../../../server/events.ts';
import { until } from '../testing/startEnsemble.ts';
import { PeerPort } from './PeerPort.ts';

const SID = 2;
const GREETING = encodeInitialMessage({ sid: SID, addresses: ['127.0.0.1:1'] });

interface Opened {
  readonly port: PeerPort;
  readonly number: number;
  readonly events: ServerEvent[];
}

async function open(handshakeTimeoutMs = 60_000): Promise<Opened> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  const number = address !== null && typeof address === 'object' ? address.port : 0;
  probe.close();
  await once(probe, 'close');
  const events: ServerEvent[] = [];
  let lastId = 0;
  const port = new PeerPort(
    {
      link: 'election',
      sid: SID,
      address: { host: '127.0.0.1', port: number },
      greeting: GREETING,
      handshakeTimeoutMs,
    },
    { newId: () => ++lastId, push: (event) => events.push(event), onHello: () => {} },
  );
  await port.open();
  onTestFinished(() => port.close());
  return { port, number, events };
}

function dial({ number }: Opened): Socket {
  const socket = connect(number, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

test('tells of a peer that says who it is, of what it says, and of its end', async () => {
  const opened = await open();
  const socket = dial(opened);
  socket.write(encodeInitialMessage({ sid: 3, addresses: ['127.0.0.1:1'] }));
  socket.end(Buffer.from('00000002abcd', 'hex'));
  await until(() => opened.events.length === 3);
  const common = { link: 'election', peer: 3, connection: 1 };
  expect(opened.events).toEqual([
    { type: 'peerConnected', ...common, dialled: false },
    { type: 'peerPacket', ...common, bytes: Uint8Array.of(0xab, 0xcd) },
    { type: 'peerDisconnected', ...common },
  ]);
});

test('greets whom it dials, frames what it sends, and says no more once it has closed', async () => {
  const one = await open();
  const peer = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void peer.close());
  await once(peer, 'listening');
  const address = peer.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  one.port.dial(1, { host: '127.0.0.1', port });
  const [socket] = (await once(peer, 'connection')) as [Socket];
  let heard = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
  });
  await until(() => one.events.length === 1);
  one.port.send(1, Uint8Array.of(7));
  one.port.disconnect(1);
  await once(socket, 'end');
  expect(heard).toEqual(Buffer.concat([GREETING, Buffer.from('0000000107', 'hex')]));
  expect(one.events).toMatchObject([{ type: 'peerConnected', peer: 1, dialled: true }]);
});

test('a dial that nobody takes, and one to nowhere, are refused', async () => {
  const { port, events, number } = await open();
  port.closeListener();
  port.dial(1, { host: '127.0.0.1', port: number });
  port.dial(9, null);
  await until(() => events.length === 2);
  expect(events).toEqual([
    { type: 'peerRefused', link: 'election', peer: 9 },
    { type: 'peerRefused', link: 'election', peer: 1 },
  ]);
});

test.each([
  ['its own number', SID],
  ['a number that no server has', 255],
])('closes on who says %s', async (_what, sid) => {
  const opened = await open();
  const socket = dial(opened);
  socket.resume();
  socket.write(encodeInitialMessage({ sid, addresses: ['127.0.0.1:1'] }));
  await once(socket, 'close');
  expect(opened.events).toEqual([]);
});

test('closes on who does not say in time who it is', async () => {
  const opened = await open(50);
  const socket = dial(opened);
  socket.resume();
  await once(socket, 'close');
  expect(opened.events).toEqual([]);
});

test('takes no more strangers than it can bear, and forgets those who have gone', async () => {
  const opened = await open();
  const strangers = Array.from({ length: 64 }, () => dial(opened));
  await Promise.all(strangers.map((socket) => once(socket, 'connect')));
  const late = dial(opened);
  late.resume();
  await once(late, 'close');
  for (const socket of strangers) socket.destroy();
  await until(async () => {
    const socket = dial(opened);
    socket.write(encodeInitialMessage({ sid: 3, addresses: ['127.0.0.1:1'] }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    return opened.events.length > 0;
  });
});
