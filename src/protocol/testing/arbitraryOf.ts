/** Examples of a codec's values, made from its schema: one place tests every record. */

import fc from 'fast-check';
import type { Codec, FieldSchema, Schema } from '../codec.ts';
import { MIN_LONG } from '../zxid.ts';

const LONG = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
const EXACT_LONG = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-1, 0, MIN_LONG));
/** Without surrogates, which the reader replaces. */
const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', '/', 'é', '߿', 'ࠀ', '\ud7ff', '\ue000', '\uffff'),
    maxLength: 6,
  }),
);
const BYTES = fc.uint8Array({ maxLength: 20 });

export function arbitraryOf<T>(codec: Codec<T>): fc.Arbitrary<T> {
  return fromSchema(codec.schema) as fc.Arbitrary<T>;
}

function fromSchema(schema: Schema): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'byte':
      return fc.integer({ min: -128, max: 127 });
    case 'bool':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return LONG;
    case 'int53':
    case 'zxid':
      return EXACT_LONG;
    case 'string':
      return TEXT;
    case 'ustring':
      return fc.option(TEXT);
    case 'buffer':
      return fc.option(BYTES);
    case 'rest':
      return BYTES;
    case 'vector': {
      const vector = fc.array(fromSchema(schema.element), { maxLength: 4 });
      return schema.nullable ? fc.option(vector) : vector;
    }
    case 'repeatToEnd':
      return fc.array(fromSchema(schema.element), { maxLength: 4 });
    case 'optionalAtEnd':
      return fc.option(fromSchema(schema.element));
    case 'record':
      return recordOf(schema.fields);
    case 'tagged':
      return oneOf(schema.variants);
    case 'multi':
      return fc.array(oneOf(schema.variants), { maxLength: 4 });
  }
}

function recordOf(
  fields: readonly FieldSchema[],
  more: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<unknown> {
  const examples = fields.map(({ name, schema }) => [name, fromSchema(schema)] as const);
  return fc.record({ ...more, ...Object.fromEntries(examples) }, { noNullPrototype: true });
}

function oneOf(variants: readonly FieldSchema[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    ...variants.map(({ name, schema }) => {
      const fields = schema.type === 'record' ? schema.fields : [];
      return recordOf(fields, { type: fc.constant(name) });
    }),
  );
}
