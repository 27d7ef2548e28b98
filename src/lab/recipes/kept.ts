/** A znode that is made again whenever it is gone: whether it is there, and who sees to it. */

import { previewData } from '../format.ts';
import { type Owner, ownerOf, type Participant, participantsIn, type Source } from './Source.ts';

const PREVIEW_LENGTH = 60;

export interface KeptView {
  readonly type: 'kept';
  /** Null while it is gone. */
  readonly znode: {
    /** Null for one that stays whoever dies. */
    readonly owner: Owner | null;
    readonly czxid: number;
    readonly text: string;
  } | null;
  readonly keepers: readonly Keeper[];
}

export interface Keeper extends Participant {
  /** It is there and its own, as far as it knows. */
  readonly believes: boolean;
  readonly differs: string;
}

const RECIPE = 'persistentNode';
/** Last step of one that keeps it no more. */
const LEFT = 'left';

export function keptView(source: Source): KeptView {
  const { path, tree, state } = source;
  const node = tree.getNode(path);
  const keepers = participantsIn(source, RECIPE)
    .filter(({ step }) => step !== LEFT)
    .map((one): Keeper => {
      const belief = state.clients[one.client]?.beliefs.find(
        (each) => each.recipe === RECIPE && each.path === path,
      );
      const fence = belief?.holds === true ? belief.fence : null;
      return { ...one, believes: fence !== null, differs: differenceOf(fence, node?.czxid) };
    });
  if (node === undefined) return { type: 'kept', znode: null, keepers };
  const owner = node.ephemeralOwner === 0n ? null : ownerOf(source, node.ephemeralOwner);
  const text = node.data === null ? '' : previewData(node.data, PREVIEW_LENGTH);
  return { type: 'kept', znode: { owner, czxid: node.czxid, text }, keepers };
}

function differenceOf(fence: number | null, czxid: number | undefined): string {
  if (fence === null) return '';
  if (czxid === undefined) return 'does not know yet that it is gone';
  return fence === czxid ? '' : 'knows an older one, not what is there now';
}
