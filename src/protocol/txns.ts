/**
 * Transactions: what a leader proposes and what the log keeps, byte for byte the same.
 * Source: zookeeper.jute module org.apache.zookeeper.txn, SerializeUtils.deserializeTxn.
 */

import type { Result } from '../base/result.ts';
import { ACL } from './acl.ts';
import type { Codec, CodecType, FieldSchema, Schema } from './codec.ts';
import {
  bool,
  buffer,
  decode,
  encode,
  int,
  int53,
  long,
  record,
  string,
  vector,
  zxid,
} from './codec.ts';
import type { DecodeError } from './DecodeError.ts';
import { DecodeFault } from './DecodeError.ts';
import { JuteReader } from './JuteReader.ts';
import { OpCode, opName } from './opcodes.ts';
import type { Tagged } from './tagged.ts';
import { taggedCodec } from './tagged.ts';

/**
 * `clientId`: session; `time`: the leader's clock in ms. The int that follows on the wire, the type
 * of the body, is `body.type` here.
 */
export const TxnHeader = record({ clientId: long, cxid: int, zxid, time: int53 });
export type TxnHeader = CodecType<typeof TxnHeader>;

/** `treeDigest`: of the whole tree after the txn. Version 2. */
export const TxnDigest = record({ version: int, treeDigest: long });
export type TxnDigest = CodecType<typeof TxnDigest>;

/** Old logs lack parentCVersion and mean "one more than it is now", which -1 stands for. */
const parentCVersion = withDefault(int, -1);
/** Before 3.6 closeSession had no body. */
const paths2Delete = withDefault(vector(string), []);

const acl = vector(ACL);
const Create = record({ path: string, data: buffer, acl, ephemeral: bool, parentCVersion });
const SetData = record({ path: string, data: buffer, version: int });
const Delete = record({ path: string });

const subTxnCodecs = {
  /** `parentCVersion`: the parent's stored cversion afterwards. */
  create: Create,
  create2: Create,
  createContainer: record({ path: string, data: buffer, acl, parentCVersion: int }),
  createTTL: record({ path: string, data: buffer, acl, parentCVersion: int, ttl: int53 }),
  delete: Delete,
  deleteContainer: Delete,
  /** `version`: the new one. */
  setData: SetData,
  reconfig: SetData,
  /** `version`: the new aversion. */
  setACL: record({ path: string, acl, version: int }),
  /** `version`: one more than the znode's. */
  check: record({ path: string, version: int }),
  createSession: record({ timeOut: int }),
  closeSession: record({ paths2Delete }),
  error: record({ err: int }),
} as const;

/** A txn that can stand in a multi. */
export type SubTxnBody = Tagged<typeof subTxnCodecs>;

const SUB_CODECS: ReadonlyMap<string, Codec<SubTxnBody>> = new Map(
  (Object.keys(subTxnCodecs) as (keyof typeof subTxnCodecs)[]).map((name) => [
    name,
    taggedCodec(subTxnCodecs, name),
  ]),
);

const SUB_VARIANTS: readonly FieldSchema[] = [...SUB_CODECS].map(([name, codec]) => ({
  name,
  schema: codec.schema,
}));

const WireSubTxn = record({ type: int, data: buffer });

const SubTxn: Codec<SubTxnBody> = {
  schema: {
    type: 'tagged',
    variants: SUB_VARIANTS,
  },
  write(w, body) {
    WireSubTxn.write(w, { type: OpCode[body.type], data: encode(subCodec(body), body) });
  },
  read(r) {
    const at = r.offset;
    const { type, data } = WireSubTxn.read(r);
    return subCodecFor(type, at).read(new JuteReader(data ?? new Uint8Array(0)));
  },
};

/** If any of `txns` is an error then none of them is applied. */
const MultiTxn = record({ txns: vector(SubTxn) });

export type MultiTxnBody = Tagged<{ readonly multi: typeof MultiTxn }>;
export type TxnBody = SubTxnBody | MultiTxnBody;

/** `digest` is absent for error txns, and where the leader computes none. */
export interface Txn {
  readonly header: TxnHeader;
  readonly body: TxnBody;
  readonly digest: TxnDigest | null;
}

const BODY_SCHEMA: Schema = {
  type: 'tagged',
  variants: [...SUB_VARIANTS, { name: 'multi', schema: MultiTxn.schema }],
};

export const TxnCodec: Codec<Txn> = {
  schema: {
    type: 'record',
    fields: [
      { name: 'header', schema: TxnHeader.schema },
      { name: 'body', schema: BODY_SCHEMA },
      { name: 'digest', schema: { type: 'optionalAtEnd', element: TxnDigest.schema } },
    ],
  },
  write(w, { header, body, digest }) {
    TxnHeader.write(w, header);
    w.int(OpCode[body.type]);
    if (body.type === 'multi') MultiTxn.write(w, body);
    else subCodec(body).write(w, body);
    if (digest !== null) TxnDigest.write(w, digest);
  },
  read(r) {
    const header = TxnHeader.read(r);
    const at = r.offset;
    const type = r.int();
    const body: TxnBody =
      type === OpCode.multi
        ? { type: 'multi', ...MultiTxn.read(r) }
        : subCodecFor(type, at).read(r);
    return { header, body, digest: r.remaining === 0 ? null : TxnDigest.read(r) };
  },
};

/** The data of a PROPOSAL packet; the payload of a log record. */
export function encodeTxn(txn: Txn): Uint8Array {
  return encode(TxnCodec, txn);
}

export function decodeTxn(bytes: Uint8Array): Result<Txn, DecodeError> {
  return decode(TxnCodec, bytes);
}

/** Whether a txn changes nothing: an error, or a multi that failed. */
export function isFailedTxn(body: TxnBody): boolean {
  return body.type === 'error' || (body.type === 'multi' && body.txns.some(isFailedTxn));
}

function subCodec(body: SubTxnBody): Codec<SubTxnBody> {
  return subCodecFor(OpCode[body.type], 0);
}

/** Departs: a check at top level, which 3.8.0 writes and cannot read again, is read. */
function subCodecFor(type: number, offset: number): Codec<SubTxnBody> {
  const codec = SUB_CODECS.get(opName(type) ?? '');
  if (codec === undefined) throw new DecodeFault('unknownType', offset, `no txn of type ${type}`);
  return codec;
}

/** A last field that older versions leave out, read as `absent`. */
function withDefault<T>(codec: Codec<T>, absent: T): Codec<T> {
  return {
    schema: codec.schema,
    write: codec.write,
    read: (r) => (r.remaining === 0 ? absent : codec.read(r)),
  };
}
