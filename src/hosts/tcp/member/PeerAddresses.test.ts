import { expect, test } from 'vitest';
import { PeerAddresses } from './PeerAddresses.ts';

const MEMBER = { sid: 1, role: 'participant', address: 'zoo1:2888:3888;0.0.0.0:2181' } as const;

test('members live where the configuration says', () => {
  const addresses = new PeerAddresses([MEMBER]);
  expect(addresses.of(1, 'quorum')).toEqual({ host: 'zoo1', port: 2888 });
  expect(addresses.of(1, 'election')).toEqual({ host: 'zoo1', port: 3888 });
  addresses.learn({ sid: 1, addresses: ['elsewhere:1'] });
  expect(addresses.of(1, 'election')).toEqual({ host: 'zoo1', port: 3888 });
});

test('a later configuration adds and moves', () => {
  const addresses = new PeerAddresses([MEMBER]);
  addresses.adopt('server.2=zoo2:2889:3889:participant\nserver.3=zoo3:1:2:participant\nversion=5');
  addresses.adopt('server.2=zoo2:4:5:participant\nserver.3=zoo3:1:2:participant\nversion=6');
  addresses.adopt('no configuration');
  expect(addresses.of(1, 'quorum')).toEqual({ host: 'zoo1', port: 2888 });
  expect(addresses.of(2, 'quorum')).toEqual({ host: 'zoo2', port: 4 });
});

test('who is no member is dialled back where it says, but for its quorum port', () => {
  const addresses = new PeerAddresses([MEMBER]);
  addresses.learn({ sid: 7, addresses: ['[::1]:3888', 'other:1'] });
  expect(addresses.of(7, 'election')).toEqual({ host: '::1', port: 3888 });
  expect(addresses.of(7, 'quorum')).toBe(null);
});

test.each(['0.0.0.0:3888', '[::]:3888'])('%s says nothing', (address) => {
  const addresses = new PeerAddresses([]);
  addresses.learn({ sid: 7, addresses: [address] });
  expect(addresses.of(7, 'election')).toBe(null);
});
