/** Members of one ensemble for one test, each a host of its own, closed at its end. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ServerTrace } from '../../../../server/trace.ts';
import { RawClient } from '../../testing/RawClient.ts';
import { until } from '../../testing/startEnsemble.ts';
import { MemberServer } from '../MemberServer.ts';
import { type MemberOptions, parseZooCfg } from '../zooCfg.ts';

const PORT_MIN = 10_000;
const PORT_MAX = 30_000;
/** Another one in each process. */
let nextPort = PORT_MIN + ((process.pid * 61) % (PORT_MAX - PORT_MIN));

export class Members {
  readonly traces: ServerTrace[] = [];
  private readonly options: readonly MemberOptions[];
  private readonly running = new Map<number, MemberServer>();

  constructor(options: readonly MemberOptions[]) {
    this.options = options;
  }

  async start(sid: number): Promise<void> {
    const options = this.optionsOf(sid);
    const member = await MemberServer.start(options, {
      onTrace: (event) => this.traces.push(event),
      onFailure: (message) => {
        throw new Error(message);
      },
    });
    this.running.set(sid, member);
  }

  kill(sid: number): void {
    this.running.get(sid)?.close();
    this.running.delete(sid);
  }

  /** Of a server that does not run. */
  wipe(sid: number): void {
    rmSync(join(this.optionsOf(sid).data.directory, 'version-2'), { recursive: true });
  }

  optionsOf(sid: number): MemberOptions {
    const options = this.options.find(({ config }) => config.sid === sid);
    if (options === undefined) throw new Error(`no S${sid}`);
    return options;
  }

  port(sid: number): number {
    return this.optionsOf(sid).clientAddress.port;
  }

  /** Once it serves. */
  client(sid: number, session = {}): Promise<RawClient> {
    return until(() => RawClient.connect(this.port(sid), session).catch(() => null));
  }

  /** Once one of them leads. */
  leader(): Promise<number> {
    return until(async () => {
      for (const [sid, { served }] of this.running) {
        if ((await served.ask('leader'))?.includes('"is_leader":true')) return sid;
      }
      return null;
    });
  }

  close(): void {
    for (const sid of [...this.running.keys()]) this.kill(sid);
  }
}

/** With short ticks, so that failures are noticed soon. */
export async function startMembers(count: number, settings = ''): Promise<Members> {
  const root = mkdtempSync(join(tmpdir(), 'ensemble-members-'));
  const ports = await freePorts(3 * count);
  const sids = Array.from({ length: count }, (_, i) => i + 1);
  const servers = sids
    .map((sid, i) => `server.${sid}=127.0.0.1:${ports[3 * i]}:${ports[3 * i + 1]}`)
    .join('\n');
  const options = sids.map((sid, i) => {
    const directory = join(root, `${sid}`);
    mkdirSync(directory);
    writeFileSync(join(directory, 'myid'), `${sid}\n`);
    const parsed = parseZooCfg(
      `tickTime=200\ninitLimit=50\nsyncLimit=20\nmaxSessionTimeout=60000
      dataDir=${directory}\nclientPort=${ports[3 * i + 2]}\nclientPortAddress=127.0.0.1
      4lw.commands.whitelist=*\nforceSync=no\n${settings}\n${servers}`,
      () => `${sid}`,
    );
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.value;
  });
  const members = new Members(options);
  onTestFinished(() => {
    members.close();
    rmSync(root, { recursive: true, force: true });
  });
  for (const sid of sids) await members.start(sid);
  return members;
}

/**
 * Below those that the system gives to whoever dials, so that a server finds its port free when it
 * opens it, which may be late.
 */
async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    nextPort = nextPort < PORT_MAX ? nextPort + 1 : PORT_MIN;
    const port = nextPort;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
