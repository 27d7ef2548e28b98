/**
 * The identities that a session has claimed. A connection forgets them, so that each new one is
 * told again. Source: ClientCnxn.authInfo.
 */

import { KeeperErrorCode } from '../protocol/errors.ts';
import { Xid } from '../protocol/opcodes.ts';
import { encodeRequest } from '../protocol/requests.ts';
import { KeeperError } from './KeeperError.ts';
import type { SessionHost } from './SessionHost.ts';

const IDENTITIES_MAX = 32;

interface Identity {
  readonly scheme: string;
  readonly auth: Uint8Array;
  /** Called with the first answer, null for yes; then dropped. */
  finish: ((error: KeeperError | null) => void) | null;
}

export class Identities {
  private readonly host: SessionHost;
  private readonly all: Identity[] = [];
  /** Asked about on this connection, oldest first. */
  private readonly asked: Identity[] = [];

  constructor(host: SessionHost) {
    this.host = host;
  }

  add(
    scheme: string,
    auth: Uint8Array,
    finish: (error: KeeperError | null) => void,
    isConnected: boolean,
  ): void {
    if (this.all.length >= IDENTITIES_MAX) {
      const reason = `a session has at most ${IDENTITIES_MAX} identities`;
      finish(new KeeperError(KeeperErrorCode.THROTTLEDOP, '', { reason }));
      return;
    }
    const identity = { scheme, auth, finish };
    this.all.push(identity);
    if (isConnected) this.send(identity);
  }

  onConnected(): void {
    this.asked.length = 0;
    for (const identity of this.all) this.send(identity);
  }

  onReply(code: number): void {
    const identity = this.asked.shift();
    if (identity !== undefined) this.settle(identity, code);
  }

  /** Fails all that have had no answer yet. */
  failAll(code: number): void {
    for (const identity of this.all) this.settle(identity, code);
  }

  private settle(identity: Identity, code: number): void {
    const { finish } = identity;
    if (finish === null) return;
    identity.finish = null;
    this.host.wake();
    finish(code === 0 ? null : new KeeperError(code, ''));
  }

  private send(identity: Identity): void {
    const { scheme, auth } = identity;
    this.asked.push(identity);
    this.host.emit({
      type: 'send',
      payload: encodeRequest(Xid.auth, { type: 'auth', authType: 0, scheme, auth }),
      summary: { kind: 'request', text: `auth ${scheme}` },
    });
  }
}
