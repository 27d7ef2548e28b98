/** Refused where it arrives. Source: EagerACLFilterTest. */

import { expect, it } from 'vitest';
import { OPEN } from './testing/TestClient.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const NOAUTH = -102;
const NOBODY = [{ perms: 31, id: { scheme: 'ip', id: '1.1.1.1' } }] as const;

const REFUSED = [
  { type: 'create', path: '/a/b', data: null, acl: OPEN, flags: 0 },
  { type: 'create2', path: '/a/b', data: null, acl: OPEN, flags: 0 },
  { type: 'delete', path: '/a/c', version: -1 },
  { type: 'setData', path: '/a', data: null, version: -1 },
  { type: 'setACL', path: '/a', acl: OPEN, version: -1 },
] as const;

function prepared(eagerACLCheckEnabled: boolean) {
  const ensemble = new TestEnsemble(2, { eagerACLCheckEnabled });
  const c = ensemble.server(2).connect();
  c.create('/a');
  c.create('/a/c');
  c.call({ type: 'setACL', path: '/a', acl: NOBODY, version: -1 });
  return { ensemble, c };
}

it.each(REFUSED)('$type is refused without a txn, its zxid is 0', (request) => {
  const { ensemble, c } = prepared(true);
  const before = ensemble.leader.database.lastProcessedZxid;
  expect(c.call(request)).toMatchObject({ err: NOAUTH, zxid: 0 });
  expect(ensemble.leader.database.lastProcessedZxid).toBe(before);
});

it.each(REFUSED)('$type takes a txn to be refused when that is off', (request) => {
  const { ensemble, c } = prepared(false);
  const before = ensemble.leader.database.lastProcessedZxid;
  expect(c.call(request)).toMatchObject({ err: NOAUTH, zxid: before + 1 });
});

it('lets through what is allowed, what is not there and what it cannot judge', () => {
  const { c } = prepared(true);
  expect(c.createErr('/b')).toBe(0);
  expect(c.createErr('/nothing/b')).toBe(-101);
  expect(c.createErr('no path')).toBe(-8);
  expect(c.err({ type: 'multi', ops: [] })).toBe(0);
});
