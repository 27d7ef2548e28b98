/** Requests of every kind, most of which get somewhere; now and then one as long as may be. */

import type { Prng } from '../../../../base/prng.ts';
import type { FieldSchema } from '../../../../protocol/codec.ts';
import {
  type ClientRequest,
  encodeRequest,
  type RequestName,
  requestCodecs,
} from '../../../../protocol/requests.ts';
import { exampleOf } from '../../../../protocol/testing/exampleOf.ts';

const NAMES = Object.keys(requestCodecs) as RequestName[];
const ENDS: readonly RequestName[] = ['closeSession', 'createSession', 'auth', 'sasl'];
const LONG_BYTES = 1_000_000;
/** What a long field is made of; each z is no UTF-8 in the end. */
const PIECES = [
  '/',
  '/a',
  '/..',
  ' ',
  ',',
  '=',
  ':',
  '.',
  ';',
  '\n',
  '0',
  '1:',
  'é',
  '\u0000',
  'z',
];
const NO_UTF8 = 0x80;
const ELEMENT_BYTES = 24;
const OPS = 12_000;

/** Only its schema is looked at. */
const NO_CODEC = { write: () => {}, read: () => ({}) };

export class Requests {
  private readonly random: Prng;

  constructor(random: Prng) {
    this.random = random;
  }

  /** A request with its header. */
  next(): Uint8Array {
    const type = this.random.pick(NAMES);
    // Whoever ends its session, or fails to say who it is, is heard no more: less often.
    const name = ENDS.includes(type) && this.random.chance(700) ? 'create' : type;
    return this.encode(name, exampleOf(requestCodecs[name], this.random) as object);
  }

  /** One of its fields is as long as a frame allows. */
  nextLong(): Uint8Array {
    const { random } = this;
    const name = random.pick(NAMES);
    const { schema } = requestCodecs[name];
    const fields = schema.type === 'record' ? schema.fields.filter(canBeLong) : [];
    if (fields.length === 0) return this.next();
    const field = random.pick(fields);
    const piece = random.pick(PIECES);
    const value = { ...(exampleOf(requestCodecs[name], random) as object) };
    const bytes = this.encode(name, { ...value, [field.name]: this.long(field, piece) });
    const isNoUtf8 = piece === 'z';
    return isNoUtf8 ? bytes.map((byte) => (byte === 0x7a ? NO_UTF8 : byte)) : bytes;
  }

  private encode(type: RequestName, fields: object): Uint8Array {
    const { random } = this;
    const xid = random.chance(950) ? 1 + random.below(1000) : (random.next32() | 0) % 10;
    return encodeRequest(xid, { ...fields, type } as ClientRequest);
  }

  private long({ name, schema }: FieldSchema, piece: string): unknown {
    switch (schema.type) {
      case 'vector': {
        if (name === 'acl') return this.longACL(piece);
        return Array.from({ length: LONG_BYTES / ELEMENT_BYTES }, () => piece);
      }
      case 'multi':
        return Array.from({ length: OPS }, (_, i) => {
          const variant = schema.variants[i % schema.variants.length] as FieldSchema;
          const op = exampleOf<object>({ ...NO_CODEC, schema: variant.schema }, this.random);
          return { ...op, type: variant.name };
        });
      case 'buffer':
        return new TextEncoder().encode(piece.repeat(LONG_BYTES / 3));
      default:
        return `/${piece.repeat(LONG_BYTES / 3)}`;
    }
  }

  /** Many entries, or one that is long. */
  private longACL(piece: string): unknown {
    if (this.random.chance(500)) {
      const id = { scheme: 'digest', id: `${piece.repeat(LONG_BYTES / 3)}:x` };
      return [{ perms: 31, id }];
    }
    const count = LONG_BYTES / ELEMENT_BYTES;
    return Array.from({ length: count }, (_, perms) => ({ perms, id: { scheme: 'auth', id: '' } }));
  }
}

function canBeLong({ schema }: FieldSchema): boolean {
  return ['string', 'ustring', 'buffer', 'vector', 'multi'].includes(schema.type);
}
