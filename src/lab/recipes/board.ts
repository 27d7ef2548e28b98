/**
 * Who is in a group, as the service has it and as the members have it. A member that has died stays
 * until its session expires: that is how long the others take to notice.
 */

import type { ParticipantId } from '../../network/address.ts';
import { previewData } from '../format.ts';
import { believes, type Owner, ownerOf, type Source } from './Source.ts';

const PREVIEW_LENGTH = 32;

export interface MembersView {
  readonly type: 'members';
  readonly members: readonly MemberView[];
  /** Clients that believe to be in, and are not. */
  readonly strays: readonly { readonly client: ParticipantId; readonly id: string }[];
}

export interface MemberView {
  readonly id: string;
  readonly path: string;
  readonly payload: string;
  /** Null for a znode that stays whoever dies. */
  readonly owner: Owner | null;
  readonly differs: string;
}

export function membersView(source: Source): MembersView {
  const { path, tree, state } = source;
  const ids = [...(tree.getNode(path)?.children ?? [])].sort();
  const members = ids.flatMap((id) => toMember(source, id));
  const strays = Object.values(state.clients).flatMap(({ id: client, beliefs }) =>
    beliefs
      .filter(({ holds, znode }) => holds && znode.startsWith(`${path}/`))
      .filter(({ znode }) => tree.getNode(znode) === undefined)
      .map(({ znode }) => ({ client, id: znode.slice(path.length + 1) })),
  );
  return { type: 'members', members, strays };
}

function toMember(source: Source, id: string): readonly MemberView[] {
  const path = `${source.path}/${id}`;
  const node = source.tree.getNode(path);
  if (node === undefined) return [];
  const payload = node.data?.length ? previewData(node.data, PREVIEW_LENGTH) : '';
  const owner = node.ephemeralOwner === 0n ? null : ownerOf(source, node.ephemeralOwner);
  return [{ id, path, payload, owner, differs: differenceOf(source, owner, path) }];
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
