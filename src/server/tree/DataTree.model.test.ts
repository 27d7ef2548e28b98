import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OPEN_ACL_UNSAFE } from '../../protocol/acl.ts';
import type { DataTree } from './DataTree.ts';
import { ephemeralType } from './EphemeralType.ts';
import { limitPath, statPath } from './quota.ts';
import { arbitraryHistory } from './testing/arbitraryTxns.ts';
import { ReferenceTree } from './testing/ReferenceTree.ts';
import { TreeBench } from './testing/TreeBench.ts';
import { countedFacts, keptFacts, quotaFacts } from './testing/treeFacts.ts';

const SANDBOX = '/sandbox';

/** What the reference says of every znode, in its words. */
function described(tree: DataTree) {
  return [...tree.walk(SANDBOX)].map(([path, node]) => {
    const type = ephemeralType(node.ephemeralOwner);
    const owner = type === 'none' ? null : type === 'session' ? node.ephemeralOwner : type;
    const { data, version, aversion, cversion: creates } = node;
    const times = { born: node.czxid, changed: node.mzxid, touched: node.pzxid };
    const acl = tree.getACL(node);
    const children = node.sortedChildren();
    const stat = node.stat();
    expect([node.ctime, node.mtime]).toEqual([node.czxid, node.mzxid]);
    expect(stat.cversion).toBe(2 * creates - children.length);
    expect(stat.ephemeralOwner).toBe(type === 'session' ? node.ephemeralOwner : 0n);
    return { path, data, acl, ...times, version, creates, aversion, owner, children };
  });
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

it('any history gives the tree that the plain reference gives', () => {
  fc.assert(
    fc.property(arbitraryHistory, (history) => {
      const bench = new TreeBench();
      const reference = new ReferenceTree();
      bench.create(SANDBOX);
      const root = {
        data: new Uint8Array(0),
        acl: OPEN_ACL_UNSAFE,
        ...{ born: 1, changed: 1, touched: 1, version: 0, creates: 0, aversion: 0, owner: null },
      };
      reference.entries.set('', root);
      history.forEach(({ session, body }, i) => {
        bench.apply(inSandbox(body), session);
        reference.apply(body, session, i + 2);
      });
      const expected = [...reference.entries].map(([path, entry]) => ({
        path: SANDBOX + path,
        ...entry,
        children: reference.childrenOf(path),
      }));
      expect(described(bench.tree).sort(byPath)).toEqual(expected.sort(byPath));
    }),
    { numRuns: 150 },
  );
});

it('what is kept incrementally is what a walk would count', () => {
  fc.assert(
    fc.property(arbitraryHistory, (history) => {
      const bench = new TreeBench();
      for (const quotaPath of ['/a', '/a/x']) {
        bench.create(`/zookeeper/quota${quotaPath}`);
        bench.create(limitPath(quotaPath), 'count=2,bytes=2');
      }
      bench.create(statPath('/a/x'), '');
      bench.delete(limitPath('/a'));
      for (const { session, body } of history) {
        bench.apply(body, session);
        expect(keptFacts(bench.tree)).toEqual(countedFacts(bench.tree));
        const quota = quotaFacts(bench.tree, '/a/x');
        expect(quota?.[0]).toBe(quota?.[1]);
      }
    }),
    { numRuns: 100 },
  );
});

/** The same txn one level down, so that the system znodes stay out of it. */
function inSandbox<T>(value: T): T {
  if (Array.isArray(value)) return value.map(inSandbox) as T;
  if (typeof value === 'string' && value.startsWith('/')) return (SANDBOX + value) as T;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inSandbox(v)])) as T;
}
