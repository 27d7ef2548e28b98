/** The watches of one session, with those who wait for them. Source: ClientCnxn.EventThread. */

import type { Result } from '../base/result.ts';
import { KeeperErrorCode } from '../protocol/errors.ts';
import type { EventTypeName, WatcherTypeName } from '../protocol/events.ts';
import type { WatchKind } from '../server/trace.ts';
import type { Chroot } from './Chroot.ts';
import type { KeeperError } from './KeeperError.ts';
import type { SessionHost } from './SessionHost.ts';
import type { ClientState } from './trace.ts';
import { WatchManager } from './WatchManager.ts';
import type { Watcher } from './watch.ts';

/** A watch to remember if the request succeeds; as `kindIfAbsent` if there is no such znode. */
export interface Registration {
  readonly kind: WatchKind;
  readonly kindIfAbsent?: WatchKind;
  readonly watcher: Watcher;
}

/** All paths in arguments are those that the server knows. */
export class SessionWatches {
  readonly manager = new WatchManager();
  private readonly host: SessionHost;
  private readonly chroot: Chroot;

  constructor(host: SessionHost, chroot: Chroot) {
    this.host = host;
    this.chroot = chroot;
  }

  register(watch: Registration, path: string, result: Result<unknown, KeeperError>): void {
    const { kind, kindIfAbsent, watcher } = watch;
    if (result.ok) {
      this.manager.add(kind, path, watcher);
    } else if (kindIfAbsent !== undefined && result.error.code === KeeperErrorCode.NONODE) {
      this.manager.add(kindIfAbsent, path, watcher);
    }
  }

  onEvent(type: EventTypeName, path: string, zxid: number): void {
    this.deliver(this.manager.fire(type, path), type, path, zxid);
  }

  /** Forgets watches and tells each that it is gone. */
  forget(type: WatcherTypeName, path: string): void {
    for (const [watcher, event] of this.manager.remove(type, path)) {
      this.deliver([watcher], event, path, -1);
    }
  }

  /** The session has ended, and all its watches with it. */
  end(state: ClientState): void {
    const watchers = this.manager.clear();
    this.host.wake();
    for (const watcher of watchers) watcher({ type: 'None', path: '', state, zxid: -1 });
  }

  private deliver(
    watchers: Iterable<Watcher>,
    type: EventTypeName,
    serverPath: string,
    zxid: number,
  ): void {
    const event = { type: 'watchDelivered', path: serverPath, event: type, zxid } as const;
    this.host.emit({ type: 'trace', event });
    this.host.wake();
    const path = this.chroot.toClient(serverPath);
    for (const watcher of watchers) watcher({ type, path, state: 'connected', zxid });
  }
}
