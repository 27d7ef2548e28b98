import { expect, test } from 'vitest';
import { utf8Encode } from '../base/utf8.ts';
import { bytesOf, octetsOf, parseDirectives, proofOf, quote } from './digestMd5.ts';

const CHRIS = { username: 'chris', password: 'secret', realm: 'elwood.innosoft.com' };

test.each([
  {
    example: 'IMAP',
    nonce: 'OA6MG9tEQGm2hh',
    cnonce: 'OA6MHXh6VqTrRk',
    digestUri: 'imap/elwood.innosoft.com',
    response: 'd388dad90d4bbd760a152321f2143af7',
    rspauth: 'ea40f60335c427b5527b84dbabcdfffd',
  },
  {
    example: 'ACAP',
    nonce: 'OA9BSXrbuRhWay',
    cnonce: 'OA9BSuZWMSpW8m',
    digestUri: 'acap/elwood.innosoft.com',
    response: '6084c6db3fede7352c551284490fd0fc',
    rspauth: '2f0b3d7c3c2e486600ef710726aa2eae',
  },
])('RFC 2831 section 4: $example', ({ nonce, cnonce, digestUri, response, rspauth }) => {
  const secret = { ...CHRIS, nonce, cnonce, digestUri, authzid: null };
  expect(proofOf(secret, 'response')).toBe(response);
  expect(proofOf(secret, 'rspauth')).toBe(rspauth);
  expect(proofOf({ ...secret, authzid: 'chris' }, 'response')).not.toBe(response);
});

test('text that ISO 8859-1 can say is not hashed as UTF-8', () => {
  const parts = { nonce: 'n', cnonce: 'c', digestUri: 'a/b', authzid: null };
  const proof = (username: string) => proofOf({ ...CHRIS, ...parts, username }, 'response');
  const utf8 = (text: string) => octetsOf(utf8Encode(text));
  expect(proof('\u00fc')).not.toBe(proof(utf8('\u00fc')));
  expect(proof('\u6c34')).toBe(proof(utf8('\u6c34')));
});

test('directives, as servers and clients write them', () => {
  const text =
    'realm="a b", Nonce = "x\\"\\\\y" ,,qop=auth\r\n\tcharset=utf-8,empty="",none=,x=a"b';
  expect([...(parseDirectives(text, []) ?? [])]).toEqual([
    ['realm', 'a b'],
    ['nonce', 'x"\\y'],
    ['qop', 'auth'],
    ['charset', 'utf-8'],
    ['empty', ''],
    ['none', ''],
    ['x', 'a"b'],
  ]);
  expect([...(parseDirectives(' ,\t', []) ?? [])]).toEqual([]);
});

test.each(['a', 'a=', 'a= ', '=b', 'a="b', 'a= "b=c', 'a="b\\', 'a="b"c', 'a b=c', 'a=b,a=c'])(
  'no directives: %s',
  (text) => {
    expect(parseDirectives(text, ['a'])).toBeNull();
  },
);

test('what may come more than once does', () => {
  expect(parseDirectives('realm=a,realm=b', ['nonce'])?.get('realm')).toBe('b');
});

test('what is quoted is read as it was', () => {
  const odd = octetsOf(utf8Encode('a"b\\c,\u6c34 '));
  expect(parseDirectives(`x=${quote(odd)}`, [])?.get('x')).toBe(odd);
  expect(octetsOf(bytesOf(odd))).toBe(odd);
});
