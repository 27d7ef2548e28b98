/**
 * The runner's own clients, one on each server, with the rights of the super user where there is
 * one: they make room for each case, wait until all servers know the same, and tidy up.
 */

import { assert } from '../src/base/assert.ts';
import { utf8Encode } from '../src/base/utf8.ts';
import type { Codec } from '../src/protocol/codec.ts';
import { decode, encode } from '../src/protocol/codec.ts';
import { frame } from '../src/protocol/frames.ts';
import { Xid } from '../src/protocol/opcodes.ts';
import {
  ConnectRequest,
  ConnectResponse,
  REPLY_HEADER_BYTES,
  ReplyHeader,
} from '../src/protocol/records.ts';
import type { ClientRequest, ResponseName, ResponseOf } from '../src/protocol/requests.ts';
import { encodeRequest, responseCodecs } from '../src/protocol/requests.ts';
import { sessionPassword } from '../src/protocol/sessionId.ts';
import { ZERO_ZXID } from '../src/protocol/zxid.ts';
import { close, create, OPEN } from './Case.ts';
import type { Ensemble, Wire } from './Wire.ts';

const WAIT_MS = 60_000;
const PING_MS = 1_000;
/** Then, for the same reason as that of the pings, another connection may have more luck. */
const OPEN_MS = 10_000;
const OPEN_TRIES = 6;
const LEAVE_MS = 5_000;
const PING = frame(encodeRequest(Xid.ping, { type: 'ping' }));
const SESSION_MS = 600_000;

/** Where the cases live. */
export const ROOT = '/t';

export interface Answer {
  readonly zxid: number;
  readonly err: number;
  readonly body: Uint8Array;
}

/** A client that asks one thing at a time. */
export class SimpleClient {
  readonly wire: Wire;
  readonly sessionId: bigint;
  private lastXid = 0;

  /** Null if the session is gone. */
  static async open(
    ensemble: Ensemble,
    server: number,
    sessionId = 0n,
    timeOut = SESSION_MS,
  ): Promise<SimpleClient | null> {
    const wire = await ensemble.open(server);
    const request = {
      protocolVersion: 0,
      lastZxidSeen: ZERO_ZXID,
      timeOut,
      sessionId,
      passwd: sessionPassword(sessionId),
      readOnly: false,
    };
    wire.write(frame(encode(ConnectRequest, request)));
    await wire.until(() => wire.frames.length > 0 || wire.isClosed, OPEN_MS);
    const response = decode(ConnectResponse, wire.frames.shift() ?? new Uint8Array(0));
    if (!response.ok || response.value.timeOut <= 0) return null;
    return new SimpleClient(wire, response.value.sessionId);
  }

  private constructor(wire: Wire, sessionId: bigint) {
    this.wire = wire;
    this.sessionId = sessionId;
  }

  async ask(request: ClientRequest): Promise<Answer> {
    const [answer] = await this.askAll([request]);
    assert(answer !== undefined, () => `${request.type}: no answer`);
    return answer;
  }

  /** All at once. */
  async askAll(requests: readonly ClientRequest[]): Promise<Answer[]> {
    const { wire } = this;
    for (const request of requests) wire.write(frame(encodeRequest(++this.lastXid, request)));
    const answers: Answer[] = [];
    const isDone = () => {
      for (const bytes of wire.frames.splice(0)) {
        const header = decode(ReplyHeader, bytes);
        assert(header.ok, 'a reply has a header');
        if (header.value.xid === Xid.ping) continue;
        answers.push({ ...header.value, body: bytes.slice(REPLY_HEADER_BYTES) });
      }
      return answers.length >= requests.length || wire.isClosed;
    };
    // A leader of 3.8.0 may sleep over a commit until it is asked something else: in an ensemble of
    // Apache's servers alone, its CommitProcessor was found to wait while one was due.
    for (let ms = 0; ms < WAIT_MS && !(await wire.until(isDone, PING_MS)); ms += PING_MS) {
      wire.write(PING);
    }
    assert(answers.length >= requests.length, () => {
      const end = wire.isClosed ? 'its connection was closed' : `in ${WAIT_MS} ms`;
      return `the helper got ${answers.length} of ${requests.length} answers, ${end}`;
    });
    return answers;
  }

  /**
   * Ends the session. Does not insist on an answer: whoever closes cannot ping any more, and a
   * leader that sleeps over this commit wakes with the next who asks it something.
   */
  async leave(): Promise<void> {
    const { wire } = this;
    wire.write(frame(encodeRequest(++this.lastXid, close)));
    await wire.until(() => wire.frames.length > 0 || wire.isClosed, LEAVE_MS);
    wire.end();
  }

  async read<K extends ResponseName & ClientRequest['type']>(
    request: ClientRequest & { readonly type: K },
  ): Promise<ResponseOf<K>> {
    const { err, body } = await this.ask(request);
    assert(err === 0, () => `${request.type} failed: ${err}`);
    const decoded = decode(responseCodecs[request.type] as Codec<ResponseOf<K>>, body);
    assert(decoded.ok, () => `${request.type}: the answer cannot be read`);
    return decoded.value;
  }
}

export class Helper {
  private readonly ensemble: Ensemble;
  private readonly clients: SimpleClient[];

  static async start(ensemble: Ensemble): Promise<Helper> {
    const clients: SimpleClient[] = [];
    for (let server = 0; server < ensemble.size; server++) {
      clients.push(await superClient(ensemble, server));
    }
    return new Helper(ensemble, clients);
  }

  private constructor(ensemble: Ensemble, clients: SimpleClient[]) {
    this.ensemble = ensemble;
    this.clients = clients;
  }

  /** An empty `/t`; returns the last zxid. */
  async begin(): Promise<number> {
    const { zxid, err } = await this.first.ask(create(ROOT));
    assert(err === 0, `${ROOT} cannot be made: ${err}`);
    await this.syncAll();
    return zxid;
  }

  /** All servers know what was acknowledged so far. */
  async syncAll(): Promise<void> {
    if (this.clients.length === 1) return;
    for (const client of this.clients) {
      if (!client.wire.isClosed) await client.ask({ type: 'sync', path: '/' });
    }
  }

  /** Where the connection was lost. */
  async reconnect(): Promise<void> {
    for (const [server, { wire }] of this.clients.entries()) {
      if (wire.isClosed) this.clients[server] = await superClient(this.ensemble, server);
    }
  }

  /** Ends the sessions that a case has left behind and deletes what it has made. */
  async cleanUp(sessions: Iterable<bigint>): Promise<void> {
    for (const sessionId of sessions) {
      const client = await SimpleClient.open(this.ensemble, 0, sessionId);
      if (client === null) continue;
      await client.ask(close);
    }
    await this.first.ask({ type: 'setACL', path: ROOT, acl: OPEN, version: -1 });
    await this.deleteTree(ROOT);
    await this.syncAll();
  }

  private async deleteTree(path: string): Promise<void> {
    const { children } = await this.first.read({ type: 'getChildren', path, watch: false });
    for (const name of children) await this.deleteTree(`${path}/${name}`);
    await this.first.ask({ type: 'delete', path, version: -1 });
  }

  private get first(): SimpleClient {
    const client = this.clients.find(({ wire }) => !wire.isClosed);
    assert(client !== undefined, 'no server left');
    return client;
  }
}

export async function superClient(ensemble: Ensemble, server: number): Promise<SimpleClient> {
  let client: SimpleClient | null = null;
  for (let i = 0; i < OPEN_TRIES && client === null; i++) {
    client = await SimpleClient.open(ensemble, server);
  }
  assert(client !== null, 'a new session is opened');
  const auth = utf8Encode('super:test');
  const { err } = await client.ask({ type: 'auth', authType: 0, scheme: 'digest', auth });
  if (err === 0) return client;
  // Scheme digest is off, and the connection gone.
  const again = await SimpleClient.open(ensemble, server);
  assert(again !== null, 'a new session is opened');
  return again;
}
