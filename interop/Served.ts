/** `npm run serve` as a process of its own, and its control API. */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { ask } from '../oracle/ensemble.mjs';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '..');
const START_TIMEOUT_MS = 60_000;
/** Short, so that sessions may be short: from 1 s to 10 s. */
const TICK_MS = 500;

interface ServerState {
  readonly server: number;
  readonly process: string;
  readonly phase: string | null;
  readonly state: string | null;
}

const running = new Set<ChildProcess>();

/** Ends, with their groups, those that were not stopped. */
export function endServed(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/** Three servers on free ports. */
export class Served {
  readonly connectString: string;
  readonly controlUrl: string;
  readonly token: string;
  private readonly child: ChildProcess;

  constructor(child: ChildProcess, connectString: string, controlUrl: string, token: string) {
    this.child = child;
    this.connectString = connectString;
    this.controlUrl = controlUrl;
    this.token = token;
  }

  /** Resolves when a leader serves. `extra`: more options of `npm run serve`. */
  static async start(extra: readonly string[] = []): Promise<Served> {
    const options = ['--servers', '3', '--port', '0', '--tick', `${TICK_MS}`, '--control', '0'];
    // In a group of its own, since npm does not pass every signal on.
    const child = spawn('npm', ['run', '--silent', 'serve', '--', ...options, ...extra], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    const found = await until('npm run serve prints where it is', START_TIMEOUT_MS, () => {
      if (child.exitCode !== null) throw new Error(`npm run serve ended:\n${text}`);
      return /^(\S+)\ncontrol (\S+) token (\S+)\n/.exec(text);
    });
    const [, connectString = '', controlUrl = '', token = ''] = found;
    return new Served(child, connectString, controlUrl, token);
  }

  /** Client ports of server 1, 2 and 3. */
  get ports(): readonly number[] {
    return this.connectString.split(',').map((server) => Number(server.split(':')[1]));
  }

  /** `POST /<name>`. */
  async control(name: string, body: object): Promise<void> {
    await this.request(name, { method: 'POST', body: JSON.stringify(body) });
  }

  async state(): Promise<readonly ServerState[]> {
    const answer = await this.request('state', {});
    return ((await answer.json()) as { readonly servers: readonly ServerState[] }).servers;
  }

  /** Ids of the sessions that have a connection, with the server they are connected to. */
  async sessions(): Promise<ReadonlyMap<string, number>> {
    const sessions = new Map<string, number>();
    for (const [index, port] of this.ports.entries()) {
      const found = (await ask(port, 'cons')).matchAll(/sid=(0x[0-9a-f]+)/g);
      for (const [, session = ''] of found) sessions.set(session, index + 1);
    }
    return sessions;
  }

  /** The only session that has a connection. */
  async onlySession(): Promise<{ readonly session: string; readonly server: number }> {
    return await until('exactly one client is connected', 10_000, async () => {
      const [first, ...others] = await this.sessions();
      if (first === undefined || others.length > 0) return null;
      return { session: first[0], server: first[1] };
    });
  }

  /** Starts what was killed; resolves when all of it serves. */
  async revive(): Promise<void> {
    const dead = (await this.state()).filter(({ process }) => process !== 'up');
    for (const { server } of dead) await this.control('restart', { server });
    if (dead.length === 0) return;
    await until('all servers serve again', 20_000, async () => {
      return (await this.state()).every(({ phase }) => phase === 'BROADCAST');
    });
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.pid === undefined) return;
    const gone = new Promise((done) => child.once('exit', done));
    process.kill(-child.pid, 'SIGTERM');
    await gone;
  }

  private async request(name: string, init: RequestInit): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.token}` };
    const answer = await fetch(`${this.controlUrl}/${name}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
    return answer;
  }
}
