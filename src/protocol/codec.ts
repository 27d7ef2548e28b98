/**
 * Codecs as values: a record is declared once, and its type, reader, writer and schema all follow.
 * Source: org.apache.jute, zookeeper.jute.
 */

import { assert } from '../base/assert.ts';
import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import type { DecodeError } from './DecodeError.ts';
import { DecodeFault } from './DecodeError.ts';
import { JuteReader } from './JuteReader.ts';
import { JuteWriter } from './JuteWriter.ts';
import type { Zxid } from './zxid.ts';
import { asZxid } from './zxid.ts';

/** What a codec's bytes look like, for whoever shows them or makes examples of them. */
export type Schema =
  | { readonly type: 'byte' | 'bool' | 'int' | 'long' | 'int53' | 'zxid' }
  | { readonly type: 'ustring' | 'string' | 'buffer' | 'rest' }
  | { readonly type: 'vector'; readonly element: Schema; readonly nullable: boolean }
  | { readonly type: 'repeatToEnd' | 'optionalAtEnd'; readonly element: Schema }
  | { readonly type: 'record'; readonly fields: readonly FieldSchema[] }
  /** One of them, or for 'multi' a list; the variant's name is the value's `type`. */
  | { readonly type: 'tagged' | 'multi'; readonly variants: readonly FieldSchema[] };

export interface FieldSchema {
  readonly name: string;
  readonly schema: Schema;
}

/** `read` may throw DecodeFault: call it through `decode`. */
export interface Codec<T> {
  readonly schema: Schema;
  write(w: JuteWriter, value: T): void;
  read(r: JuteReader): T;
}

export type CodecType<C> = C extends Codec<infer T> ? T : never;

export const byte: Codec<number> = {
  schema: { type: 'byte' },
  write: (w, value) => w.byte(value),
  read: (r) => r.byte(),
};

export const bool: Codec<boolean> = {
  schema: { type: 'bool' },
  write: (w, value) => w.bool(value),
  read: (r) => r.bool(),
};

export const int: Codec<number> = {
  schema: { type: 'int' },
  write: (w, value) => w.int(value),
  read: (r) => r.int(),
};

/** 64 bits, for session ids and digests. */
export const long: Codec<bigint> = {
  schema: { type: 'long' },
  write: (w, value) => w.long(value),
  read: (r) => r.long(),
};

/** A long that fits a number: times, server ids, epochs. */
export const int53: Codec<number> = {
  schema: { type: 'int53' },
  write: (w, value) => w.exactLong(value),
  read: (r) => r.exactLong(),
};

export const zxid: Codec<Zxid> = {
  schema: { type: 'zxid' },
  write: (w, value) => w.exactLong(value),
  read: (r) => asZxid(r.exactLong()),
};

/**
 * Longs that a client may make up and that are only compared: one beyond ±(2^53-1) is as good as
 * the
 * nearest that is exact.
 */
export const anyInt53: Codec<number> = { ...int53, read: (r) => r.clampedLong() };
export const anyZxid: Codec<Zxid> = { ...zxid, read: (r) => asZxid(r.clampedLong()) };

export const ustring: Codec<string | null> = {
  schema: { type: 'ustring' },
  write: (w, value) => w.ustring(value),
  read: (r) => r.ustring(),
};

/** A string where null would be an error. */
export const string: Codec<string> = {
  schema: { type: 'string' },
  write: (w, value) => w.ustring(value),
  read: (r) => notNull(r.offset, r.ustring()),
};

export const buffer: Codec<Uint8Array | null> = {
  schema: { type: 'buffer' },
  write: (w, value) => w.buffer(value),
  read: (r) => r.buffer(),
};

/** Everything to the end, without a length. Only as a last field. */
export const rest: Codec<Uint8Array> = {
  schema: { type: 'rest' },
  write: (w, value) => w.raw(value),
  read: (r) => r.rest(),
};

export function nullableVector<T>(element: Codec<T>): Codec<readonly T[] | null> {
  return {
    schema: { type: 'vector', element: element.schema, nullable: true },
    write(w, values) {
      w.int(values === null ? -1 : values.length);
      for (const value of values ?? []) element.write(w, value);
    },
    read(r) {
      const count = r.count();
      if (count < 0) return null;
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(element.read(r));
      return values;
    },
  };
}

/** A vector where null would be an error. */
export function vector<T>(element: Codec<T>): Codec<readonly T[]> {
  const codec = nullableVector(element);
  return {
    schema: { type: 'vector', element: element.schema, nullable: false },
    write: codec.write,
    read: (r) => notNull(r.offset, codec.read(r)),
  };
}

/** Elements until the bytes end, without a count. Only as a last field. */
export function repeatToEnd<T>(element: Codec<T>): Codec<readonly T[]> {
  return {
    schema: { type: 'repeatToEnd', element: element.schema },
    write(w, values) {
      for (const value of values) element.write(w, value);
    },
    read(r) {
      const values: T[] = [];
      while (r.remaining > 0) {
        const before = r.offset;
        values.push(element.read(r));
        assert(r.offset > before, 'an element without bytes repeats for ever');
      }
      return values;
    },
  };
}

/** A last field that older versions leave out: null stands for its absence. */
export function optionalAtEnd<T>(element: Codec<T>): Codec<T | null> {
  return {
    schema: { type: 'optionalAtEnd', element: element.schema },
    write(w, value) {
      if (value !== null) element.write(w, value);
    },
    read: (r) => (r.remaining === 0 ? null : element.read(r)),
  };
}

/** Fields one after the other, nothing between them. */
export function record<const F extends Record<string, Codec<unknown>>>(
  fields: F,
): Codec<{ readonly [K in keyof F]: CodecType<F[K]> }> {
  type Value = { [K in keyof F]: CodecType<F[K]> };
  const names: readonly (keyof F & string)[] = Object.keys(fields);
  const codecs = names.map((name) => fields[name] as F[string]);
  return {
    schema: {
      type: 'record',
      fields: names.map((name, i) => ({ name, schema: codecs[i]?.schema ?? { type: 'rest' } })),
    },
    write(w, value) {
      for (let i = 0; i < names.length; i++) codecs[i]?.write(w, value[names[i] as keyof F]);
    },
    read(r) {
      const value: Partial<Record<keyof F, unknown>> = {};
      for (let i = 0; i < names.length; i++) value[names[i] as keyof F] = codecs[i]?.read(r);
      return value as Value;
    },
  };
}

/** A record without fields: the body of ping and its like. */
export const Empty = record({});

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  return writeBytes((w) => codec.write(w, value));
}

/** Above this size a writer is not kept for the next call. */
const SPARE_BYTES_MAX = 0x10000;

/**
 * The writer of the last call, for the next one; null while in use. Making its buffer costs three
 * times as much as filling it, and nobody can see that it is the same.
 */
let spare: JuteWriter | null = null;

/** The bytes that `write` writes, as an array of their own. */
export function writeBytes(write: (w: JuteWriter) => void): Uint8Array {
  const w = spare ?? new JuteWriter();
  spare = null;
  w.clear();
  write(w);
  if (w.capacity <= SPARE_BYTES_MAX) spare = w;
  return w.toBytes();
}

/** Bytes after the value are ignored, as ZooKeeper does. */
export function decode<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
  maxFieldBytes?: number,
): Result<T, DecodeError> {
  return attemptDecode(() => codec.read(new JuteReader(bytes, maxFieldBytes)));
}

/** `consumed` bytes made the value; what follows is the caller's. */
export function decodePrefix<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
  maxFieldBytes?: number,
): Result<{ readonly value: T; readonly consumed: number }, DecodeError> {
  return attemptDecode(() => {
    const r = new JuteReader(bytes, maxFieldBytes);
    const value = codec.read(r);
    return { value, consumed: r.offset };
  });
}

/** Runs readers and turns their DecodeFault into a value. */
export function attemptDecode<T>(read: () => T): Result<T, DecodeError> {
  try {
    return ok(read());
  } catch (fault) {
    if (fault instanceof DecodeFault) return err(fault.error);
    throw fault;
  }
}

function notNull<T>(offset: number, value: T | null): T {
  if (value === null) throw new DecodeFault('badValue', offset, 'null is not allowed here');
  return value;
}
