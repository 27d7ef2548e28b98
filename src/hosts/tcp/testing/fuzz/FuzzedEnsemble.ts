/**
 * A leader and a follower with the host's own code for client connections in front of them. What a
 * client writes is handled to its end before `write` returns.
 */

import type { OutsideEvent } from '../../../../conductor/Outside.ts';
import { encode } from '../../../../protocol/codec.ts';
import { frame } from '../../../../protocol/frames.ts';
import { ConnectRequest } from '../../../../protocol/records.ts';
import { ZERO_ZXID } from '../../../../protocol/zxid.ts';
import type { ServerConfig } from '../../../../server/config.ts';
import type { DiskFiles } from '../../../../server/disk.ts';
import { ClientConnection, type Port } from '../../ClientConnection.ts';
import { FuzzedSocket } from './FuzzedSocket.ts';
import { type ClientEffect, WholeServers } from './WholeServers.ts';

export class FuzzedEnsemble {
  readonly servers: WholeServers;
  private readonly clients = new Map<number, FuzzedClient>();
  private lastId = 0;

  /** Of a leader and a follower; of one server it may be that it refuses its files. */
  constructor(
    config: Partial<ServerConfig>,
    { size = 2, files = new Map() }: { readonly size?: number; readonly files?: DiskFiles } = {},
  ) {
    const onClient = (effect: ClientEffect): void => {
      const client = this.clients.get(effect.connection);
      if (effect.type === 'closeClient') client?.connection.close();
      else client?.connection.send(effect.payload, effect.summary.kind);
    };
    this.servers = new WholeServers({ size, config, files, onClient });
    this.servers.untilServing();
  }

  /** A connection to one of the two servers. `isWord`: it will ask by a four-letter word. */
  open(sid: number, isWord = false): FuzzedClient {
    const id = ++this.lastId;
    const gone = () => {
      this.clients.delete(id);
      this.servers.tell(sid, { type: 'clientDisconnected', connection: id });
    };
    const client = new FuzzedClient(this.servers, { id, sid, isWord, gone });
    this.clients.set(id, client);
    const address = `127.0.0.1:${30_000 + (id % 30_000)}`;
    this.servers.tell(sid, { type: 'clientConnected', connection: id, address });
    this.servers.run();
    return client;
  }

  /** With a session. */
  connect(sid: number): FuzzedClient {
    const client = this.open(sid);
    client.sendFrame(
      encode(ConnectRequest, {
        protocolVersion: 0,
        lastZxidSeen: ZERO_ZXID,
        timeOut: 30_000,
        sessionId: 0n,
        passwd: null,
        readOnly: false,
      }),
    );
    if (client.socket.received.splice(0).length !== 1) throw new Error('no session');
    return client;
  }

  /** Those that had to go without having written have their sockets closed as well. */
  settle(): void {
    for (const client of [...this.clients.values()]) client.settle();
  }
}

interface FuzzedClientOptions {
  readonly id: number;
  readonly sid: number;
  readonly isWord: boolean;
  readonly gone: () => void;
}

export class FuzzedClient implements Port {
  readonly sid: number;
  readonly socket: FuzzedSocket;
  readonly connection: ClientConnection;
  private readonly servers: WholeServers;
  private readonly gone: () => void;

  constructor(servers: WholeServers, { id, sid, isWord, gone }: FuzzedClientOptions) {
    this.sid = sid;
    this.servers = servers;
    this.gone = gone;
    this.socket = new FuzzedSocket(isWord);
    this.connection = new ClientConnection(id, this.socket, this, 0xfffff);
  }

  get isClosed(): boolean {
    return this.socket.isEnded;
  }

  /** A frame with the length that it has. */
  sendFrame(payload: Uint8Array): void {
    this.write(frame(payload));
  }

  /** Bytes as they are. */
  write(bytes: Uint8Array): void {
    this.socket.emit('data', bytes);
    this.takeIn();
  }

  /** The client will send no more. */
  end(): void {
    this.socket.emit('end');
    this.takeIn();
  }

  settle(): void {
    this.connection.flush();
    this.socket.tellClosed();
    this.servers.run();
  }

  onReady(): void {}
  onDirty(): void {}

  onGone(): void {
    this.gone();
  }

  private takeIn(): void {
    const events: OutsideEvent[] = [];
    while (this.connection.isReady) {
      this.connection.takeInto(events, Number.MAX_SAFE_INTEGER);
      for (const event of events.splice(0)) this.servers.tell(this.sid, event);
      this.servers.run();
      this.settle();
    }
    this.settle();
  }
}
