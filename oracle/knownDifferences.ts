/**
 * The known and wanted differences between ZooKeeper 3.8.0 or 3.9.3, with which we are compared,
 * and our servers, which follow 3.9. The only place that excuses anything.
 */

import { KeeperErrorCode } from '../src/protocol/errors.ts';
import type { MultiOp } from '../src/protocol/multi.ts';
import { OpCode } from '../src/protocol/opcodes.ts';
import { PERSISTENT_AND_STANDARD } from './Case.ts';
import type { Entry, View } from './normalise.ts';
import { isOfUnknownUser } from './sasl.ts';

export interface KnownDifference {
  readonly name: string;
  readonly reason: string;
  /** The versions of ZooKeeper that differ so; all of them unless given. */
  readonly against?: '3.8.' | '3.9.';
  /** The two servers are in different states after it: nothing more is compared. */
  readonly isLast?: true;
  /** Whether it explains why these two answers to one request differ. */
  explains(theirs: Entry, ours: Entry): boolean;
}

type Reply = Extract<View, { readonly kind: 'reply' }>;

const { OK, AUTHFAILED, NOAUTH, NOWATCHER, MARSHALLINGERROR, UNIMPLEMENTED } = KeeperErrorCode;

const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'zxid of events',
    against: '3.8.',
    reason: 'since 3.9.0 the header of an event carries the zxid of its txn; 3.8 says -1',
    explains: ({ view: theirs }, { view: ours }) =>
      theirs.kind === 'event' &&
      theirs.zxid === '-1' &&
      isSame(theirs, { ...ours, zxid: '-1' } as View),
  },
  {
    name: 'create2 and createContainer in multi',
    against: '3.8.',
    reason:
      'since 3.8.4 and 3.9.0 they are what they say; 3.8.0 takes both for create, unless the ' +
      'flags are those of a container',
    explains: (theirs, ours) => isSame(theirs.view, withoutCreate2(ours)),
  },
  {
    name: 'exists needs READ',
    against: '3.8.',
    reason: 'since 3.8.4 and 3.9.2 (CVE-2024-23944) exists is refused without READ',
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'exists' && theirs.err === OK && ours.err === NOAUTH,
    ),
  },
  {
    name: 'watcher types 4 and 5',
    against: '3.8.',
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
    against: '3.8.',
    reason: '3.8.0 finds the watches of every connection, 3.9 those of the one that asks',
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'checkWatches' && theirs.err === OK && ours.err === NOWATCHER,
    ),
  },
  {
    name: 'checkWatches of what is no path',
    against: '3.8.',
    reason: 'while anybody watches recursively 3.8.0 fails on it, 3.9 just finds nothing',
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'checkWatches' &&
        !request.path.startsWith('/') &&
        theirs.err === MARSHALLINGERROR &&
        ours.err === NOWATCHER,
    ),
  },
  {
    name: 'ACL and flags of creates in multi',
    against: '3.8.',
    reason:
      'since 3.9 no ACL, unknown flags, and those of a TTL without one make the multi ' +
      'unreadable; 3.8.0 fails at the op, and applies nothing either',
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'multi' &&
        request.ops.some(hasOddFlags) &&
        theirs.err === OK &&
        hasError(theirs.body) &&
        ours.err === MARSHALLINGERROR,
    ),
  },
  {
    name: 'zxid of a multi without an ACL',
    against: '3.9.',
    reason:
      '3.9 gives a write that it cannot read the last zxid once more, and then an ensemble of it ' +
      'commits nothing more; the other writes that this concerns are seen to by `normalise.ts`',
    isLast: true,
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'multi' &&
        request.ops.some(hasNoACL) &&
        isSame(theirs, { ...ours, zxid: theirs.zxid }),
    ),
  },
  {
    name: 'a multi that cannot be read, of a local session',
    against: '3.9.',
    reason:
      'a leader of 3.9 reads it twice, first to see whether it needs a global session, and the ' +
      'second time takes what it had read until it failed: the beginning is applied',
    isLast: true,
    explains: replies(
      (theirs, ours, { opcode, request }) =>
        opcode === OpCode.multi &&
        (request === undefined || (request.type === 'multi' && request.ops.some(hasOddFlags))) &&
        theirs.err === OK &&
        ours.err === MARSHALLINGERROR,
    ),
  },
  {
    name: 'order of identities',
    reason: 'ZooKeeper keeps those of a connection in a hash table; scheme auth lists them so',
    explains: (theirs, ours) =>
      ours.request?.type === 'getACL' && isSame(sortedACL(theirs.view), sortedACL(ours.view)),
  },
  {
    name: 'one server',
    reason: 'ours is an ensemble of one and leads it; theirs has a mode of its own, standalone',
    explains: ({ view: theirs }, { view: ours }) =>
      JSON.stringify(theirs).replace('"Mode: standalone"', '"Mode: leader"') ===
      JSON.stringify(ours).replace(',"Proposal sizes last/min/max: "', ''),
  },
  {
    name: 'environment',
    reason: 'theirs tells what its JVM knows of the machine; ours has neither',
    explains: (theirs, ours) =>
      saysOf(theirs, 'envi') !== undefined && saysOf(ours, 'envi') !== undefined,
  },
  {
    name: 'mntr of one server',
    reason: 'ours leads an ensemble of one, and says what a leader says',
    explains: (theirs, ours) => {
      const [fewer, lines] = [saysOf(theirs, 'mntr'), saysOf(ours, 'mntr')];
      if (!Array.isArray(fewer) || !Array.isArray(lines)) return false;
      const isAlone = !fewer.includes('peer_state');
      return isAlone && fewer.every((it) => lines.includes(it));
    },
  },
  {
    name: 'a standard watch beside a persistent one',
    against: '3.8.',
    reason: '3.8.0 forgets the persistent one with the first event, 3.9 and ours do not',
    isLast: true,
    explains: (_theirs, { view }) => view.kind === 'event' && view.path === PERSISTENT_AND_STANDARD,
  },
  {
    name: 'deleteContainer from a client',
    reason: 'meant for the leader itself; ZooKeeper takes it from anybody, we refuse and close',
    isLast: true,
    explains: isUnimplemented(OpCode.deleteContainer),
  },
  {
    name: 'createSession from a client',
    reason: 'meant for servers; ZooKeeper sets the session up again, we refuse and close',
    isLast: true,
    explains: isUnimplemented(OpCode.createSession),
  },
  {
    name: 'unknown users of SASL',
    against: '3.8.',
    reason:
      '3.8.0 compares with the password of the user who came before, whoever that was, and so ' +
      'lets in anybody who knows one password, by any name; 3.9 keeps connections apart',
    isLast: true,
    explains: replies(
      (theirs, ours, { request }) =>
        request?.type === 'sasl' &&
        isOfUnknownUser(request.token) &&
        theirs.err === OK &&
        ours.err === AUTHFAILED,
    ),
  },
];

export function knownAgainst(version: string): readonly KnownDifference[] {
  return knownDifferences.filter(({ against = '' }) => version.startsWith(against));
}

/** What explains the difference; 'same' if there is none, null if nothing does. */
export function explain(
  version: string,
  theirs: Entry | undefined,
  ours: Entry | undefined,
): KnownDifference | 'same' | null {
  if (theirs === undefined || ours === undefined) return null;
  if (theirs.on !== ours.on) return null;
  if (isSame(theirs.view, ours.view)) return 'same';
  return knownAgainst(version).find((it) => it.explains(theirs, ours)) ?? null;
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

/** The answer to that four-letter word; undefined if it is none. */
function saysOf({ view }: Entry, word: string): unknown {
  if (view.kind !== 'other' || typeof view.value !== 'object' || view.value === null) return;
  const answer = view.value as { readonly word?: string; readonly says?: unknown };
  return answer.word === word ? answer.says : undefined;
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

function hasOddFlags(op: MultiOp): boolean {
  return 'flags' in op && (hasNoACL(op) || op.flags !== (op.flags & 3));
}

function hasNoACL(op: MultiOp): boolean {
  return 'acl' in op && op.acl === null;
}

function hasError(body: unknown): boolean {
  const { results = [] } = body as { readonly results?: readonly { readonly type: string }[] };
  return results.some(({ type }) => type === 'error');
}

function sortedACL(view: View): View {
  if (view.kind !== 'reply') return view;
  const body = view.body as { readonly acl?: readonly unknown[] } | null;
  const acl = body?.acl?.map((it) => JSON.stringify(it)).sort();
  return { ...view, body: { ...body, acl } };
}

/** The answer as 3.8.0 would word it. */
function withoutCreate2({ view, request }: Entry): View {
  if (view.kind !== 'reply' || request?.type !== 'multi') return view;
  const body = view.body as { readonly results?: readonly { readonly type: string }[] } | null;
  const results = body?.results?.map((result, i) => {
    const op = request.ops[i];
    const isTaken = op?.type === 'create2' || op?.type === 'createContainer';
    if (!isTaken || op.flags === 4 || result.type !== 'create2') return result;
    const { stat: _, ...rest } = result as typeof result & { readonly stat?: unknown };
    return { ...rest, type: 'create' };
  });
  return { ...view, body: { ...body, results } };
}
