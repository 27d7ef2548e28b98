/**
 * The control API: what a test does to an ensemble. Loopback only, and only for who knows the
 * token. README.md lists the requests.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { toHex } from '../../base/bytes.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { COMMANDS, serverIn } from './controlCommands.ts';
import { answerJson, HttpError, listen, portOf, readJson, urlOf } from './http.ts';
import type { TcpEnsemble } from './TcpEnsemble.ts';

const LOOPBACK = '127.0.0.1';
const LISTENERS_MAX = 16;
/** A listener that falls so far behind is dropped. */
const UNSENT_MAX_BYTES = 16 << 20;

export class ControlServer {
  readonly token: string;
  private readonly ensemble: TcpEnsemble;
  private listener: Server | null = null;
  private listeners = 0;

  private constructor(ensemble: TcpEnsemble, token: string) {
    this.ensemble = ensemble;
    this.token = token;
  }

  /** Rejects if the port cannot be had. */
  static async start(
    ensemble: TcpEnsemble,
    port: number,
    token: string | null,
  ): Promise<ControlServer> {
    const control = new ControlServer(ensemble, token ?? randomBytes(16).toString('hex'));
    await control.open(port);
    return control;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.listener === null ? 0 : portOf(this.listener)}`;
  }

  close(): void {
    this.listener?.close();
    this.listener?.closeAllConnections();
  }

  private async open(port: number): Promise<void> {
    const handler = (request: IncomingMessage, response: ServerResponse) =>
      this.handle(request, response);
    this.listener = await listen(handler, LOOPBACK, port);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isAllowed(request)) {
      throw new HttpError(401, 'The header "Authorization: Bearer <token>" is missing or wrong.');
    }
    const url = urlOf(request);
    const name = url.pathname.slice(1);
    if (request.method === 'GET') {
      if (name === 'state') return answerJson(response, 200, await this.stateNow());
      if (name === 'trace') return this.follow(response, url.searchParams.get('types'));
    } else if (request.method === 'POST') {
      return await this.command(name, request, response);
    }
    throw new HttpError(404, 'There is GET /state, GET /trace, and POST of a command.');
  }

  private async command(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { ensemble } = this;
    const count = ensemble.servers.size;
    const body = await readJson(request);
    if (name === 'snapshot') {
      const server = ensemble.servers.get(serverIn(body, 'server', count));
      if (server?.port.isOpen !== true) throw new HttpError(409, 'That server is down.');
      ensemble.takeSnapshot(server);
      return answerJson(response, 200, { ok: true });
    }
    const command = COMMANDS.get(name);
    if (command === undefined) {
      const names = [...COMMANDS.keys(), 'snapshot'].join(', ');
      throw new HttpError(404, `There is no command "${name}"; there are ${names}.`);
    }
    const result = await ensemble.perform(command(body, count));
    if (!result.ok) throw new HttpError(409, `${result.error}.`);
    answerJson(response, 200, { ok: true, atMs: result.value.atUs / 1000 });
  }

  private async stateNow(): Promise<unknown> {
    const { ensemble } = this;
    const stats = [...ensemble.state.servers].map(async ([id, state]) => {
      const server = ensemble.servers.get(id);
      const isAsked = state.process === 'up' && server !== undefined;
      const answer = isAsked ? await server.ask('stats') : null;
      const told: unknown = answer === null ? null : JSON.parse(answer);
      return { ...state, port: server?.port.port, stats: told };
    });
    return { servers: await Promise.all(stats), links: ensemble.state.links };
  }

  /** Server-sent events, one for each TraceEvent; `types` is a list with commas. */
  private follow(response: ServerResponse, types: string | null): void {
    if (this.listeners >= LISTENERS_MAX) {
      throw new HttpError(429, `No more than ${LISTENERS_MAX} listen at a time.`);
    }
    const wanted = types === null ? null : new Set(types.split(','));
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.flushHeaders();
    this.listeners += 1;
    const stop = this.ensemble.listen((events) => {
      const told = events.filter(({ type }) => wanted === null || wanted.has(type));
      if (told.length > 0) response.write(told.map(sentEvent).join(''));
      if (response.writableLength > UNSENT_MAX_BYTES) response.destroy();
    });
    response.on('close', () => {
      this.listeners -= 1;
      stop();
    });
  }

  private isAllowed({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${this.token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

function sentEvent(event: TraceEvent): string {
  const json = JSON.stringify(event, (_key, value: unknown) =>
    value instanceof Uint8Array ? toHex(value) : value,
  );
  return `event: ${event.type}\ndata: ${json}\n\n`;
}
