/**
 * Values of a codec drawn from a seed, fast enough for a million. Those whose meaning the field's
 * name tells are such that most requests get somewhere.
 */

import type { Prng } from '../../base/prng.ts';
import { utf8Encode } from '../../base/utf8.ts';
import type { Codec, FieldSchema, Schema } from '../codec.ts';

const PATHS = [
  ...['/', '/a', '/a/b', '/a/b/c', '/e', '/e/s-', '/q', '/zookeeper', '/zookeeper/config'],
  ...['/zookeeper/quota', '/zookeeper/quota/a', '/zookeeper/quota/a/zookeeper_limits'],
  ...['', '//', '/a/', '/a/./b', 'a', '/\u0000', '/\ud7ff', '/é'],
];
const SCHEMES = ['world', 'digest', 'ip', 'auth', 'super', 'x509', 'nobody', ''];
const IDENTITIES = ['anyone', 'a:b', 'a:b:c', '127.0.0.1', '127.0.0.1/8', '::1', 'bob:secret', ''];
const PERMS = [31, 31, 1, 3, 0, 255, -1];
const SMALL = [-2, -1, -1, 0, 0, 1, 2, 3, 4, 5, 6, 7];
const LONGS = [-1n, 0n, 1n, 5000n, 1n << 32n, -(2n ** 63n), 2n ** 63n - 1n];
const COUNT_MAX = 4;

export function exampleOf<T>(codec: Codec<T>, random: Prng): T {
  return draw(codec.schema, '', random) as T;
}

function draw(schema: Schema, name: string, random: Prng): unknown {
  switch (schema.type) {
    case 'byte':
      return random.between(-128, 127);
    case 'bool':
      return random.chance(500);
    case 'int':
      if (name === 'perms') return random.pick(PERMS);
      return random.chance(900) ? random.pick(SMALL) : random.next32() | 0;
    case 'long':
      return random.pick(LONGS);
    case 'int53':
    case 'zxid':
      return random.chance(800) ? random.pick(SMALL) : random.next32() * 0x10_0000;
    case 'string':
      return text(name, random);
    case 'ustring':
      return random.chance(50) ? null : text(name, random);
    case 'buffer':
      return random.chance(50) ? null : bytes(name, random);
    case 'rest':
      return bytes(name, random);
    case 'vector':
      return schema.nullable && random.chance(50) ? null : list(schema.element, name, random);
    case 'repeatToEnd':
      return list(schema.element, name, random);
    case 'optionalAtEnd':
      return random.chance(300) ? null : draw(schema.element, name, random);
    case 'record':
      return fieldsOf(schema.fields, random);
    case 'tagged':
      return variantOf(schema.variants, random);
    case 'multi':
      return Array.from({ length: random.below(COUNT_MAX + 1) }, () =>
        variantOf(schema.variants, random),
      );
  }
}

function list(element: Schema, name: string, random: Prng): readonly unknown[] {
  const count = name === 'acl' ? 1 + random.below(2) : random.below(COUNT_MAX + 1);
  return Array.from({ length: count }, () => draw(element, name, random));
}

function fieldsOf(fields: readonly FieldSchema[], random: Prng): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { name, schema } of fields) value[name] = draw(schema, name, random);
  // What anybody may do is asked for most of the time.
  if ('scheme' in value && 'id' in value && random.chance(700)) {
    value.scheme = 'world';
    value.id = 'anyone';
  }
  return value;
}

function variantOf(variants: readonly FieldSchema[], random: Prng): unknown {
  const { name, schema } = random.pick(variants);
  const fields = schema.type === 'record' ? schema.fields : [];
  return { ...fieldsOf(fields, random), type: name };
}

function text(name: string, random: Prng): string {
  if (name === 'scheme') return random.pick(SCHEMES);
  if (name === 'id') return random.pick(IDENTITIES);
  if (/Servers$|Members$/.test(name)) {
    return random.pick(['', '1', '3', 'x', 'server.3=10.0.0.3:2888:3888:observer;2181', '1,2']);
  }
  return random.pick(PATHS);
}

function bytes(name: string, random: Prng): Uint8Array {
  if (name === 'auth') return utf8Encode(random.pick([...IDENTITIES, 'super:test']));
  if (random.chance(100)) return utf8Encode(random.pick(['count=1,bytes=2', 'count=x', '=;']));
  return new Uint8Array(random.below(random.chance(980) ? 16 : 2000)).fill(random.below(256));
}
