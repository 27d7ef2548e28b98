/**
 * The known and wanted differences between ZooKeeper 3.8.0, with which we are compared, and our
 * servers, which follow 3.9. The only place that excuses anything.
 */

import { KeeperErrorCode } from '../src/protocol/errors.ts';
import { OpCode } from '../src/protocol/opcodes.ts';
import type { Entry, View } from './normalise.ts';

export interface KnownDifference {
  readonly name: string;
  readonly reason: string;
  /** Whether it explains why these two answers to one request differ. */
  explains(theirs: Entry, ours: Entry): boolean;
}

type Reply = Extract<View, { readonly kind: 'reply' }>;

const { OK, NOAUTH, NOWATCHER, MARSHALLINGERROR, UNIMPLEMENTED } = KeeperErrorCode;

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'zxid of events',
    reason: 'since 3.9.0 the header of an event carries the zxid of its txn; 3.8 says -1',
    explains: ({ view: theirs }, { view: ours }) =>
      theirs.kind === 'event' &&
      theirs.zxid === '-1' &&
      isSame(theirs, { ...ours, zxid: '-1' } as View),
  },
  {
    name: 'create2 in multi',
    reason: 'since 3.8.4 and 3.9.0 it is answered with its Stat; 3.8.0 answers it as create',
    explains: (theirs, ours) => isSame(theirs.view, withoutCreate2(ours)),
  },
  {
    name: 'exists needs READ',
    reason: 'since 3.8.4 and 3.9.2 (CVE-2024-23944) exists is refused without READ',
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'exists' && theirs.err === OK && ours.err === NOAUTH,
    ),
  },
  {
    name: 'watcher types 4 and 5',
    reason: 'since 3.9.0 persistent watches can be named; 3.8 cannot decode the type',
    explains: replies(
      (theirs, ours, { request }) =>
        (request?.type === 'checkWatches' || request?.type === 'removeWatches') &&
        request.watcherType > 3 &&
        theirs.err === MARSHALLINGERROR &&
        (ours.err === OK || ours.err === NOWATCHER),
    ),
  },
  {
    name: "checkWatches and others' watches",
    reason: '3.8.0 finds the watches of every connection, 3.9 those of the one that asks',
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'checkWatches' && theirs.err === OK && ours.err === NOWATCHER,
    ),
  },
  {
    name: 'deleteContainer from a client',
    reason: 'meant for the leader itself; 3.8.0 takes it from anybody, we refuse and close',
    explains: isUnimplemented(OpCode.deleteContainer),
  },
  {
    name: 'createSession from a client',
    reason: 'meant for servers; 3.8.0 sets the session up again, we refuse and close',
    explains: isUnimplemented(OpCode.createSession),
  },
];

/** The name of what explains the difference; 'same' if there is none, null if nothing does. */
export function explain(theirs: Entry | undefined, ours: Entry | undefined): string | null {
  if (theirs === undefined || ours === undefined) return null;
  if (theirs.on !== ours.on) return null;
  if (isSame(theirs.view, ours.view)) return 'same';
  return knownDifferences.find((it) => it.explains(theirs, ours))?.name ?? null;
}

export function isSame(theirs: View, ours: View): boolean {
  return JSON.stringify(unordered(theirs)) === JSON.stringify(unordered(ours));
}

function replies(
  test: (theirs: Reply, ours: Reply, entry: Entry) => boolean,
): KnownDifference['explains'] {
  return (theirs, ours) =>
    theirs.view.kind === 'reply' &&
    ours.view.kind === 'reply' &&
    test(theirs.view, ours.view, ours);
}

function isUnimplemented(opcode: number): KnownDifference['explains'] {
  return (_theirs, { view, ...asked }) =>
    view.kind === 'reply' && asked.opcode === opcode && view.err === UNIMPLEMENTED;
}

/** Lists whose order ZooKeeper leaves open (it is that of a Java hash table). */
const UNORDERED = ['children', 'ephemerals', 'clientInfo'];

function unordered(view: View): unknown {
  return view.kind === 'reply' ? { ...view, body: sortedLists(view.body) } : view;
}

function sortedLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedLists);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, it]) => [
      key,
      UNORDERED.includes(key) && Array.isArray(it)
        ? [...it].map((element) => JSON.stringify(element)).sort()
        : sortedLists(it),
    ]),
  );
}

/** The answer as 3.8.0 would word it. */
function withoutCreate2({ view, request }: Entry): View {
  if (view.kind !== 'reply' || request?.type !== 'multi') return view;
  const body = view.body as { readonly results?: readonly { readonly type: string }[] } | null;
  const results = body?.results?.map((result, i) => {
    if (request.ops[i]?.type !== 'create2' || result.type !== 'create2') return result;
    if (request.ops[i].flags === 4) return result;
    const { stat: _, ...rest } = result as typeof result & { readonly stat?: unknown };
    return { ...rest, type: 'create' };
  });
  return { ...view, body: { ...body, results } };
}
