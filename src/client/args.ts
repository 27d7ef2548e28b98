/**
 * Arguments of commands: a table says which there are, and types and checks follow from it. They
 * come from a console line, a lesson or a share link, so nothing about them is taken on trust.
 */

import type { JsonValue } from './trace.ts';

export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** `read` throws ArgumentError; `what` is how the argument is called in a message. */
export interface Arg<T> {
  readonly isOptional: boolean;
  read(value: JsonValue, what: string): T;
}

export type ArgTable = Readonly<Record<string, Arg<unknown>>>;

type OptionalKeys<T extends ArgTable> = {
  [K in keyof T]: T[K] extends { readonly isOptional: true } ? K : never;
}[keyof T];

type Flat<T> = { readonly [K in keyof T]: T[K] };

/** `{ path: string; version?: number }` */
export type ArgsOf<T extends ArgTable> = Flat<
  { [K in Exclude<keyof T, OptionalKeys<T>>]: T[K] extends Arg<infer V> ? V : never } & {
    [K in OptionalKeys<T>]?: T[K] extends Arg<infer V> ? V : never;
  }
>;

type Required<T> = Arg<T> & { readonly isOptional: false };

function arg<T>(words: string, accepts: (value: JsonValue) => value is JsonValue & T): Required<T> {
  return {
    isOptional: false,
    read(value, what) {
      if (accepts(value)) return value;
      throw new ArgumentError(`${what} must be ${words}, not ${JSON.stringify(value)}`);
    },
  };
}

export const text = arg<string>('a string', (value) => typeof value === 'string');
export const flag = arg<boolean>('true or false', (value) => typeof value === 'boolean');

/** A whole number, both ends included. */
export function integer(min: number, max: number): Required<number> {
  return arg<number>(
    `a whole number, ${min} to ${max}`,
    (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  );
}

export function oneOf<const T extends string>(values: readonly T[]): Required<T> {
  return arg<T>(
    `one of ${values.join(', ')}`,
    (value): value is T =>
      typeof value === 'string' && (values as readonly string[]).includes(value),
  );
}

/** At most `max` elements. */
export function listOf<T>(element: Arg<T>, max: number): Required<readonly T[]> {
  return {
    isOptional: false,
    read(value, what) {
      if (!Array.isArray(value) || value.length > max) {
        throw new ArgumentError(`${what} must be a list of at most ${max}`);
      }
      return value.map((one: JsonValue, i) => element.read(one, `${what}[${i}]`));
    },
  };
}

export function object<T extends ArgTable>(table: T): Required<ArgsOf<T>> {
  return {
    isOptional: false,
    read: (value, what) => readArgs(table, value, what),
  };
}

export function optional<T>(of: Arg<T>): Arg<T> & { readonly isOptional: true } {
  return { isOptional: true, read: of.read };
}

/** Null and absent stand for no arguments. What the table does not name is an error. */
export function readArgs<T extends ArgTable>(table: T, value: JsonValue, what: string): ArgsOf<T> {
  const given = value ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new ArgumentError(`${what}: arguments must be an object`);
  }
  const names = Object.keys(table);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new ArgumentError(
      `${what}: no argument ${name}; there are ${names.join(', ') || 'none'}`,
    );
  }
  const out: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(table)) {
    const found = (given as { readonly [key: string]: JsonValue })[name];
    if (found !== undefined) out[name] = one.read(found, `${what}: ${name}`);
    else if (!one.isOptional) throw new ArgumentError(`${what}: ${name} is missing`);
  }
  return out as ArgsOf<T>;
}
