/**
 * Random sequences of operations of three sessions. Paths are relative to a place that each run
 * makes for itself; they begin with '~'.
 *
 * Kept out: top-level check and createTTL with the flags of another mode, which damage the log
 * of 3.8.0; what only servers should send; and what would leave the two servers in different
 * states for a reason that `knownDifferences` gives:
 * - exists with a watch where somebody may take READ away (names p and q have the ACLs);
 * - two kinds of watches of one session on one path: the third session has persistent ones
 *   alone, of one mode for each path; it removes them by type 3;
 * - createContainer in multi with the flags of another mode.
 * And createContainer with the flags of an ephemeral: until it is applied ZooKeeper takes it
 * for one, so that the answer to a create below it depends on chance. And in multi the flags of a
 * TTL without one: 3.8.0 forgets to take back what it prepared before them, with the same effect
 * on what follows. And in multi creates without an ACL, which 3.8 refuses and 3.9 cannot read.
 */

import fc from 'fast-check';
import { utf8Encode } from '../../src/base/utf8.ts';
import type { ACL } from '../../src/protocol/acl.ts';
import { AUTH_IDS } from '../../src/protocol/acl.ts';
import { isEphemeral, isTTL } from '../../src/protocol/createMode.ts';
import type { MultiOp, MultiReadOp } from '../../src/protocol/multi.ts';
import { OpCode } from '../../src/protocol/opcodes.ts';
import type { ClientRequest } from '../../src/protocol/requests.ts';
import { isWrite } from '../../src/server/pipeline/Request.ts';
import { acl } from '../Case.ts';

export type Op =
  | { readonly op: 'request'; readonly request: ClientRequest }
  /** By the zxid of the n-th write so far, modulo their number. */
  | {
      readonly op: 'setWatches';
      readonly since: number;
      readonly paths: readonly (readonly string[])[];
    }
  /** The body of the request after its first bytes is left out. */
  | { readonly op: 'cut'; readonly request: ClientRequest; readonly length: number };

export interface Turn {
  readonly session: number;
  /** Null: nothing; to it a failure shrinks. */
  readonly ops: readonly (Op | null)[];
  /** Before its ops the session's connection breaks and it attaches again. */
  readonly isReattached: boolean;
}

export type Sequence = readonly Turn[];

const TURNS = 10;
const OPS = 5;
export const OPS_PER_SEQUENCE = TURNS * OPS;
export const SESSIONS = 3;
/** The one with the persistent watches. */
const PERSISTENT_SESSION = 2;

const NAMES = ['a', 'b', 'p', 'q'];
const PATHS = [
  ...NAMES.map((name) => `~/${name}`),
  ...NAMES.flatMap((parent) => ['a', 'p'].map((name) => `~/${parent}/${name}`)),
  '~/a/a/b',
];
const ODD_PATHS = ['~/', '~//a', '~/a/', '~/.', '~/../b', '~/a\0', '~/\u0001', 'x', '~/no/x/y'];

const mayHide = (path: string) => /[pq]/.test(path);
const valid = fc.constantFrom(...PATHS);
const path = fc.oneof({ weight: 14, arbitrary: valid }, fc.constantFrom('~', ...ODD_PATHS));
const data = fc
  .oneof(fc.constant(null), fc.constantFrom('', 'x', 'hello', 'x'.repeat(300)))
  .map((text) => (text === null ? null : utf8Encode(text)));
const version = fc.oneof(
  { weight: 4, arbitrary: fc.constant(-1) },
  { weight: 4, arbitrary: fc.nat(3) },
  fc.constantFrom(-2, 0x7fffffff, -0x80000000),
);

const BOB = acl('digest', 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=');
const OPEN: readonly ACL[] = [acl('world', 'anyone')];
const ACLS: readonly (readonly ACL[] | null)[] = [
  OPEN,
  [acl('world', 'anyone', 1)],
  [acl('world', 'anyone', 30)],
  [{ perms: 31, id: AUTH_IDS }],
  [BOB, acl('world', 'anyone', 16)],
  [acl('ip', '127.0.0.1/8', 15), acl('ip', '10.0.0.0/8')],
  [acl('world', 'anyone', 255), acl('world', 'anyone', 255)],
  [acl('world', 'nobody')],
  [acl('nope', 'x')],
  [],
  null,
];
const aclFor = (to: string) =>
  mayHide(to) ? fc.constantFrom(...ACLS) : fc.constantFrom(OPEN, OPEN, OPEN, [], null);

const request = <T extends ClientRequest>(it: T): T => it;
const named = <K extends ClientRequest['type']>(type: K) => fc.constant(type);

function creates(flags: fc.Arbitrary<number>, types: readonly ('create' | 'create2')[]) {
  return path.chain((to) =>
    fc.record({
      type: fc.constantFrom(...types),
      path: fc.constant(to),
      data,
      acl: aclFor(to),
      flags,
    }),
  );
}

const FLAGS = fc.oneof({ weight: 12, arbitrary: fc.nat(3) }, fc.constantFrom(4, 5, 6, 7, -1));
const FLAGS_IN_MULTI = FLAGS.filter((flags) => !isTTL(flags));
const create = creates(FLAGS, ['create', 'create2']);
const createContainer = creates(FLAGS, ['create']).map((it) =>
  request({ ...it, type: 'createContainer', flags: isEphemeral(it.flags) ? 0 : it.flags }),
);
const createTTL = fc
  .tuple(
    creates(fc.constantFrom(5, 6), ['create']),
    fc.constantFrom(1_000_000, 2 ** 40 - 1, 2 ** 40, 0, -1),
  )
  .map(([it, ttl]) => request({ ...it, type: 'createTTL', ttl }));
const versioned = { path, version };
const del = fc.record({ type: named('delete'), ...versioned });
const set = fc.record({ type: named('setData'), ...versioned, data });
const check = fc.record({ type: named('check'), ...versioned });
const setACL = path.chain((to) =>
  fc.record({ type: named('setACL'), path: fc.constant(to), acl: aclFor(to), version }),
);

const withACL = <T extends { readonly acl: unknown }>(it: T) => it.acl !== null;
const multiOp: fc.Arbitrary<MultiOp> = fc.oneof(
  { weight: 4, arbitrary: creates(FLAGS_IN_MULTI, ['create', 'create2']).filter(withACL) },
  { weight: 1, arbitrary: createContainer.filter(withACL).map((it) => ({ ...it, flags: 4 })) },
  { weight: 1, arbitrary: createTTL },
  { weight: 3, arbitrary: del },
  { weight: 3, arbitrary: set },
  { weight: 2, arbitrary: check },
);
const multi = fc.record({ type: named('multi'), ops: fc.array(multiOp, { maxLength: 5 }) });
const multiReadOp: fc.Arbitrary<MultiReadOp> = fc.record({
  type: fc.constantFrom('getData', 'getChildren'),
  path,
  watch: fc.boolean(),
});
const multiRead = fc.record({
  type: named('multiRead'),
  ops: fc.array(multiReadOp, { maxLength: 4 }),
});

const writes: fc.Arbitrary<ClientRequest> = fc.oneof(
  { weight: 8, arbitrary: create },
  { weight: 1, arbitrary: createContainer },
  { weight: 1, arbitrary: createTTL },
  { weight: 5, arbitrary: del },
  { weight: 5, arbitrary: set },
  { weight: 2, arbitrary: setACL },
  { weight: 5, arbitrary: multi },
);

const watched = (watch: fc.Arbitrary<boolean>) => ({ path, watch });

function reads(watch: fc.Arbitrary<boolean>): fc.Arbitrary<ClientRequest> {
  return fc.oneof(
    fc
      .record({ type: named('exists'), ...watched(watch) })
      .map((it) => (mayHide(it.path) ? { ...it, watch: false } : it)),
    fc.record({ type: named('getData'), ...watched(watch) }),
    fc.record({ type: fc.constantFrom('getChildren', 'getChildren2'), ...watched(watch) }),
    fc.record({ type: fc.constantFrom('getACL', 'sync', 'getAllChildrenNumber'), path }),
    fc.record({
      type: named('getEphemerals'),
      prefixPath: fc.constantFrom('~', '~/a', '~/a/', '~/p/a', '/no'),
    }),
    multiRead,
    fc.constant(request({ type: 'whoAmI' })),
    fc.constant(request({ type: 'ping' })),
  );
}

const auth = fc
  .constantFrom('bob:secret', 'ann:pw', 'nocolon', 'bob:secret')
  .map((text) => request({ type: 'auth', authType: 0, scheme: 'digest', auth: utf8Encode(text) }));

const asRequest = (it: ClientRequest): Op => ({ op: 'request', request: it });

/** Requests about watches by themselves. */
function watchOps(isPersistent: boolean): fc.Arbitrary<Op> {
  const some = fc.array(path, { maxLength: 3 });
  const visible = some.map((paths) => paths.filter((it) => !mayHide(it)));
  const none = fc.constant<string[]>([]);
  const byMode = (mode: number) => some.map((paths) => paths.filter((it) => modeOf(it) === mode));
  const tables = isPersistent
    ? fc.tuple(none, none, none, byMode(0), byMode(1))
    : fc.tuple(some, visible, some);
  const types = isPersistent ? [3] : [1, 2, 3, 4, 5, 0];
  const type = fc.constantFrom('checkWatches', 'removeWatches');
  const about = fc
    .record({ type, path: valid, watcherType: fc.constantFrom(...types) })
    .map(asRequest);
  const setWatches = fc.record({
    op: fc.constant('setWatches' as const),
    since: fc.nat(60),
    paths: tables,
  });
  const add = path.map((to) => asRequest({ type: 'addWatch', path: to, mode: modeOf(to) }));
  return isPersistent ? fc.oneof(add, add, add, about, setWatches) : fc.oneof(about, setWatches);
}

/** A path has the same mode wherever it is watched. */
function modeOf(to: string): number {
  return to.length % 2;
}

const cut: fc.Arbitrary<Op> = fc
  .tuple(fc.oneof(writes, reads(fc.constant(false))), fc.nat(30))
  .map(([it, length]) => ({ op: 'cut', request: it, length }));

function ops(isPersistent: boolean): fc.Arbitrary<readonly (Op | null)[]> {
  const watch = isPersistent ? fc.constant(false) : fc.boolean();
  const op = fc.oneof(
    { weight: 22, arbitrary: writes.map(asRequest) },
    { weight: 16, arbitrary: reads(watch).map(asRequest) },
    { weight: isPersistent ? 6 : 3, arbitrary: watchOps(isPersistent) },
    { weight: 1, arbitrary: auth.map(asRequest) },
    { weight: 1, arbitrary: cut },
  );
  return fc.array(fc.option(op, { freq: 200 }), { minLength: OPS, maxLength: OPS });
}

const turn: fc.Arbitrary<Turn> = fc
  .record({
    session: fc.nat(SESSIONS - 1),
    standard: ops(false),
    persistent: ops(true),
    isReattached: fc.nat(11).map((n) => n === 7),
  })
  .map(({ session, standard, persistent, isReattached }) => ({
    session,
    ops: session === PERSISTENT_SESSION ? persistent : standard,
    isReattached,
  }));

/**
 * An ensemble of 3.9 commits nothing any more once it was sent a write that it cannot read: its
 * leader proposes the last zxid once more.
 */
export function withoutCutWrites(sequence: Sequence): Sequence {
  const mayHalt = (op: Op | null) =>
    op?.op === 'cut' && op.request.type !== 'multi' && isWrite(OpCode[op.request.type]);
  return sequence.map((it) => ({ ...it, ops: it.ops.map((op) => (mayHalt(op) ? null : op)) }));
}

export const arbitrarySequence: fc.Arbitrary<Sequence> = fc.array(turn, {
  minLength: TURNS,
  maxLength: TURNS,
});
