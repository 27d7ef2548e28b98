/** The server's side of one SASL exchange, whatever the mechanism. Source: javax.security.sasl. */

import type { Prng } from '../../../base/prng.ts';
import type { SaslUser } from '../../config.ts';

export type SaslStep =
  | { readonly type: 'challenge'; readonly token: Uint8Array }
  | { readonly type: 'complete'; readonly token: Uint8Array; readonly authorizationId: string }
  | { readonly type: 'failed'; readonly reason: string };

export interface SaslServer {
  /** Never throws, whatever the client says. */
  evaluateResponse(token: Uint8Array): SaslStep;
}

export type SaslServerFactory = (users: readonly SaslUser[], random: Prng) => SaslServer;
