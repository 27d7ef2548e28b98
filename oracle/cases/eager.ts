/** Writes that an ACL forbids, where servers refuse them before the leader is asked. */

import {
  acl,
  auth,
  type Case,
  children,
  close,
  connect,
  create,
  create2,
  createContainer,
  createTTL,
  del,
  get,
  multi,
  on,
  READ_ONLY,
  set,
  setACL,
  sync,
} from '../Case.ts';

/** Of bob:secret. */
const BOB = acl('digest', 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=');
const ANYONE = acl('world', 'anyone', 1);

export const eagerCases: readonly Case[] = (['leader', 'follower'] as const).map((target) => ({
  name: `writes without permission through a ${target}`,
  lines: [],
  steps: [
    create('/t/bob', { acl: [BOB, ANYONE] }),
    create('/t/bob/x', { acl: [BOB, ANYONE] }),
    create('/t/open', { acl: READ_ONLY }),
    connect('b', { server: target }),
    on('b', sync('/t')),
    ...[
      create('/t/bob/a'),
      create2('/t/bob/a'),
      create('/t/bob/s-', { flags: 3 }),
      createContainer('/t/bob/a'),
      createTTL('/t/bob/a', 1000),
      create('/t/no/a'),
      create('/t/bob/x'),
      create('/t/bob/a', { acl: [] }),
      create('/t/bob/a', { flags: 77 }),
      set('/t/bob', 'x'),
      set('/t/bob', 'x', 7),
      set('/t/no', 'x'),
      del('/t/bob/x'),
      del('/t/bob/no'),
      del('/t/bob'),
      del('/'),
      setACL('/t/bob', [ANYONE]),
      setACL('/t/bob', []),
      setACL('/t/no', [ANYONE]),
      multi(create('/t/bob/a'), set('/t/open', 'x')),
      set('/t/open', 'x'),
      create('/zookeeper/quota/x'),
      set('/zookeeper/config', 'x'),
    ].map((request) => on('b', request)),
    auth('bob:secret', { name: 'b' }),
    on('b', create('/t/bob/a'), set('/t/bob', 'y'), del('/t/bob/x'), setACL('/t/bob', [ANYONE])),
    on('b', create('/t/bob/b')),
    on('b', children('/t/bob'), get('/t/bob'), close),
  ],
}));
