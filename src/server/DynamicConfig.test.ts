/** The text of configurations. Source: ReconfigTest, QuorumPeerConfigTest. */

import { describe, expect, it } from 'vitest';
import { asZxid, makeZxid } from '../protocol/zxid.ts';
import type { PeerSpec } from './config.ts';
import { formatConfig, hasSamePeers, parseConfig, parsePeer } from './DynamicConfig.ts';

const PEERS: readonly PeerSpec[] = [
  { sid: 1, role: 'participant' },
  { sid: 2, role: 'participant', address: 'zoo2:2888:3888' },
  { sid: 3, role: 'observer', address: '10.1.1.3:1:2;10.1.1.3:3' },
];

const TEXT = [
  'server.1=10.0.0.1:2888:3888:participant;0.0.0.0:2181',
  'server.2=zoo2:2888:3888:participant',
  'server.3=10.1.1.3:1:2:observer;10.1.1.3:3',
  'version=100000000',
].join('\n');

describe('a configuration', () => {
  it('is printed as ZooKeeper prints it', () => {
    expect(formatConfig({ peers: PEERS, version: makeZxid(1, 0) })).toBe(TEXT);
  });

  it('is read again', () => {
    const read = parseConfig(TEXT);
    expect(read.ok && formatConfig(read.value)).toBe(TEXT);
    expect(parseConfig(TEXT.replaceAll('\n', ','))).toEqual(read);
    expect(read.ok && hasSamePeers(read.value, { peers: PEERS, version: asZxid(7) })).toBe(true);
  });

  it('may have groups and weights', () => {
    const text = [
      'server.1=a:1:2:participant;0.0.0.0:3',
      'server.2=b:1:2:participant;0.0.0.0:3',
      'group.1=1',
      'group.2=2',
      'weight.1=1',
      'weight.2=0',
      'version=0',
    ].join('\n');
    const read = parseConfig(text);
    expect(read.ok && read.value.peers.map(({ group, weight }) => [group, weight])).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(read.ok && formatConfig(read.value)).toBe(text);
  });

  it.each([
    ['color=red', 'lines'],
    ['server.1', 'lines'],
    ['server.one=a:1:2;3', 'lines'],
    ['server.300=a:1:2;3', 'lines'],
    ['server.1=a:1:2;3\ngroup.1=1\nserver.2=b:1:2;3', 'lines'],
    ['server.1=a:1:2:observer;3', 'participants'],
    ['server.1=a:1:2;3\nserver.2=b:1:2:observer;3', 'participants'],
  ])('%j is refused', (text, problem) => {
    expect(parseConfig(text)).toEqual({ ok: false, error: problem });
  });
});

describe('a specification', () => {
  it.each([
    ['a:1:2', 'a:1:2', 'participant'],
    ['a:1:2;3', 'a:1:2;0.0.0.0:3', 'participant'],
    ['a:1:2:OBSERVER;b:3', 'a:1:2;b:3', 'observer'],
  ])('%s', (text, address, role) => {
    expect(parsePeer(5, text)).toEqual({ sid: 5, role, address });
  });

  it.each(['', 'a', 'a:1', 'a:1:2:voter;3', 'a:1:2;', 'a:1:2;b:c', 'a:1:70000;3', 'a:1:2:3:4;5'])(
    '%j is none',
    (text) => {
      expect(parsePeer(5, text)).toBeNull();
    },
  );
});
