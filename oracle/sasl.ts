/** SASL in cases: who the users are, what a client says, and what must differ in it. */

import { utf8Encode } from '../src/base/utf8.ts';
import {
  bytesOf,
  octetsOf,
  parseDirectives,
  proofOf,
  quote,
  SASL_DIGEST_URI,
  SASL_REALM,
} from '../src/protocol/digestMd5.ts';
import type { RequestOf } from '../src/protocol/requests.ts';
import type { SaslUser } from '../src/server/config.ts';
import type { RequestMaker } from './Case.ts';

export const SASL_USERS: readonly SaslUser[] = [
  { name: 'bob', password: 'secret' },
  { name: 'ann', password: 'gr\u00fc\u00df "dich"' },
  { name: '\u6c34', password: '\u706b' },
  { name: 'root', password: 'toor' },
  { name: 'super', password: 'man' },
];
export const SASL_SUPER_USER = 'root';
/** Where everybody must authenticate; the runner's own clients do by digest. */
export const ENFORCED_SCHEMES = ['sasl', 'digest'];

/** The same as a JAAS file. */
export const JAAS = `Server {
  org.apache.zookeeper.server.auth.DigestLoginModule required
${SASL_USERS.map(({ name, password }) => `  "user_${name}"=${quote(password)}`).join('\n')};
};
`;

export const sasl = (token: Uint8Array | string): RequestOf<'sasl'> => ({
  type: 'sasl',
  token: typeof token === 'string' ? utf8Encode(token) : token,
});
/** The client asks for a challenge. */
export const begin = sasl('');

/**
 * The answer to the challenge that came last on the connection. `changes`: directives that are
 * other than a good client's, or null to leave them out; its proof is made before that.
 */
export function respond(
  name: string,
  password: string,
  changes: Readonly<Record<string, string | null>> = {},
  on = 'a',
): RequestMaker {
  return (known) => {
    const challenge = parseDirectives(octetsOf(known.saslToken(on)), []);
    const nonce = challenge?.get('nonce') ?? '';
    const [digestUri, authzid] = [changes['digest-uri'] ?? SASL_DIGEST_URI, changes.authzid];
    const secret = { username: name, password, realm: SASL_REALM, nonce, cnonce: 'drawn' };
    const response = proofOf({ ...secret, digestUri, authzid: authzid ?? null }, 'response');
    const directives = {
      charset: 'utf-8',
      username: octetsOf(utf8Encode(name)),
      realm: SASL_REALM,
      nonce,
      nc: '00000001',
      cnonce: 'drawn',
      'digest-uri': digestUri,
      response,
      qop: 'auth',
      ...changes,
    };
    const said = Object.entries(directives).flatMap(([key, value]) =>
      value === null ? [] : [`${key}=${UNQUOTED.includes(key) ? value : quote(value)}`],
    );
    return sasl(bytesOf(said.join(',')));
  };
}

export function isOfUnknownUser(token: Uint8Array | null): boolean {
  const username = parseDirectives(octetsOf(token ?? new Uint8Array(0)), [])?.get('username');
  return username !== undefined && !SASL_USERS.some(({ name }) => name === username);
}

const UNQUOTED = ['charset', 'nc', 'response', 'qop', 'maxbuf'];

/** Whatever follows from what the server drew, without its value. */
export function withoutNonce(token: Uint8Array | null): string | null {
  if (token === null) return null;
  return octetsOf(token)
    .replace(/nonce="[A-Za-z0-9+/]{40}"/, 'nonce="..."')
    .replace(/(response|rspauth)=[0-9a-f]{32}/, '$1=...');
}
