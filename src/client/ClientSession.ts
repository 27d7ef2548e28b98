/**
 * One session with the ensemble, without I/O: dials servers in turn, opens the session or takes it
 * up again, keeps it alive, and brings watches and identities along to each new connection.
 * Invariants: at most one connection; once ended (`expired`, `closed`, `authFailed`) it stays
 * ended.
 * Source: ClientCnxn and its SendThread; Programmer's Guide, "ZooKeeper Sessions".
 */

import type { Result } from '../base/result.ts';
import { err } from '../base/result.ts';
import { decode, decodePrefix, encode } from '../protocol/codec.ts';
import { KeeperErrorCode } from '../protocol/errors.ts';
import { eventTypeName, WatcherEvent } from '../protocol/events.ts';
import { Xid } from '../protocol/opcodes.ts';
import { ConnectRequest, ConnectResponse, ReplyHeader } from '../protocol/records.ts';
import type { RequestOf, ResponseName, ResponseOf } from '../protocol/requests.ts';
import { encodeRequest } from '../protocol/requests.ts';
import type { SessionId } from '../protocol/sessionId.ts';
import { formatSessionId, NO_SESSION, PASSWORD_BYTES } from '../protocol/sessionId.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { ZERO_ZXID } from '../protocol/zxid.ts';
import { Chroot } from './Chroot.ts';
import { pathOf } from './describeRequest.ts';
import type { ClientConfig, SessionEvent } from './events.ts';
import { Identities } from './Identities.ts';
import { KeepAlive } from './KeepAlive.ts';
import { KeeperError } from './KeeperError.ts';
import { ReadWriteSeeker } from './ReadWriteSeeker.ts';
import { RequestQueue } from './RequestQueue.ts';
import { ServerList } from './ServerList.ts';
import type { SessionHost } from './SessionHost.ts';
import type { Registration } from './SessionWatches.ts';
import { SessionWatches } from './SessionWatches.ts';
import type { ClientState } from './trace.ts';

/** Whether requests are answered, be it only those that read. */
export function isConnected(state: ClientState): boolean {
  return state === 'connected' || state === 'connectedReadOnly';
}

export type StateListener = (state: ClientState) => void;

/**
 * Before each dial but the first, so that the clients of a dead server do not arrive as a crowd.
 */
const BACK_OFF_MAX_MS = 1000;
/** On top, once every server has been tried. */
const TURN_REST_MS = 1000;

/** What requests are answered with, once the session has ended. */
const DEATH_CODES: Partial<Readonly<Record<ClientState, number>>> = {
  expired: KeeperErrorCode.SESSIONEXPIRED,
  closed: KeeperErrorCode.SESSIONEXPIRED,
  authFailed: KeeperErrorCode.AUTHFAILED,
};

export class ClientSession {
  readonly chroot: Chroot;
  readonly watches: SessionWatches;
  private readonly config: ClientConfig;
  private readonly host: SessionHost;
  private readonly servers: ServerList;
  private readonly queue: RequestQueue;
  private readonly identities: Identities;
  private readonly keepAlive: KeepAlive;
  private readonly seeker: ReadWriteSeeker;
  private readonly listeners = new Set<StateListener>();
  private current: ClientState = 'connecting';
  /** `dialling`: nobody answered yet; `handshaking`: the ConnectRequest is out. */
  private link: 'none' | 'dialling' | 'handshaking' | 'open' = 'none';
  private server: string;
  private isFirstDial = true;
  private isClosing = false;
  /** A session of a read-only server is known to it alone: the next server gets a new one. */
  private isKnownToAll = false;
  private id: SessionId = NO_SESSION;
  private password: Uint8Array = new Uint8Array(PASSWORD_BYTES);
  private negotiatedMs: number;
  private lastSeen: Zxid = ZERO_ZXID;

  constructor(config: ClientConfig, host: SessionHost) {
    this.config = config;
    this.host = host;
    this.chroot = new Chroot(config.chroot);
    this.servers = new ServerList(config.servers);
    this.queue = new RequestQueue(host, this.chroot);
    this.watches = new SessionWatches(host, this.chroot);
    this.identities = new Identities(host);
    this.keepAlive = new KeepAlive(host);
    this.seeker = new ReadWriteSeeker(host, this.servers);
    this.negotiatedMs = config.sessionTimeoutMs;
    this.server = '';
  }

  get state(): ClientState {
    return this.current;
  }

  /** False once it has ended, for good. */
  get isAlive(): boolean {
    return DEATH_CODES[this.current] === undefined;
  }

  /** 0 before the first connection. */
  get sessionId(): SessionId {
    return this.id;
  }

  /** As negotiated; as asked for until then. */
  get timeoutMs(): number {
    return this.negotiatedMs;
  }

  /** Highest zxid in a reply: a server that is behind it refuses this client. */
  get lastZxidSeen(): Zxid {
    return this.lastSeen;
  }

  start(): void {
    this.dialNext();
  }

  handle(event: SessionEvent): void {
    switch (event.type) {
      case 'connected':
        if (this.link === 'dialling') this.handshake();
        return;
      case 'refused':
        if (this.link === 'dialling') this.onConnectionLost();
        return;
      case 'disconnected':
        if (this.link !== 'none') this.onConnectionLost();
        return;
      case 'frame':
        if (this.link === 'handshaking') this.onConnectResponse(event.payload);
        else if (this.link === 'open') this.onFrame(event.payload);
        return;
      case 'probed':
        if (this.seeker.onProbed(event.answer)) this.hangUp();
        return;
      case 'timerFired':
        this.onTimer(event.timer);
    }
  }

  /** `finish` is called exactly once; before this returns if the session has ended. */
  submit<K extends ResponseName>(
    request: RequestOf<K>,
    finish: (result: Result<ResponseOf<K>, KeeperError>) => void,
    watch?: Registration,
  ): void {
    const code = this.isClosing ? KeeperErrorCode.SESSIONEXPIRED : DEATH_CODES[this.current];
    if (code !== undefined) {
      finish(err(new KeeperError(code, this.chroot.toClient(pathOf(request)))));
      return;
    }
    const isOpen = this.link === 'open';
    this.queue.add<K>(
      request,
      (result) => {
        if (watch !== undefined) this.watches.register(watch, pathOf(request), result);
        finish(result);
      },
      isOpen,
    );
    if (isOpen) this.keepAlive.noteSent();
  }

  /** Claims an identity on this connection and all later ones. `finish(null)`: accepted. */
  addAuth(scheme: string, auth: Uint8Array, finish: (error: KeeperError | null) => void): void {
    const code = DEATH_CODES[this.current];
    if (code !== undefined) return finish(new KeeperError(code, ''));
    this.identities.add(scheme, auth, finish, this.link === 'open');
  }

  /** Ends the session for good. Without a connection it is left to expire on the servers. */
  close(finish: () => void): void {
    if (!this.isAlive || this.isClosing) return finish();
    if (this.link !== 'open') {
      this.end('closed');
      return finish();
    }
    this.submit<'closeSession'>({ type: 'closeSession' }, () => {
      if (this.isAlive) this.end('closed');
      finish();
    });
    this.isClosing = true;
  }

  /** Called at every change from now on; returns what ends that. */
  onState(listener: StateListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private dialNext(): void {
    const { server, isTurnOver } = this.servers.next();
    this.server = server;
    if (this.isFirstDial) {
      this.isFirstDial = false;
      return this.dial();
    }
    const backOffMs = this.host.random.below(BACK_OFF_MAX_MS);
    this.setTimer('reconnect', backOffMs + (isTurnOver ? TURN_REST_MS : 0));
  }

  private dial(): void {
    this.link = 'dialling';
    this.setState('connecting');
    this.tellState();
    if (this.link !== 'dialling') return;
    this.host.emit({ type: 'connect', server: this.server });
    this.setConnectTimer();
  }

  private handshake(): void {
    this.link = 'handshaking';
    const request: ConnectRequest = {
      protocolVersion: 0,
      lastZxidSeen: this.lastSeen,
      timeOut: this.config.sessionTimeoutMs,
      sessionId: this.isKnownToAll ? this.id : NO_SESSION,
      passwd: this.password,
      readOnly: this.config.canBeReadOnly ?? false,
    };
    const isNew = !this.isKnownToAll;
    const text = isNew ? 'new session' : `session ${formatSessionId(this.id)} again`;
    this.host.emit({
      type: 'send',
      payload: encode(ConnectRequest, request),
      summary: { kind: 'connectRequest', zxid: this.lastSeen, text },
    });
    this.setConnectTimer();
  }

  private onConnectResponse(payload: Uint8Array): void {
    const decoded = decode(ConnectResponse, payload);
    if (!decoded.ok) return this.hangUp();
    const { timeOut, sessionId, passwd, readOnly } = decoded.value;
    if (timeOut <= 0) return this.end('expired');
    this.link = 'open';
    this.id = sessionId;
    this.password = passwd ?? this.password;
    this.negotiatedMs = timeOut;
    this.servers.onConnected();
    this.cancelTimer('connectTimeout');
    this.keepAlive.start(timeOut);
    if (readOnly === true) this.seeker.start();
    else this.isKnownToAll = true;
    this.setState(readOnly === true ? 'connectedReadOnly' : 'connected');
    // Identities first, since what follows may need them; then watches, so that none is missed.
    this.identities.onConnected();
    for (const request of this.watches.manager.setWatches(this.lastSeen)) {
      this.queue.addSetWatches(request);
    }
    this.queue.sendWaiting();
    this.tellState();
  }

  private onFrame(payload: Uint8Array): void {
    this.keepAlive.noteHeard();
    const decoded = decodePrefix(ReplyHeader, payload);
    if (!decoded.ok) return this.hangUp();
    const { value: header, consumed } = decoded.value;
    const body = payload.subarray(consumed);
    switch (header.xid) {
      case Xid.ping:
        return;
      case Xid.notification:
        return this.onNotification(header.zxid, body);
      case Xid.auth:
        this.identities.onReply(header.err);
        if (header.err === KeeperErrorCode.AUTHFAILED) this.end('authFailed');
        return;
    }
    if (header.zxid > this.lastSeen) this.lastSeen = header.zxid;
    if (!this.queue.onReply(header, body)) this.hangUp();
  }

  private onNotification(zxid: number, body: Uint8Array): void {
    const decoded = decode(WatcherEvent, body);
    const type = decoded.ok ? eventTypeName(decoded.value.type) : undefined;
    if (!decoded.ok || type === undefined) return this.hangUp();
    this.watches.onEvent(type, decoded.value.path, zxid);
  }

  private onTimer(timer: string): void {
    switch (timer) {
      case 'reconnect':
        return this.dial();
      case 'connectTimeout':
        return this.hangUp();
      case 'readTimeout':
        if (this.keepAlive.isReadOverdue()) this.hangUp();
        return;
      case 'seekReadWrite':
        return this.seeker.ask();
      case 'ping':
        if (this.keepAlive.isPingDue()) this.ping();
    }
  }

  private ping(): void {
    this.host.emit({
      type: 'send',
      payload: encodeRequest(Xid.ping, { type: 'ping' }),
      summary: { kind: 'clientPing', text: 'ping' },
    });
  }

  private hangUp(): void {
    if (this.link === 'none') return;
    this.host.emit({ type: 'disconnect' });
    this.onConnectionLost();
  }

  /** What was asked may or may not have been done: all of it fails with CONNECTIONLOSS. */
  private onConnectionLost(): void {
    if (this.isClosing) return this.end('closed');
    this.unlink();
    this.setState('disconnected');
    this.queue.failAll(KeeperErrorCode.CONNECTIONLOSS);
    this.tellState();
    if (this.isAlive) this.dialNext();
  }

  private end(state: 'expired' | 'authFailed' | 'closed'): void {
    if (this.link !== 'none') this.host.emit({ type: 'disconnect' });
    this.unlink();
    this.setState(state);
    const code = DEATH_CODES[state] ?? KeeperErrorCode.SESSIONEXPIRED;
    this.queue.failAll(code);
    this.identities.failAll(code);
    this.tellState();
    this.watches.end(state);
  }

  private unlink(): void {
    this.link = 'none';
    this.cancelTimer('reconnect');
    this.cancelTimer('connectTimeout');
    this.keepAlive.stop();
    this.seeker.stop();
  }

  private setState(state: ClientState): void {
    this.current = state;
    const isServed = state === 'connecting' || isConnected(state);
    this.host.emit({
      type: 'trace',
      event: {
        type: 'clientStateChanged',
        state,
        server: isServed ? this.server : null,
        sessionId: formatSessionId(this.id),
        timeoutMs: this.negotiatedMs,
      },
    });
  }

  /**
   * Programs hear of a state after everything that it ends has failed: they may go on from there.
   */
  private tellState(): void {
    this.host.wake();
    for (const listener of [...this.listeners]) listener(this.current);
  }

  private setConnectTimer(): void {
    const afterMs = Math.floor(this.negotiatedMs / this.servers.size);
    this.setTimer('connectTimeout', afterMs);
  }

  private setTimer(timer: 'reconnect' | 'connectTimeout', afterMs: number): void {
    this.host.emit({ type: 'setTimer', timer, afterMs });
  }

  private cancelTimer(timer: 'reconnect' | 'connectTimeout'): void {
    this.host.emit({ type: 'cancelTimer', timer });
  }
}
