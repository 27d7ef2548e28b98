/** The two that are compared: three of our servers, and three of Apache's. Neither flushes. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, RealEnsemble } from '../../oracle/ensemble.mjs';
import type { Release } from '../../oracle/releases.mjs';
import { ROOT } from '../setup.mjs';

export const SIZE = 3;
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const KB = 1024;

export interface Memory {
  /** What the system counts for the processes. */
  readonly residentBytes: number;
  /** What is reachable, right after a full collection; null where it cannot be told. */
  readonly liveBytes: number | null;
}

export interface Contestant {
  readonly name: string;
  readonly ports: readonly number[];
  pids(): readonly number[];
  /** As SIGKILL does. */
  kill(server: number): Promise<void>;
  restart(server: number): Promise<void>;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

export const connectString = ({ ports }: Contestant): string =>
  ports.map((port) => `127.0.0.1:${port}`).join(',');

/** Resolves to the leader's index. */
export async function untilServing({ name, ports }: Contestant): Promise<number> {
  const endMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const answers = await Promise.all(ports.map((port) => ask(port, 'srvr')));
    const leader = answers.findIndex((answer) => answer.includes('Mode: leader'));
    if (leader >= 0 && answers.every((answer) => answer.includes('Mode: '))) return leader;
    if (performance.now() > endMs) throw new Error(`${name} does not serve`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export async function startOurs(): Promise<Contestant> {
  const directory = mkdtempSync(join(tmpdir(), 'ensemble-bench-'));
  const child = spawn(process.execPath, serveArguments(directory), {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [, connect = '', url = '', token = ''] = await printed(child);
  const control = async (name: string, server: number) => {
    const headers = { Authorization: `Bearer ${token}` };
    const body = JSON.stringify({ server: server + 1 });
    const answer = await fetch(`${url}/${name}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
  };
  return {
    name: 'ours',
    ports: connect.split(',').map((server) => Number(server.split(':')[1])),
    pids: () => [child.pid ?? 0],
    kill: (server) => control('kill', server),
    restart: (server) => control('restart', server),
    async memory() {
      child.send('memory');
      const [memory] = (await once(child, 'message')) as [Memory];
      return memory;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** `npm run serve` without npm, and with somebody in it who tells of its memory. */
function serveArguments(directory: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly serve: string };
  };
  const [, ...serve] = scripts.serve.split(' ');
  const teller = join(ROOT, 'scripts/bench/tellMemory.mjs');
  const options = ['--servers', `${SIZE}`, '--port', '0', '--control', '0'];
  const disks = ['--data', directory, '--no-fsync'];
  return ['--expose-gc', '--import', teller, ...serve, ...options, ...disks];
}

async function printed(child: ChildProcess): Promise<RegExpExecArray> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const found = /^(\S+)\ncontrol (\S+) token (\S+)\n/.exec(text);
    if (found !== null) return found;
  }
  throw new Error(`npm run serve ended: ${text}`);
}

export async function startReal(release: Release): Promise<Contestant> {
  const ensemble = await RealEnsemble.start({ size: SIZE, release });
  const pids = () => ensemble.children.map(({ pid = 0 }) => pid);
  return {
    name: 'Apache',
    ports: ensemble.ports,
    pids,
    kill: (server) => ensemble.kill(server),
    restart: async (server) => ensemble.run(server),
    memory: async () => sumOf(pids().map(memoryOfJvm)),
    stop: () => ensemble.stop(),
  };
}

/** Errors: no /proc here. */
function memoryOfJvm(pid: number): Memory {
  const liveBytes = liveBytesOfJvm(pid);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, resident = ''] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
  return { residentBytes: Number(resident) * KB, liveBytes };
}

/** Its heap after a full collection. `jcmd` comes with JDKs, not with every JRE. */
function liveBytesOfJvm(pid: number): number | null {
  try {
    execFileSync('jcmd', [`${pid}`, 'GC.run'], { stdio: 'ignore' });
    const text = execFileSync('jcmd', [`${pid}`, 'GC.heap_info'], { encoding: 'utf8' });
    const used = text.matchAll(/generation\s+total \d+K, used (\d+)K/g);
    return [...used].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * KB, 0);
  } catch {
    return null;
  }
}

function sumOf(memories: readonly Memory[]): Memory {
  return memories.reduce((sum, { residentBytes, liveBytes }) => ({
    residentBytes: sum.residentBytes + residentBytes,
    liveBytes: sum.liveBytes === null || liveBytes === null ? null : sum.liveBytes + liveBytes,
  }));
}
