/** One server of the ensemble as this host sees it: its port, its disk, what operators ask it. */

import type { ServerDisk } from '../../conductor/Disk.ts';
import { Disk } from '../../conductor/Disk.ts';
import type { Outside, OutsideDisk } from '../../conductor/Outside.ts';
import type { DiskFiles } from '../../server/disk.ts';
import type { MessageKind } from '../../server/effects.ts';
import type { ClientPort } from './ClientPort.ts';
import { FileDisk } from './FileDisk.ts';

const ANSWER_TIMEOUT_MS = 2_000;

export interface DataOptions {
  /** ZooKeeper's dataDir of this server. */
  readonly directory: string;
  readonly fsync: boolean;
}

export class ServedServer {
  readonly sid: number;
  readonly port: ClientPort;
  readonly disk: ServerDisk;
  /** What its process reaches besides the other servers. */
  readonly outside: Outside;
  /** Operators' questions under way, by the number of the connection that each pretends to be. */
  private readonly questions = new Map<number, (answer: string) => void>();
  private life = 0;

  /** `onDiskFailure`: the process must not go on. */
  constructor(
    sid: number,
    port: ClientPort,
    data: DataOptions | null,
    onDiskFailure: (error: Error) => void,
  ) {
    this.sid = sid;
    this.port = port;
    const files = data === null ? null : new FileDisk(data.directory, data.fsync);
    this.disk = files ?? new Disk();
    this.outside = {
      send: (connection, payload, kind) => this.send(connection, payload, kind),
      close: (connection) => port.closeConnection(connection),
      disk: files === null ? null : this.outsideDisk(files, onDiskFailure),
    };
  }

  /** A process has been started. Rejects if its port cannot be had. */
  onStarted(): Promise<void> {
    this.life += 1;
    this.port.resetAll();
    return this.port.open();
  }

  /** What its disk holds. */
  files(): DiskFiles {
    return this.disk.files();
  }

  onKilled(isDark: boolean): void {
    this.life += 1;
    this.port.close(isDark);
    this.questions.clear();
  }

  /** Null if the server does not answer in time: it is down, or paused. */
  ask(command: string): Promise<string | null> {
    if (!this.port.isOpen) return Promise.resolve(null);
    const connection = this.port.newId();
    return new Promise((resolve) => {
      const end = (answer: string | null) => {
        clearTimeout(timeout);
        this.questions.delete(connection);
        resolve(answer);
      };
      const timeout = setTimeout(end, ANSWER_TIMEOUT_MS, null);
      this.questions.set(connection, end);
      this.port.push({ type: 'adminCommand', connection, command });
    });
  }

  private send(connection: number, payload: Uint8Array, kind: MessageKind): void {
    const onAnswer = this.questions.get(connection);
    if (onAnswer === undefined) this.port.send(connection, payload, kind);
    else onAnswer(Buffer.from(payload).toString());
  }

  /** What an earlier process wrote is no news for a later one. */
  private outsideDisk(files: FileDisk, onFailure: (error: Error) => void): OutsideDisk {
    return {
      persist: (token, ops) => {
        const { life } = this;
        files.carryOut(ops, (error) => {
          if (error !== null) onFailure(error);
          else if (life === this.life) this.port.push({ type: 'persisted', token });
        });
      },
      files: () => files.files(),
    };
  }
}
