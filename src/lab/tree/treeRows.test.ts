import { describe, expect, it } from 'vitest';
import { utf8Encode } from '../../base/utf8.ts';
import { OPEN_ACL_UNSAFE } from '../../protocol/acl.ts';
import { makeZxid } from '../../protocol/zxid.ts';
import { DataTree } from '../../server/tree/DataTree.ts';
import { shortPath } from '../format.ts';
import {
  advanceRows,
  expireRows,
  MARK_MS,
  nextExpiryMs,
  shownRows,
  stillRows,
} from './liveRows.ts';
import { findByName, splitSequence, treeMove, treeRows } from './treeRows.ts';

const NOTHING = new Set<string>();
const SYSTEM = new Set(['/zookeeper']);

function treeOf(...paths: readonly string[]): DataTree {
  const tree = new DataTree();
  for (const [index, path] of paths.entries()) create(tree, path, index + 1);
  return tree;
}

function create(tree: DataTree, path: string, counter: number): void {
  const zxid = makeZxid(1, counter);
  tree.createNode({
    path,
    data: utf8Encode('x'),
    acl: OPEN_ACL_UNSAFE,
    ephemeralOwner: 0n,
    parentCVersion: -1,
    zxid,
    time: 0,
  });
}

const paths = (rows: ReturnType<typeof treeRows>) => rows.map((row) => row.path);

describe('tree rows', () => {
  it('lists parents first and siblings by name', () => {
    const tree = treeOf('/b', '/a', '/a/z', '/a/y');
    const all = ['/', '/a', '/a/y', '/a/z', '/b', '/zookeeper'];
    expect(paths(treeRows(tree, SYSTEM))).toEqual(all);
    const row = treeRows(tree, NOTHING)[2];
    expect(row).toMatchObject({ name: 'y', depth: 2, position: 1, siblingCount: 2 });
  });

  it("sorts Curator's znodes by their sequence, not by the identifier before it", () => {
    const id = '-2222-4333-8444-555566667777-lock-000000000';
    const tree = treeOf('/l', `/l/_c_ffff0000${id}1`, `/l/_c_aaaa0000${id}2`);
    const digits = treeRows(tree, SYSTEM).map(({ name }) => name.at(-1));
    expect(digits.slice(2, 4)).toEqual(['1', '2']);
  });

  it('leaves out what is under a collapsed znode', () => {
    const rows = treeRows(treeOf('/a', '/a/b'), new Set(['/a', '/zookeeper']));
    expect(paths(rows)).toEqual(['/', '/a', '/zookeeper']);
    expect(rows[1]).toMatchObject({ childCount: 1, isExpanded: false });
  });

  it('splits off the digits that tell sequential znodes apart', () => {
    expect(splitSequence('lock-0000000007')).toEqual(['lock-000000', '0007']);
    expect(splitSequence('v2')).toEqual(['v2', '']);
    expect(shortPath('_c_0f3a1111-2222-4333-8444-555566667777-lock-0000000007')).toBe(
      '…lock-0000000007',
    );
  });

  it('moves as the ARIA tree pattern says', () => {
    const rows = treeRows(treeOf('/a', '/a/b', '/c'), SYSTEM);
    const move = (key: string, index: number) => treeMove(key, rows, index, 10);
    expect(move('ArrowDown', 0)).toEqual({ type: 'go', path: '/a' });
    expect(move('ArrowRight', 1)).toEqual({ type: 'go', path: '/a/b' });
    expect(move('ArrowLeft', 2)).toEqual({ type: 'go', path: '/a' });
    expect(move('ArrowLeft', 1)).toEqual({ type: 'collapse', path: '/a' });
    expect(move('ArrowRight', 4)).toEqual({ type: 'expand', path: '/zookeeper' });
    expect(move('End', 0)).toEqual({ type: 'go', path: '/zookeeper' });
    expect(move('ArrowLeft', 0)).toEqual({ type: 'collapse', path: '/' });
    expect(move('x', 0)).toBeNull();
    expect(findByName(rows, 0, 'Z')).toBe(4);
    expect(findByName(rows, 4, 'a')).toBe(1);
    expect(findByName(rows, 0, 'nobody')).toBe(-1);
  });
});

describe('live rows', () => {
  const view = 'committed';

  it('marks what was created and changed, and keeps what was deleted as a ghost', () => {
    const tree = treeOf('/a', '/a/old', '/b');
    const before = stillRows(treeRows(tree, SYSTEM), view);
    create(tree, '/a/new', 10);
    tree.setData('/b', utf8Encode('y'), { version: 1, zxid: makeZxid(1, 11), time: 0 });
    tree.deleteNode('/a/old', makeZxid(1, 12));
    const live = advanceRows(before, treeRows(tree, SYSTEM), view, 1000);

    expect(live.marks.get('/a/new')?.type).toBe('created');
    expect(live.marks.get('/b')).toMatchObject({ type: 'changed', before: utf8Encode('x') });
    expect(live.marks.size).toBe(2);
    expect(
      shownRows(live).map(({ row, isGhost }) => (isGhost ? `-${row.path}` : row.path)),
    ).toEqual(['/', '/a', '-/a/old', '/a/new', '/b', '/zookeeper']);
  });

  it('keeps a whole deleted branch in its place', () => {
    const tree = treeOf('/a', '/a/b', '/c');
    const before = stillRows(treeRows(tree, SYSTEM), view);
    tree.deleteNode('/a/b', makeZxid(1, 10));
    tree.deleteNode('/a', makeZxid(1, 11));
    const live = advanceRows(before, treeRows(tree, SYSTEM), view, 0);
    expect(shownRows(live).map(({ row }) => row.path)).toEqual([
      '/',
      '/a',
      '/a/b',
      '/c',
      '/zookeeper',
    ]);
  });

  it('forgets marks and ghosts after their time', () => {
    const tree = treeOf('/a');
    const before = stillRows(treeRows(tree, SYSTEM), view);
    create(tree, '/b', 10);
    const live = advanceRows(before, treeRows(tree, SYSTEM), view, 0);
    expect(nextExpiryMs(live)).toBe(MARK_MS);
    expect(expireRows(live, MARK_MS - 1)).toBe(live);
    const later = expireRows(live, MARK_MS);
    expect(later.marks.size).toBe(0);
    expect(nextExpiryMs(later)).toBeNull();
  });

  it('marks nothing when another tree is looked at', () => {
    const before = stillRows(treeRows(treeOf('/a'), SYSTEM), view);
    const live = advanceRows(before, treeRows(treeOf('/b'), SYSTEM), 'S2', 0);
    expect([live.marks.size, live.ghosts.length]).toEqual([0, 0]);
  });
});
