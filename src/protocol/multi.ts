/**
 * multi and multiRead: records, each behind a MultiHeader, and a last header that ends the list.
 * Source: MultiOperationRecord, MultiResponse.
 */

import type { Codec, FieldSchema } from './codec.ts';
import { bool, Empty, int, record } from './codec.ts';
import { DecodeFault } from './DecodeError.ts';
import { OpCode, opName } from './opcodes.ts';
import {
  CheckVersionRequest,
  Create2Response,
  CreateRequest,
  CreateTTLRequest,
  DataResponse,
  ErrorResponse,
  GetChildrenResponse,
  PathOnly,
  SetDataRequest,
  StatResponse,
  VersionedPath,
  WatchedPath,
} from './records.ts';
import type { CodecTable, Tagged } from './tagged.ts';
import { taggedCodec } from './tagged.ts';

const MultiHeader = record({ type: int, done: bool, err: int });
const END = { type: -1, done: true, err: -1 };

/** What multi may hold. */
export const multiOpCodecs = {
  create: CreateRequest,
  create2: CreateRequest,
  createContainer: CreateRequest,
  createTTL: CreateTTLRequest,
  delete: VersionedPath,
  setData: SetDataRequest,
  check: CheckVersionRequest,
} as const;
export type MultiOp = Tagged<typeof multiOpCodecs>;

/** What multiRead may hold; `watch` is ignored there. */
export const multiReadOpCodecs = { getData: WatchedPath, getChildren: WatchedPath } as const;
export type MultiReadOp = Tagged<typeof multiReadOpCodecs>;

/** create2 also answers createContainer and createTTL. */
export const multiResultCodecs = {
  create: PathOnly,
  create2: Create2Response,
  delete: Empty,
  setData: StatResponse,
  check: Empty,
  getData: DataResponse,
  getChildren: GetChildrenResponse,
  error: ErrorResponse,
} as const;
export type MultiResult = Tagged<typeof multiResultCodecs>;

export const MultiRequest = record({ ops: multiList(multiOpCodecs, () => -1) });
export const MultiReadRequest = record({ ops: multiList(multiReadOpCodecs, () => -1) });
export const MultiResponse = record({
  results: multiList(multiResultCodecs, (result) => (result.type === 'error' ? result.err : 0)),
});

/** `errOf` gives the err of the header before an item. */
function multiList<T extends CodecTable>(
  table: T,
  errOf: (item: Tagged<T>) => number,
): Codec<readonly Tagged<T>[]> {
  const codecs = new Map<string, Codec<Tagged<T>>>();
  const variants: FieldSchema[] = [];
  for (const name of Object.keys(table)) {
    const codec = taggedCodec(table, name);
    codecs.set(name, codec);
    variants.push({ name, schema: codec.schema });
  }
  return {
    schema: { type: 'multi', variants },
    write(w, items) {
      for (const item of items) {
        const type = OpCode[item.type as keyof typeof OpCode];
        MultiHeader.write(w, { type, done: false, err: errOf(item) });
        codecs.get(item.type)?.write(w, item);
      }
      MultiHeader.write(w, END);
    },
    read(r) {
      const items: Tagged<T>[] = [];
      for (;;) {
        const at = r.offset;
        const header = MultiHeader.read(r);
        if (header.done) return items;
        const codec = codecs.get(opName(header.type) ?? '');
        if (codec === undefined) {
          throw new DecodeFault('unknownType', at, `operation ${header.type} inside multi`);
        }
        items.push(codec.read(r));
      }
    },
  };
}
