import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex } from '../../base/bytes.ts';
import type { Result } from '../../base/result.ts';
import { attemptDecode } from '../../protocol/codec.ts';
import type { DecodeError } from '../../protocol/DecodeError.ts';
import { JuteReader } from '../../protocol/JuteReader.ts';
import { JuteWriter } from '../../protocol/JuteWriter.ts';
import { asZxid } from '../../protocol/zxid.ts';
import { applyTxn } from './applyTxn.ts';
import { DataTree } from './DataTree.ts';
import { deserializeTree, serializeTree } from './snapshot.ts';
import { arbitraryHistory } from './testing/arbitraryTxns.ts';
import { TreeBench } from './testing/TreeBench.ts';
import { keptFacts, quotaFacts, visible } from './testing/treeFacts.ts';

function bytesOfTree(tree: DataTree): Uint8Array {
  const w = new JuteWriter();
  serializeTree(w, tree);
  return w.toBytes();
}

function read(bytes: Uint8Array): Result<DataTree, DecodeError> {
  return attemptDecode(() => deserializeTree(new JuteReader(bytes)));
}

function restored(tree: DataTree): DataTree {
  const result = read(bytesOfTree(tree));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

it('a tree comes back as it was, and goes on alike', () => {
  fc.assert(
    fc.property(arbitraryHistory, arbitraryHistory, (history, more) => {
      const bench = new TreeBench();
      for (const { session, body } of history) bench.apply(body, session);
      const { tree } = bench;
      const copy = restored(tree);
      expect(visible(copy)).toEqual(visible(tree));
      expect(keptFacts(copy)).toEqual(keptFacts(tree));
      expect(bytesOfTree(copy)).toEqual(bytesOfTree(tree));
      more.forEach(({ session, body }, i) => {
        const header = { clientId: session, cxid: i, zxid: asZxid(1000 + i), time: i };
        expect(applyTxn(copy, header, body)).toEqual(applyTxn(tree, header, body));
      });
      expect(keptFacts(copy)).toEqual(keptFacts(tree));
    }),
    { numRuns: 80 },
  );
});

it('damaged bytes give a typed error or a tree, never an exception', () => {
  const bench = new TreeBench();
  bench.create('/a', 'text');
  bench.createEphemeral('/a/b');
  const good = bytesOfTree(bench.tree);
  for (let length = 0; length < good.length; length++) {
    expect(read(good.slice(0, length)).ok).toBe(false);
  }
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ flip;
      expect(typeof read(bad).ok).toBe('boolean');
    }),
    { numRuns: 300 },
  );
});

describe('malformed', () => {
  const STAT = '00'.repeat(60);
  const root = `00000000 00000000 ffffffffffffffff ${STAT}`;
  const a = (path: string) => `${path} ffffffff ffffffffffffffff ${STAT}`;
  const END = '00000001 2f';

  it.each([
    ['no root', `00000000 ${END}`],
    ['two roots', `00000000 ${root} ${root} ${END}`],
    ['a null path', `00000000 ${root} ffffffff 00000000 ffffffffffffffff ${STAT} ${END}`],
    ['a znode without parent', `00000000 ${root} ${a('00000004 2f612f62')} ${END}`],
    ['a znode twice', `00000000 ${root} ${a('00000002 2f61')} ${a('00000002 2f61')} ${END}`],
    ['an empty name', `00000000 ${root} ${a('00000002 2f61')} ${a('00000003 2f612f')} ${END}`],
    ['an ACL id twice', `00000002 ${'0000000000000001 00000000'.repeat(2)} ${root} ${END}`],
    ['an ACL id 0', `00000001 0000000000000000 00000000 ${root} ${END}`],
    ['no end', `00000000 ${root}`],
  ])('%s is refused', (_, hex) => {
    expect(read(fromHex(hex)).ok).toBe(false);
  });

  it('a root alone is completed with the system znodes', () => {
    const result = read(fromHex(`00000000 ${root} ${END}`));
    expect(result.ok && visible(result.value)).toEqual(visible(new DataTree()));
  });
});

describe('a snapshot taken while txns were applied', () => {
  it('closes a znode whose ACL came too late, until the replay of its create', () => {
    const acl = [{ perms: 1, id: { scheme: 'ip', id: '10.0.0.1' } }];
    const bench = new TreeBench();
    const before = bytesOfTree(bench.tree);
    bench.create('/late', '', { acl });
    const after = bytesOfTree(bench.tree);
    const acls = before.slice(0, aclBytes(before));
    const fuzzy = concatBytes(acls, after.slice(aclBytes(after)));
    const result = read(fuzzy);
    if (!result.ok) throw new Error(result.error.message);
    const tree = result.value;
    const late = tree.getNode('/late');
    expect(late && tree.getACL(late)).toEqual([
      { perms: 0, id: { scheme: 'world', id: 'anyone' } },
    ]);
    const header = { clientId: 0n, cxid: 0, zxid: asZxid(1), time: 1 };
    const create = { type: 'create', path: '/late', data: null, acl, ephemeral: false } as const;
    applyTxn(tree, header, { ...create, parentCVersion: 1 });
    expect(late && tree.getACL(late)).toEqual(acl);
    expect(keptFacts(tree)).toEqual(keptFacts(bench.tree));
  });
});

it('usage of quotas is counted anew', () => {
  const bench = new TreeBench();
  bench.create('/q', 'abc');
  bench.create('/zookeeper/quota/q');
  bench.create('/zookeeper/quota/q/zookeeper_limits', 'count=1,bytes=1');
  bench.create('/zookeeper/quota/q/zookeeper_stats', '');
  bench.set('/zookeeper/quota/q/zookeeper_stats', 'count=7,bytes=7');
  const copy = restored(bench.tree);
  expect(quotaFacts(copy, '/q')).toEqual(['count=1,bytes=3', 'count=1,bytes=3']);
  expect(copy.quotaPathFor('/q/below')).toBe('/q');
});

/** Where the znodes begin. */
function aclBytes(bytes: Uint8Array): number {
  const r = new JuteReader(bytes);
  const count = r.int();
  for (let i = 0; i < count; i++) {
    r.long();
    for (let entries = r.int(); entries > 0; entries--) {
      r.int();
      r.ustring();
      r.ustring();
    }
  }
  return r.offset;
}
