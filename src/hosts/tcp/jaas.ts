/**
 * The users in a JAAS file, as ZooKeeper's servers take them: section `Server`, module
 * DigestLoginModule, an option `user_<name>="<password>"` for each.
 * Source: ZooKeeper SaslServerCallbackHandler, OpenJDK ConfigFile.
 */

import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import type { SaslUser } from '../../server/config.ts';

const SECTION = 'Server';
const MODULE = 'org.apache.zookeeper.server.auth.DigestLoginModule';
const USER_PREFIX = 'user_';

/** What follows a blank or a comment: a text in quotes, a word, or a sign. */
const TOKEN =
  /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*(?:"((?:[^"\\\n]|\\.)*)"|([\w$*.-]+)|([{}=;])|(\S)|$)/y;

class BadJaas extends Error {}

/** Throws what is wrong with the file, in one sentence. */
export function readJaas(file: string): readonly SaslUser[] {
  const users = parseJaas(readFileSync(file, 'utf8'));
  if (!users.ok) throw new Error(`${file}: ${users.error}`);
  return users.value;
}

/** Errors: one sentence that says what is wrong. */
export function parseJaas(text: string): Result<readonly SaslUser[], string> {
  try {
    const passwords = new JaasParser(text).passwords();
    const users = [...passwords].map(([name, password]) => ({ name, password }));
    return users.length > 0 ? ok(users) : err(`Section ${SECTION} has no ${USER_PREFIX}NAME.`);
  } catch (error) {
    if (error instanceof BadJaas) return err(error.message);
    throw error;
  }
}

class JaasParser {
  private readonly text: string;
  private at = 0;
  /** The next one: a word, also one in quotes, or a sign; neither at the end. */
  private word: string | null = null;
  private sign: string | null = null;

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  /** By user. */
  passwords(): ReadonlyMap<string, string> {
    let passwords: ReadonlyMap<string, string> | null = null;
    while (this.word !== null) {
      const name = this.takeWord('the name of a section');
      const found = this.section(name === SECTION);
      if (name !== SECTION) continue;
      if (passwords !== null) throw new BadJaas(`There are two sections ${SECTION}.`);
      passwords = found;
    }
    if (this.sign !== null) throw this.unexpected('the name of a section');
    if (passwords === null) throw new BadJaas(`There is no section ${SECTION}.`);
    return passwords;
  }

  /** `{ module flag option="value" ...; ... };` */
  private section(isOurs: boolean): ReadonlyMap<string, string> {
    const passwords = new Map<string, string>();
    this.takeSign('{');
    while (this.sign !== '}') {
      const module = this.takeWord('a module');
      if (isOurs && module !== MODULE) {
        throw new BadJaas(`Section ${SECTION}: ${module} cannot be had here, only ${MODULE}.`);
      }
      const flag = this.takeWord('a control flag');
      if (!/^(required|requisite|sufficient|optional)$/i.test(flag)) {
        throw new BadJaas(`${flag} is no control flag, such as required.`);
      }
      while (this.sign !== ';') {
        const key = this.takeWord('an option or ;');
        this.takeSign('=');
        const value = this.takeWord(`the value of ${key}`);
        if (isOurs && key.startsWith(USER_PREFIX)) {
          addUser(passwords, key.slice(USER_PREFIX.length), value);
        }
      }
      this.takeSign(';');
    }
    this.takeSign('}');
    this.takeSign(';');
    return passwords;
  }

  private takeWord(expected: string): string {
    const { word } = this;
    if (word === null) throw this.unexpected(expected);
    this.advance();
    return word;
  }

  private takeSign(expected: string): void {
    if (this.sign !== expected) throw this.unexpected(expected);
    this.advance();
  }

  private advance(): void {
    TOKEN.lastIndex = this.at;
    const [all = '', quoted, word, sign, other] = TOKEN.exec(this.text) ?? [];
    this.at += all.length;
    this.word = quoted?.replace(/\\(.)/g, '$1') ?? word ?? null;
    this.sign = sign ?? other ?? null;
  }

  private unexpected(expected: string): BadJaas {
    const line = this.text.slice(0, this.at).split('\n').length;
    const found = this.word ?? this.sign ?? 'the end';
    return new BadJaas(`Line ${line}: expected ${expected}, not ${found}.`);
  }
}

/** Names of Kerberos are rewritten by rules, which nobody needs for passwords. */
function addUser(passwords: Map<string, string>, name: string, password: string): void {
  if (name.includes('@')) throw new BadJaas(`A user's name cannot hold an @: ${name}.`);
  if (password.includes('${')) {
    throw new BadJaas(`The password of ${name} holds a property, which is not replaced here.`);
  }
  passwords.set(name, password);
}
