/**
 * ZooKeeper's AdminServer: `GET /commands/<name>` answers what a server tells about itself, as
 * JSON. One port for each server; `?server=2` asks another one.
 * Source: ZooKeeper JettyAdminServer, Administrator's Guide "The AdminServer".
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { serverId } from '../../network/address.ts';
import { ADMIN_COMMANDS } from '../../server/pipeline/AdminCommands.ts';
import { answerJson, answerText, HttpError, listen, portOf, urlOf } from './http.ts';
import type { ServedServer } from './ServedServer.ts';

const PREFIX = '/commands';

/** Whom it asks; in ascending order of sid. */
export interface Served {
  readonly servers: ReadonlyMap<string, ServedServer>;
}

export class AdminServer {
  private readonly ensemble: Served;
  private readonly listeners: Server[] = [];

  private constructor(ensemble: Served) {
    this.ensemble = ensemble;
  }

  /** The first server's port; the others follow. 0: any free port for each. */
  static async start(ensemble: Served, host: string, port: number): Promise<AdminServer> {
    const admin = new AdminServer(ensemble);
    for (const server of ensemble.servers.values()) {
      const own = port === 0 ? 0 : port + admin.listeners.length;
      const handler = (request: IncomingMessage, response: ServerResponse) =>
        admin.handle(request, response, server);
      admin.listeners.push(await listen(handler, host, own));
    }
    return admin;
  }

  /** In order of sid. */
  get ports(): readonly number[] {
    return this.listeners.map(portOf);
  }

  close(): void {
    for (const listener of this.listeners) {
      listener.close();
      listener.closeAllConnections();
    }
  }

  private async handle(
    request: IncomingMessage,
    response: ServerResponse,
    own: ServedServer,
  ): Promise<void> {
    if (request.method !== 'GET') throw new HttpError(405, 'Commands are asked for by GET.');
    const url = urlOf(request);
    if (url.pathname === PREFIX || url.pathname === `${PREFIX}/`) {
      return answerJson(response, 200, { commands: ADMIN_COMMANDS });
    }
    const name = /^\/commands\/([a-z_]+)$/.exec(url.pathname)?.[1];
    if (name === undefined) throw new HttpError(404, `Only ${PREFIX}/<name> is answered.`);
    const server = this.serverFor(url.searchParams.get('server'), own);
    const answer = await server.ask(name);
    if (answer === null) throw new HttpError(503, `Server ${server.sid} does not answer.`);
    // ZooKeeper says 200 of commands that it does not know as well.
    answerText(response, 200, `${answer}\n`);
  }

  private serverFor(asked: string | null, own: ServedServer): ServedServer {
    if (asked === null) return own;
    const server = this.ensemble.servers.get(serverId(Number(asked)));
    if (server === undefined) throw new HttpError(404, `There is no server ${asked}.`);
    return server;
  }
}
