/**
 * SASL on a connection: which identity it brings, and what happens if it fails.
 * Source: ZooKeeperServer.processSasl.
 */

import { assert } from '../../../base/assert.ts';
import { KeeperErrorCode } from '../../../protocol/errors.ts';
import { responseCodecs } from '../../../protocol/requests.ts';
import { ZERO_ZXID } from '../../../protocol/zxid.ts';
import type { SaslConfig } from '../../config.ts';
import type { ServerContext } from '../../context.ts';
import type { Request } from '../Request.ts';
import type { ServerCnxn } from '../ServerCnxn.ts';
import type { ServerCnxnFactory } from '../ServerCnxnFactory.ts';
import type { SaslServerFactory } from './SaslServer.ts';

export class SaslProcessor {
  private readonly context: ServerContext;
  private readonly cnxns: ServerCnxnFactory;
  private readonly createServer: SaslServerFactory | null;

  /** `createServer`: of the one mechanism. Null if SASL is not set up. */
  constructor(
    context: ServerContext,
    cnxns: ServerCnxnFactory,
    createServer: SaslServerFactory | null,
  ) {
    this.context = context;
    this.cnxns = cnxns;
    this.createServer = createServer;
  }

  /** Answered at once: it is about the connection, not about the session. */
  process(cnxn: ServerCnxn, request: Request): void {
    const { record } = request;
    const { sasl } = this.context.config;
    if (record?.type !== 'sasl' || record.token === null) {
      this.cnxns.close(cnxn, 'malformed request');
    } else if (sasl === null) {
      // Nothing to negotiate, and nothing wrong.
      this.reply(cnxn, request, KeeperErrorCode.OK, null);
    } else {
      this.negotiate(cnxn, request, record.token, sasl);
    }
  }

  private negotiate(cnxn: ServerCnxn, request: Request, token: Uint8Array, sasl: SaslConfig): void {
    assert(this.createServer !== null, 'SASL is set up, but this host cannot speak it');
    cnxn.sasl ??= this.createServer(sasl.users, this.context.random);
    const step = cnxn.sasl.evaluateResponse(token);
    const isDone =
      step.type === 'challenge' ||
      (step.type === 'complete' && addIdentities(cnxn, step.authorizationId, sasl));
    if (isDone) {
      this.reply(cnxn, request, KeeperErrorCode.OK, step.token);
      return;
    }
    const isRequired = this.context.config.enforceAuthSchemes.includes('sasl');
    if (sasl.allowFailedClients && !isRequired) {
      this.reply(cnxn, request, KeeperErrorCode.OK, null);
      return;
    }
    const { AUTHFAILED, SESSIONCLOSEDREQUIRESASLAUTH } = KeeperErrorCode;
    this.reply(cnxn, request, isRequired ? SESSIONCLOSEDREQUIRESASLAUTH : AUTHFAILED, null);
    const reason = step.type === 'failed' ? step.reason : 'too many identities';
    this.cnxns.close(cnxn, `SASL failed: ${reason}`);
  }

  private reply(
    cnxn: ServerCnxn,
    request: Request,
    error: KeeperErrorCode,
    token: Uint8Array | null,
  ): void {
    cnxn.replyAtOnce(request, ZERO_ZXID, error, responseCodecs.sasl, { token });
  }
}

/** False if the connection has as many as it may. */
function addIdentities(cnxn: ServerCnxn, id: string, { superUsers }: SaslConfig): boolean {
  if (!cnxn.addAuthInfo({ scheme: 'sasl', id })) return false;
  return !superUsers.includes(id) || cnxn.addAuthInfo({ scheme: 'super', id: '' });
}
