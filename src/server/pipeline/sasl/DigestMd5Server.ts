/**
 * DIGEST-MD5 as ZooKeeper's servers speak it: one challenge, one response, no layer on top.
 * Source: RFC 2831 section 2.1; OpenJDK DigestMD5Server, ZooKeeper SaslServerCallbackHandler.
 * Departs: a user that is not known never gets in. In ZooKeeper, the password of whoever came last
 * would be tried.
 */

import { toBase64 } from '../../../base/bytes.ts';
import type { Prng } from '../../../base/prng.ts';
import { utf8Decode } from '../../../base/utf8.ts';
import {
  bytesOf,
  type Directives,
  octetsOf,
  parseDirectives,
  proofOf,
  SASL_DIGEST_URI,
  SASL_REALM,
} from '../../../protocol/digestMd5.ts';
import type { SaslUser } from '../../config.ts';
import type { SaslServer, SaslServerFactory, SaslStep } from './SaslServer.ts';

const TOKEN_BYTES_MAX = 4096;
const NONCE_BYTES = 30;

const ONCE = [
  'username',
  'realm',
  'nonce',
  'cnonce',
  'qop',
  'digest-uri',
  'response',
  'maxbuf',
  'charset',
  'cipher',
  'authzid',
];

export class DigestMd5Server implements SaslServer {
  private readonly users: readonly SaslUser[];
  private readonly random: Prng;
  private state: 'fresh' | 'challenged' | 'over' = 'fresh';
  private nonce = '';

  constructor(users: readonly SaslUser[], random: Prng) {
    this.users = users;
    this.random = random;
  }

  evaluateResponse(token: Uint8Array): SaslStep {
    if (token.length > TOKEN_BYTES_MAX) return failed('the token is too long');
    switch (this.state) {
      case 'fresh':
        // Who begins with a response, to a challenge of long ago, gets a new one.
        this.state = 'challenged';
        return { type: 'challenge', token: this.challenge() };
      case 'challenged': {
        this.state = 'over';
        const directives = parseDirectives(octetsOf(token), ONCE);
        return directives === null ? failed('malformed response') : this.validate(directives);
      }
      case 'over':
        return failed('the exchange is over');
    }
  }

  private challenge(): Uint8Array {
    const bytes = Uint8Array.from({ length: NONCE_BYTES }, () => this.random.below(256));
    this.nonce = toBase64(bytes);
    const realm = `realm="${SASL_REALM}"`;
    return bytesOf(`${realm},nonce="${this.nonce}",charset=utf-8,algorithm=md5-sess`);
  }

  private validate(directives: Directives): SaslStep {
    const { nonce } = this;
    const cnonce = directives.get('cnonce');
    const digestUri = directives.get('digest-uri');
    const username = utf8Decode(bytesOf(directives.get('username') ?? ''));
    const user = this.users.find(({ name }) => name === username);
    if ((directives.get('charset') ?? 'utf-8') !== 'utf-8') return failed('unknown charset');
    if (directives.get('realm') !== SASL_REALM) return failed('another realm');
    if (directives.get('nonce') !== nonce) return failed('another nonce');
    if (cnonce === undefined) return failed('no cnonce');
    if ((directives.get('qop') ?? 'auth') !== 'auth') return failed('unknown qop');
    if (digestUri?.toLowerCase() !== SASL_DIGEST_URI) return failed('another digest-uri');
    if (user === undefined) return failed('unknown user');
    const secret = {
      username,
      realm: SASL_REALM,
      password: user.password,
      nonce,
      cnonce,
      digestUri,
      authzid: directives.get('authzid') ?? null,
    };
    if (directives.get('response') !== proofOf(secret, 'response')) return failed('wrong response');
    const token = bytesOf(`rspauth=${proofOf(secret, 'rspauth')}`);
    // Whoever else the client asked to act as, ZooKeeper takes it for who it proved to be.
    return { type: 'complete', token, authorizationId: username };
  }
}

export const createSaslServer: SaslServerFactory = (users, random) =>
  new DigestMd5Server(users, random);

function failed(reason: string): SaslStep {
  return { type: 'failed', reason };
}
