import { expect, test } from 'vitest';
import { parseJaas } from './jaas.ts';

const MODULE = 'org.apache.zookeeper.server.auth.DigestLoginModule';
const server = (options: string, module = MODULE) =>
  `Server {\n  ${module} required\n  ${options};\n};\n`;

function parse(text: string): Record<string, string> | string {
  const parsed = parseJaas(text);
  if (!parsed.ok) return parsed.error;
  return Object.fromEntries(parsed.value.map(({ name, password }) => [name, password]));
}

test('users, among comments, other options and other sections', () => {
  const text = `
    // clients
    Client { other.Module optional username="bob" password="}"; };
    /* the
       server */
    ${server('user_super="adminsecret" debug=true /* and */ user_bob = "b\\"o;b // 1"')}`;
  expect(parse(text)).toEqual({ super: 'adminsecret', bob: 'b"o;b // 1' });
});

test('users of several modules, one of them without quotes', () => {
  const text = `Server { ${MODULE} required user_a=x; ${MODULE} OPTIONAL "user_b c"="é"; };`;
  expect(parse(text)).toEqual({ a: 'x', 'b c': 'é' });
});

test("a user's last password counts", () => {
  expect(parse(server('user_a="x" user_b="y" user_a="z"'))).toEqual({ a: 'z', b: 'y' });
});

test.each([
  ['There is no section Server.', ''],
  ['There is no section Server.', 'Client { a.B required; };'],
  ['There are two sections Server.', server('user_a="x"').repeat(2)],
  ['Section Server has no user_NAME.', server('username="x"')],
  ['Line 1: expected {, not }.', 'Server };'],
  ['Line 3: expected =, not ;.', server('user_a')],
  ['Line 3: expected the value of user_a, not ;.', server('user_a=')],
  ['Line 5: expected the name of a section, not }.', `${server('user_a="x"')}};`],
  ['Line 3: expected an option or ;, not }.', server('user_a="x"').replace('";', '"}')],
  ['Line 5: expected ;, not the end.', server('user_a="x"').replace('};', '}')],
  ['Line 1: expected a module, not ".', 'Server { "a'],
  ['must is no control flag, such as required.', server('').replace('required', 'must')],
  ["A user's name cannot hold an @: a@B.", server('"user_a@B"="x"')],
  [
    'The password of a holds a property, which is not replaced here.',
    server(`user_a="\${user.home}"`),
  ],
])('%s', (error, text) => {
  expect(parse(text)).toBe(error);
});

test('a module that is not the one for passwords', () => {
  const text = server('useKeyTab=true', 'com.sun.security.auth.module.Krb5LoginModule');
  expect(parse(text)).toContain('Krb5LoginModule cannot be had here');
});
