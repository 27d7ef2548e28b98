/** `npm run serve`: starts an ensemble, says where it is, and ends it when told to. */

import { AdminServer } from './AdminServer.ts';
import { ControlServer } from './ControlServer.ts';
import { startMember } from './member/startMember.ts';
import { parseServeOptions, type ServeOptions, USAGE } from './ServeOptions.ts';
import { TcpEnsemble } from './TcpEnsemble.ts';

/** Exit codes: 2 for a wrong command line, 1 for what the machine refuses. */
export async function main(args: readonly string[]): Promise<void> {
  const parsed = parseServeOptions(args);
  if (!parsed.ok) return fail(parsed.error, 2);
  if (parsed.value === 'help') return say(USAGE);
  try {
    if ('zooCfg' in parsed.value) await startMember(parsed.value);
    else await serve(parsed.value);
  } catch (error) {
    fail(reasonOf(error), 1);
  }
}

async function serve(options: ServeOptions): Promise<void> {
  const ensemble = await TcpEnsemble.start(options, (message, isFatal) => {
    if (isFatal) fail(message, 1);
    else process.stderr.write(`${message}\n`);
  });
  const { host, adminPort, controlPort, token } = options;
  const admin = adminPort === null ? null : await AdminServer.start(ensemble, host, adminPort);
  const control =
    controlPort === null ? null : await ControlServer.start(ensemble, controlPort, token);
  const end = () => {
    control?.close();
    admin?.close();
    ensemble.close();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  say(ensemble.connectString);
  if (admin !== null) {
    say(`admin ${admin.ports.map((port) => `http://${host}:${port}/commands`).join(' ')}`);
  }
  if (control !== null) {
    say(`control ${control.url}${token === null ? ` token ${control.token}` : ''}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(line: string, code: number): void {
  process.stderr.write(`${line}\n`);
  process.exit(code);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use.`;
  return error.message;
}
