/** What is in a queue, in the order in which it is taken, and who takes it. */

import { decodeItems } from '../../recipes/queueItems.ts';
import { inOrder } from '../../recipes/queueNames.ts';
import { previewData } from '../format.ts';
import { type Owner, ownerOf, type Participant, participantsIn, type Source } from './Source.ts';

/** Items that are shown; the others are counted. */
export const ITEMS_SHOWN = 24;
const PREVIEW_LENGTH = 24;

export interface QueueView {
  readonly type: 'queue';
  readonly count: number;
  /** First to be taken first, at most ITEMS_SHOWN. */
  readonly items: readonly QueueItem[];
  /** Znodes here that are no items: they are left alone. */
  readonly foreignCount: number;
  readonly consumers: readonly Participant[];
}

export interface QueueItem {
  readonly name: string;
  readonly path: string;
  readonly preview: string;
  readonly priority: number | null;
  /** Virtual time before which nobody takes it; null: at once. */
  readonly dueUs: number | null;
  /** Who works on it, if items are locked meanwhile. */
  readonly worker: Owner | null;
}

const PRIORITY = /^queue-([01])([0-9A-F]{8})\d{10}$/;
const RECEIPT = /^_c_[0-9a-f-]{36}-receipt$/;

export function queueView(source: Source): QueueView {
  const { path, tree } = source;
  const children = [...(tree.getNode(path)?.children ?? [])];
  const line = inOrder(children);
  const receipts = children.filter((name) => RECEIPT.test(name)).length;
  const items = line.slice(0, ITEMS_SHOWN).map(({ name, dueMs }) => toItem(source, name, dueMs));
  return {
    type: 'queue',
    count: line.length,
    items,
    foreignCount: children.length - line.length - receipts,
    consumers: consumersOf(source),
  };
}

function consumersOf(source: Source): readonly Participant[] {
  const { asked } = source;
  return participantsIn(source, 'queue').filter(
    ({ client, step }) => asked?.consumers.has(client) === true || step.startsWith('wait'),
  );
}

function toItem(source: Source, name: string, dueMs: number): QueueItem {
  const { tree, asked, timeOriginMs } = source;
  const path = `${source.path}/${name}`;
  const node = tree.getNode(path);
  const lock = asked?.lockPath == null ? undefined : tree.getNode(`${asked.lockPath}/${name}`);
  return {
    name,
    path,
    preview: previewItems(node?.data ?? null),
    priority: priorityIn(name),
    dueUs: dueMs === 0 ? null : (dueMs - timeOriginMs) * 1000,
    worker: lock === undefined ? null : ownerOf(source, lock.ephemeralOwner),
  };
}

function previewItems(data: Uint8Array | null): string {
  const items = decodeItems(data);
  if (items === null) return 'no item';
  const [first, ...others] = items;
  const more = others.length === 0 ? '' : ` +${others.length}`;
  return first === undefined ? 'empty' : `${previewData(first, PREVIEW_LENGTH)}${more}`;
}

function priorityIn(name: string): number | null {
  const [, , digits] = PRIORITY.exec(name) ?? [];
  return digits === undefined ? null : Number.parseInt(digits, 16) | 0;
}
