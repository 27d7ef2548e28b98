/** Who waits at a gate, and who is in a double barrier. */

import { utf8Decode } from '../../base/utf8.ts';
import type { ParticipantId } from '../../network/address.ts';
import {
  believes,
  differenceOf,
  type Owner,
  ownerOf,
  type Participant,
  participantsIn,
  type Source,
  type Straggler,
  stepOf,
  stragglersIn,
} from './Source.ts';

export interface BarrierView {
  readonly type: 'barrier';
  readonly isShut: boolean;
  readonly clients: readonly BarrierClient[];
}

export interface BarrierClient extends Participant {
  readonly phase: 'waits' | 'passed';
  readonly differs: string;
}

export interface DoubleBarrierView {
  readonly type: 'doubleBarrier';
  /** How many must be there; null when no client here was told. */
  readonly count: number | null;
  /** The service has written `ready`. */
  readonly isReady: boolean;
  readonly members: readonly BarrierMember[];
  /** Their znodes are gone; they wait for the others to leave. */
  readonly leaving: readonly ParticipantId[];
  readonly stragglers: readonly Straggler[];
}

export interface BarrierMember {
  readonly name: string;
  readonly path: string;
  readonly owner: Owner;
  readonly phase: 'waits' | 'inside' | 'leaves';
  readonly differs: string;
}

const READY = 'ready';
const LEAVING = ['list those inside', 'lowest: wait for the highest', 'wait for the lowest'];
const WAIT = 'wait for its deletion';

export function barrierView(source: Source): BarrierView {
  const isShut = source.tree.getNode(source.path) !== undefined;
  const clients = participantsIn(source, 'barrier')
    .filter(({ step }) => step === WAIT || step === 'pass')
    .map((one): BarrierClient => {
      const isWaiting = one.step === WAIT;
      const differs = isWaiting && !isShut ? 'does not know yet that it is open' : '';
      return { ...one, phase: isWaiting ? 'waits' : 'passed', differs };
    });
  return { type: 'barrier', isShut, clients };
}

export function doubleBarrierView(source: Source): DoubleBarrierView {
  const { path, tree, asked } = source;
  const ready = tree.getNode(`${path}/${READY}`);
  const round = ready?.data == null ? [] : utf8Decode(ready.data).split('\n');
  const children = [...(tree.getNode(path)?.children ?? [])].filter((name) => name !== READY);
  const members = children.flatMap((name) => toMember(source, name, round.includes(name)));
  const present = new Set(members.map(({ owner }) => owner.client));
  const leaving = participantsIn(source, 'doubleBarrier')
    .filter(({ client, step }) => step === 'wait for the lowest' && !present.has(client))
    .map(({ client }) => client);
  return {
    type: 'doubleBarrier',
    count: asked?.count ?? null,
    isReady: members.some(({ phase }) => phase !== 'waits'),
    members,
    leaving,
    stragglers: stragglersIn(source, ['doubleBarrier']),
  };
}

function toMember(source: Source, name: string, isInside: boolean): readonly BarrierMember[] {
  const path = `${source.path}/${name}`;
  const node = source.tree.getNode(path);
  if (node === undefined) return [];
  const owner = ownerOf(source, node.ephemeralOwner);
  const isBelieved = believes(source, owner.client, path);
  const leaves =
    isInside && !isBelieved && LEAVING.includes(stepOf(source, owner.client, 'doubleBarrier'));
  const phase = leaves ? 'leaves' : isInside ? 'inside' : 'waits';
  const differs = differenceOf(owner, isInside, leaves || isBelieved);
  return [{ name, path, owner, phase, differs }];
}
