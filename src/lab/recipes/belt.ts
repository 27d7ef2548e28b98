/** What is in a queue, in the order in which it is taken, and who takes it. */

import { sortedBySequence } from '../../recipes/ProtectedNode.ts';
import { decodeItems } from '../../recipes/queueItems.ts';
import { inOrder, type Queued } from '../../recipes/queueNames.ts';
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

/** Begins the names of a simple queue. */
const ELEMENT = 'qn-';
const PRIORITY = /^queue-([01])([0-9A-F]{8})\d{10}$/;
const RECEIPT = /^_c_[0-9a-f-]{36}-receipt$/;

export function queueView(source: Source): QueueView {
  return viewOf(source, 'queue', inOrder(childrenOf(source)));
}

export function simpleQueueView(source: Source): QueueView {
  const elements = childrenOf(source).filter((name) => name.startsWith(ELEMENT));
  const line = sortedBySequence(elements, ELEMENT).map((name) => ({ name, dueMs: 0 }));
  return viewOf(source, 'simpleQueue', line);
}

const childrenOf = ({ tree, path }: Source): readonly string[] => [
  ...(tree.getNode(path)?.children ?? []),
];

function viewOf(source: Source, recipe: string, line: readonly Queued[]): QueueView {
  const children = childrenOf(source);
  const receipts = children.filter((name) => RECEIPT.test(name)).length;
  const { asked } = source;
  return {
    type: 'queue',
    count: line.length,
    items: line.slice(0, ITEMS_SHOWN).map((queued) => toItem(source, queued)),
    foreignCount: children.length - line.length - receipts,
    consumers: participantsIn(source, recipe).filter(
      ({ client, step }) => asked?.consumers.has(client) === true || step.startsWith('wait'),
    ),
  };
}

function toItem(source: Source, { name, dueMs }: Queued): QueueItem {
  const { tree, asked, timeOriginMs } = source;
  const path = `${source.path}/${name}`;
  const node = tree.getNode(path);
  const lock = asked?.lockPath == null ? undefined : tree.getNode(`${asked.lockPath}/${name}`);
  return {
    name,
    path,
    preview: name.startsWith(ELEMENT)
      ? previewData(node?.data ?? null, PREVIEW_LENGTH)
      : previewItems(node?.data ?? null),
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
