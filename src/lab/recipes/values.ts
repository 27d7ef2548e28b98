/** Which version of a configuration each client runs, and what a counter is at. */

import type { ParticipantId } from '../../network/address.ts';
import { decodeInt32, decodeInt64 } from '../../recipes/bigEndian.ts';
import { previewData } from '../format.ts';
import type { ClientView } from '../model.ts';
import { type Participant, participantsIn, type Source } from './Source.ts';

const PREVIEW_LENGTH = 60;

export interface ConfigView {
  readonly type: 'config';
  /** What the service has; null when there is no znode. */
  readonly current: {
    readonly version: number;
    readonly mzxid: number;
    readonly text: string;
  } | null;
  readonly followers: readonly Follower[];
}

export interface Follower {
  readonly client: ParticipantId;
  /** Null before it has read one. */
  readonly mzxid: number | null;
  /** Null when it did not say. */
  readonly version: number | null;
  readonly isStale: boolean;
  readonly differs: string;
}

export interface CounterView {
  readonly type: 'counter';
  /** Decimal; null for data that are no number, or no znode. */
  readonly value: string | null;
  readonly version: number;
  readonly clients: readonly (Participant & { readonly differs: string })[];
}

export function configView(source: Source): ConfigView {
  const { path, tree, state } = source;
  const node = tree.getNode(path);
  const current =
    node === undefined
      ? null
      : {
          version: node.version,
          mzxid: node.mzxid,
          text: node.data === null ? '' : previewData(node.data, PREVIEW_LENGTH),
        };
  const followers = Object.values(state.clients).flatMap((client) =>
    toFollower(client, path, current),
  );
  return { type: 'config', current, followers };
}

function toFollower(
  { id, process, beliefs, steps }: ClientView,
  path: string,
  current: ConfigView['current'],
): readonly Follower[] {
  const belief = beliefs.find((one) => one.recipe === 'config' && one.path === path);
  if (belief?.holds !== true) return [];
  const mzxid = belief.fence;
  const isStale = current !== null && mzxid < current.mzxid;
  const said = /^run version (\d+)$/.exec(steps[`config ${path}`] ?? '')?.[1];
  const version = isStale ? (said === undefined ? null : Number(said)) : (current?.version ?? null);
  const paused = process === 'paused' ? 'paused, and ' : '';
  const differs =
    current === null
      ? `${paused}runs what the service no longer has`
      : isStale
        ? `${paused}has not heard of version ${current.version} yet`
        : '';
  return [{ client: id, mzxid, version, isStale: isStale || current === null, differs }];
}

/** What each client that takes part said last of the number. */
const KNOWN = { counter: /^(-?\d+) is set$/, sharedCount: /^sees (-?\d+)$/ } as const;

const numberView =
  (recipe: keyof typeof KNOWN) =>
  (source: Source): CounterView => {
    const node = source.tree.getNode(source.path);
    const data = node?.data ?? null;
    const value = decodeInt64(data) ?? decodeInt32(data);
    const taking = participantsIn(source, recipe).filter(({ step }) => step !== 'left');
    const clients = taking.map((one) => {
      const known = KNOWN[recipe].exec(one.step)?.[1];
      const isOld = known !== undefined && value !== null && known !== `${value}`;
      return { ...one, differs: isOld ? `the service is at ${value} by now` : '' };
    });
    return {
      type: 'counter',
      value: value === null ? null : `${value}`,
      version: node?.version ?? -1,
      clients,
    };
  };

export const counterView = numberView('counter');
export const sharedCountView = numberView('sharedCount');
