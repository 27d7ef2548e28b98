/**
 * Who is in a group, as the service has it and as the members have it. A member that has died stays
 * until its session expires: that is how long the others take to notice.
 */

import type { ParticipantId } from '../../network/address.ts';
import { FINDS, listingIn, SEES } from '../../recipes/listing.ts';
import { decodeInstance } from '../../recipes/serviceInstance.ts';
import { previewData } from '../format.ts';
import {
  believes,
  type Owner,
  ownerOf,
  type Participant,
  participantsIn,
  type Source,
} from './Source.ts';

const PREVIEW_LENGTH = 32;
/** How beliefs of members and of instances are called. */
const RECIPES: readonly string[] = ['member', 'service'];

export interface MembersView {
  readonly type: 'members';
  readonly what: 'member' | 'instance';
  readonly members: readonly MemberView[];
  /** Clients that believe to be in, and are not. */
  readonly strays: readonly { readonly client: ParticipantId; readonly id: string }[];
  /** What those who look see. */
  readonly lookers: readonly Looker[];
}

export interface Looker extends Participant {
  readonly count: number;
  /** In the group, and not seen. */
  readonly missed: readonly string[];
  /** Seen, and not in the group. */
  readonly ghosts: readonly string[];
}

export interface MemberView {
  readonly id: string;
  readonly path: string;
  readonly payload: string;
  /** Null for a znode that stays whoever dies. */
  readonly owner: Owner | null;
  readonly differs: string;
}

export const groupView = (source: Source): MembersView => membersView(source, 'member');
export const serviceView = (source: Source): MembersView => membersView(source, 'instance');

function membersView(source: Source, what: MembersView['what']): MembersView {
  const { path, tree, state } = source;
  const ids = [...(tree.getNode(path)?.children ?? [])].sort();
  const members = ids.flatMap((id) => toMember(source, id, what));
  const strays = Object.values(state.clients).flatMap(({ id: client, beliefs }) =>
    beliefs
      .filter(({ holds, recipe }) => holds && RECIPES.includes(recipe))
      .filter(({ znode }) => znode.startsWith(`${path}/`))
      .filter(({ znode }) => tree.getNode(znode) === undefined)
      .map(({ znode }) => ({ client, id: znode.slice(path.length + 1) })),
  );
  return { type: 'members', what, members, strays, lookers: lookersIn(source, ids) };
}

/** A member goes on looking; who asks for services sees what there was when it asked. */
function lookersIn(source: Source, ids: readonly string[]): readonly Looker[] {
  const told = [
    ...participantsIn(source, 'member').map((one) => [one, listingIn(one.step, SEES)] as const),
    ...participantsIn(source, 'service').map((one) => [one, listingIn(one.step, FINDS)] as const),
  ];
  return told.flatMap(([one, listing]) => {
    if (listing === null) return [];
    const { count, names } = listing;
    const ghosts = names.filter((id) => !ids.includes(id));
    // Who sees more than it tells may see those too.
    const missed = count > names.length ? [] : ids.filter((id) => !names.includes(id));
    return [{ ...one, count, missed, ghosts }];
  });
}

function toMember(source: Source, id: string, what: MembersView['what']): readonly MemberView[] {
  const path = `${source.path}/${id}`;
  const node = source.tree.getNode(path);
  if (node === undefined) return [];
  const payload = what === 'member' ? previewOf(node.data) : addressIn(node.data);
  const owner = node.ephemeralOwner === 0n ? null : ownerOf(source, node.ephemeralOwner);
  return [{ id, path, payload, owner, differs: differenceOf(source, owner, path) }];
}

const previewOf = (data: Uint8Array | null): string =>
  data?.length ? previewData(data, PREVIEW_LENGTH) : '';

/** Where the instance is, and what it says besides. */
function addressIn(data: Uint8Array | null): string {
  const instance = decodeInstance(data);
  if (instance === null) return `no instance: ${previewOf(data)}`;
  const { address, port, payload } = instance;
  const at = [address, port].filter((part) => part !== null && part !== '').join(':');
  const said = payload === null ? '' : JSON.stringify(payload);
  return [at, said]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, PREVIEW_LENGTH);
}

function differenceOf(source: Source, owner: Owner | null, path: string): string {
  switch (owner?.condition) {
    case 'gone':
      return 'gone, and in the group until its session expires';
    case 'paused':
      return 'paused: out of the group if its session expires first';
    case 'cutOff':
      return 'cut off: out of the group if its session expires first';
    case 'up':
      return believes(source, owner.client, path) ? '' : 'does not know yet that it is in';
    case undefined:
      return '';
  }
}
