/**
 * Unions of records, tagged by `type`: one table declares them all. What tells them apart on the
 * wire (an opcode in some header) is read by the user of the table.
 */

import type { Codec, CodecType } from './codec.ts';

export type CodecTable = Readonly<Record<string, Codec<unknown>>>;

type Flat<T> = { readonly [K in keyof T]: T[K] };

/** `{ type: 'create', path, … } | { type: 'delete', path, … } | …` */
export type Tagged<T extends CodecTable> = {
  [K in keyof T & string]: Flat<{ readonly type: K } & CodecType<T[K]>>;
}[keyof T & string];

/** The codec of one member: its record's bytes, with the tag added and not written. */
export function taggedCodec<T extends CodecTable, K extends keyof T & string>(
  table: T,
  type: K,
): Codec<Tagged<T>> {
  const codec = table[type] as T[K];
  return {
    schema: codec.schema,
    write: (w, value) => codec.write(w, value),
    read: (r) => ({ type, ...(codec.read(r) as object) }) as Tagged<T>,
  };
}
