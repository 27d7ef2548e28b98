/**
 * What a reconfig must be, and what it is answered with. Source: ReconfigExceptionTest,
 * ReconfigTest.
 */

import { describe, expect, it } from 'vitest';
import { utf8Decode } from '../../base/utf8.ts';
import type { RequestOf } from '../../protocol/requests.ts';
import { asZxid, NO_ZXID } from '../../protocol/zxid.ts';
import type { PeerSpec, ServerConfig } from '../config.ts';
import { formatConfig } from '../DynamicConfig.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const SUPER = 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=';
const PEERS: readonly PeerSpec[] = [1, 2, 3].map((sid) => ({ sid, role: 'participant' }));

type Reconfig = RequestOf<'reconfig'>;

const NOTHING: Reconfig = {
  type: 'reconfig',
  joiningServers: null,
  leavingServers: null,
  newMembers: null,
  curConfigId: NO_ZXID,
};

function reconfigurable(options: Partial<ServerConfig> = {}) {
  const ensemble = new TestEnsemble(3, {
    peers: PEERS,
    reconfigEnabled: true,
    superDigest: SUPER,
    ...options,
  });
  const c = ensemble.server(2).connect();
  c.auth('super:test');
  return { ensemble, c };
}

function ask(change: Partial<Reconfig>, options: Partial<ServerConfig> = {}): number {
  return reconfigurable(options).c.err({ ...NOTHING, ...change });
}

describe('a reconfig is refused', () => {
  it.each([
    ['where it is disabled', -123, {}, { reconfigEnabled: false }],
    ['on a single server', -6, {}, { peers: PEERS.slice(0, 1) }],
    ['from another version', -103, { curConfigId: asZxid(5) }, {}],
    ['for a line that is none', -8, { newMembers: 'server.1=here' }, {}],
    ['for a key that is none', -8, { newMembers: 'color=red' }, {}],
    ['for a single voter with observers', -5, { newMembers: two('observer') }, {}],
    ['for a single voter', -8, { leavingServers: '1,2' }, {}],
    ['for a leaving server without a number', -5, { leavingServers: 'two' }, {}],
    ['for a joining server without a number', -5, { joiningServers: 'server.x=d:1:2;3' }, {}],
    ['for a joining server without an equals sign', -8, { joiningServers: 'server.4' }, {}],
    ['for a joining server without a client port', -8, { joiningServers: 'server.4=d:1:2' }, {}],
    ['for an address that is taken', -8, { joiningServers: 'server.4=10.0.0.1:2888:1;2' }, {}],
    ['without a quorum in sync', -13, { newMembers: members(1, 2, 8, 9) }, {}],
    ['by parts, of a hierarchy', -8, { leavingServers: '3' }, { peers: hierarchy() }],
  ] as const)('%s', (_what, error, change, options) => {
    expect(ask(change, options)).toBe(error);
  });

  it('from everybody but the super user', () => {
    const { ensemble } = reconfigurable();
    expect(ensemble.leader.connect().err({ ...NOTHING, leavingServers: '3' })).toBe(-102);
  });

  it('while another is under way', () => {
    const { ensemble, c } = reconfigurable();
    ensemble.leader.database.configs.setLastSeen({ peers: PEERS, version: asZxid(9) });
    expect(c.err({ ...NOTHING, leavingServers: '3' })).toBe(-14);
  });
});

describe('a reconfig', () => {
  it.each([
    ['leaving', { leavingServers: '3' }, members(1, 2)],
    ['leaving who is not there', { leavingServers: '7, 3' }, members(1, 2)],
    ['asking for nothing', {}, members(1, 2, 3)],
    ['joining', { joiningServers: 'server.4=10.0.0.4:2888:3888;2181' }, members(1, 2, 3, 4)],
    [
      'another role',
      { joiningServers: 'server.3=10.0.0.3:2888:3888:observer;0.0.0.0:2181' },
      members(1, 2, 3).replace(/(server\.3.*)participant/, '$1observer'),
    ],
    ['in full, with commas', { newMembers: members(2, 3).replaceAll('\n', ',') }, members(2, 3)],
  ] as const)('%s: the answer is the new configuration', (_what, change, expected) => {
    const { ensemble, c } = reconfigurable();
    const watcher = ensemble.server(3).connect();
    watcher.get('/zookeeper/config', true);
    const reply = c.ok({ ...NOTHING, ...change });
    const version = ensemble.leader.database.lastProcessedZxid;
    const text = expected.replace(/version=0$/, `version=${version.toString(16)}`);
    expect(utf8Decode(reply.data ?? new Uint8Array(0))).toBe(text);
    expect(reply.stat).toMatchObject({ mzxid: version, version: -1, czxid: 0 });
    expect(watcher.takeEvents()).toEqual(['NodeDataChanged /zookeeper/config']);
    expect(watcher.get('/zookeeper/config')).toBe(text);
  });

  it('has its digest, like every txn', () => {
    const { ensemble, c } = reconfigurable();
    c.ok({ ...NOTHING, leavingServers: '3' });
    c.create('/a');
    const [first, second] = ensemble.servers.map(({ database }) => database.tree.digest());
    expect(first).toBe(second);
  });
});

function members(...sids: readonly number[]): string {
  return formatConfig({
    peers: sids.map((sid) => ({ sid, role: 'participant' })),
    version: asZxid(0),
  });
}

function two(role: string): string {
  return `server.1=a:1:2:participant;3\nserver.2=b:1:2:${role};3`;
}

function hierarchy(): readonly PeerSpec[] {
  return PEERS.map((peer) => ({ ...peer, group: peer.sid }));
}
