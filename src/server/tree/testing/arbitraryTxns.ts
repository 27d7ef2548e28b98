/** Random histories of a small tree, deep enough for owners, quotas and replays to meet. */

import fc from 'fast-check';
import { OPEN_ACL_UNSAFE, READ_ACL_UNSAFE } from '../../../protocol/acl.ts';
import type { SubTxnBody, TxnBody } from '../../../protocol/txns.ts';

/** Clients of the histories. */
export const SESSIONS = [0x100000000000001n, 0x200000000000001n] as const;

const path = fc.constantFrom(
  '/a',
  '/b',
  '/a/x',
  '/a/y',
  '/a/x/1',
  '/b/é',
  '/a/x/1/deep',
  '/no/way',
);
const data = fc.option(fc.uint8Array({ maxLength: 3 }));
const acl = fc.constantFrom(OPEN_ACL_UNSAFE, READ_ACL_UNSAFE);
const version = fc.integer({ min: -1, max: 3 });
const content = { path, data, acl, parentCVersion: version };

function body<T extends SubTxnBody['type'], F extends object>(
  type: T,
  fields: { [K in keyof F]: fc.Arbitrary<F[K]> },
) {
  return fc.record({ type: fc.constant(type), ...fields });
}

const create = body('create', { ...content, ephemeral: fc.boolean() });

export const arbitrarySubTxn: fc.Arbitrary<SubTxnBody> = fc.oneof(
  { weight: 4, arbitrary: create as fc.Arbitrary<SubTxnBody> },
  body('createContainer', content) as fc.Arbitrary<SubTxnBody>,
  body('createTTL', { ...content, ttl: fc.constant(5000) }) as fc.Arbitrary<SubTxnBody>,
  { weight: 2, arbitrary: body('delete', { path }) as fc.Arbitrary<SubTxnBody> },
  { weight: 2, arbitrary: body('setData', { path, data, version }) as fc.Arbitrary<SubTxnBody> },
  body('setACL', { path, acl, version }) as fc.Arbitrary<SubTxnBody>,
  body('closeSession', {
    paths2Delete: fc.array(path, { maxLength: 2 }),
  }) as fc.Arbitrary<SubTxnBody>,
  body('error', { err: fc.constant(-101) }) as fc.Arbitrary<SubTxnBody>,
);

export interface HistoryStep {
  readonly session: bigint;
  readonly body: TxnBody;
}

export const arbitraryHistory: fc.Arbitrary<readonly HistoryStep[]> = fc.array(
  fc.record({
    session: fc.constantFrom(...SESSIONS),
    body: fc.oneof(
      { weight: 6, arbitrary: arbitrarySubTxn as fc.Arbitrary<TxnBody> },
      fc.record({
        type: fc.constant('multi' as const),
        txns: fc.array(arbitrarySubTxn, { maxLength: 3 }),
      }) as fc.Arbitrary<TxnBody>,
    ),
  }),
  { maxLength: 30 },
);
