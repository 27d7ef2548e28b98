/** `npm run serve -- --zoo-cfg FILE`: starts one server, says how it fares, ends when told to. */

import { readFileSync } from 'node:fs';
import type { ServerTrace } from '../../../server/trace.ts';
import { AdminServer } from '../AdminServer.ts';
import { readJaas } from '../jaas.ts';
import { lockDirectory } from '../lockDirectory.ts';
import type { MemberFile } from '../ServeOptions.ts';
import { MemberServer } from './MemberServer.ts';
import { parseZooCfg } from './zooCfg.ts';

/** Throws what the machine refuses. A file that cannot be followed ends the process with code 2. */
export async function startMember({ zooCfg: file, jaasFile }: MemberFile): Promise<void> {
  const users = jaasFile === null ? null : readJaas(jaasFile);
  const parsed = parseZooCfg(readFileSync(file, 'utf8'), readText, users);
  if (!parsed.ok) return fail(`${file}: ${parsed.error}`, 2);
  const options = parsed.value;
  const { clientAddress, adminPort, ignored } = options;
  const { sid } = options.config;
  if (ignored.length > 0) warn(`${file}: nothing is made of ${ignored.join(', ')}`);
  const unlock = lockDirectory(options.data.directory);
  const member = await MemberServer.start(options, {
    onTrace: (event) => {
      const line = lineOf(event);
      if (line !== null) say(line);
    },
    onFailure: (message) => fail(`S${sid}: ${message}`, 1),
  });
  const admin =
    adminPort === null ? null : await AdminServer.start(member, clientAddress.host, adminPort);
  const end = () => {
    admin?.close();
    member.close();
    unlock();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  say(`S${sid} takes clients on ${clientAddress.host}:${clientAddress.port}`);
}

/** What an operator wants to see; null for all else. */
function lineOf(event: ServerTrace): string | null {
  switch (event.type) {
    case 'stateChanged': {
      const leader = event.leader === null ? '' : `, S${event.leader} leads`;
      return `${event.state} (${event.phase})${leader}`;
    }
    case 'roleEnded':
      return `no longer ${event.state}: ${event.reason}`;
    case 'learnerSyncing':
      return `S${event.learner} gets ${event.mode}`;
    case 'learnerLost':
      return `S${event.learner} is lost: ${event.reason}`;
    case 'snapshotLoaded':
      return 'took over a snapshot';
    case 'truncated':
      return 'cut its log';
    case 'refused':
      return `S${event.from} is refused: ${event.what}: ${event.reason}`;
    default:
      return null;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fail(line: string, code: number): void {
  warn(line);
  process.exit(code);
}
