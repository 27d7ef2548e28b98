/** The words of a command, taken one by one; what does not fit is a `Mistake`. */

import { Mistake } from './command.ts';

export interface OptionSpec {
  /** Options without a value: `-s`. */
  readonly flags?: readonly string[];
  /** Options that take the next word: `-v`. */
  readonly valued?: readonly string[];
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export class Arguments {
  readonly #flags = new Set<string>();
  readonly #values = new Map<string, string>();
  readonly #words: string[] = [];

  /** Options may stand anywhere, as in zkCli; `--` ends them, and a negative number is none. */
  constructor(words: readonly string[], spec: OptionSpec = {}) {
    const { flags = [], valued = [] } = spec;
    let isOpen = true;
    for (let index = 0; index < words.length; index++) {
      const word = words[index] ?? '';
      if (isOpen && word === '--') {
        isOpen = false;
      } else if (isOpen && flags.includes(word)) {
        this.#flags.add(word);
      } else if (isOpen && valued.includes(word)) {
        index += 1;
        const value = words[index];
        if (value === undefined) throw new Mistake(`Expected a value after ${word}.`);
        this.#values.set(word, value);
      } else if (isOpen && /^-(?![\d.])./.test(word)) {
        throw new Mistake(`Expected ${optionList([...flags, ...valued])}, got "${word}".`);
      } else {
        this.#words.push(word);
      }
    }
  }

  has(flag: string): boolean {
    return this.#flags.has(flag);
  }

  option(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  /** The value of an option as a whole number; null when it was not given. */
  integerOption(name: string, range: Range): number | null {
    const word = this.option(name);
    return word === null ? null : toInteger(word, `a number after ${name}`, range);
  }

  /** At most one of these may be given. */
  exclude(...names: readonly string[]): void {
    const given = names.filter((name) => this.#flags.has(name) || this.#values.has(name));
    if (given.length > 1) throw new Mistake(`Expected only one of ${given.join(' and ')}.`);
  }

  /** The next word; `what` completes "Expected ...". */
  next(what: string): string {
    const word = this.#words.shift();
    if (word === undefined) throw new Mistake(`Expected ${what}.`);
    return word;
  }

  /** As `optional`, but leaves it there. */
  peek(): string | null {
    return this.#words[0] ?? null;
  }

  /** The next word, or null at the end. */
  optional(): string | null {
    return this.#words.shift() ?? null;
  }

  rest(): readonly string[] {
    return this.#words.splice(0);
  }

  /** No word is left. */
  get isAtEnd(): boolean {
    return this.#words.length === 0;
  }

  end(): void {
    const word = this.#words[0];
    if (word !== undefined) throw new Mistake(`Expected nothing more, got "${word}".`);
  }
}

/** `what` completes "Expected ...": `a number of steps`. */
export function toInteger(word: string, what: string, range: Range): number {
  const value = toNumber(word, what, range);
  if (!Number.isInteger(value)) throw new Mistake(`Expected ${what}, whole, got "${word}".`);
  return value;
}

export function toNumber(word: string, what: string, { min, max }: Range): number {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Mistake(`Expected ${what} from ${min} to ${max}, got "${word}".`);
}

function optionList(names: readonly string[]): string {
  return names.length === 0 ? 'no options' : `one of ${names.join(' ')}`;
}
