/** The bytes that ZooKeeper 3.8.0's own Java classes wrote for the same values. */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../base/bytes.ts';
import { READ_ACL_UNSAFE } from './acl.ts';
import type { Codec } from './codec.ts';
import { decode, encode } from './codec.ts';
import { WatcherEvent } from './events.ts';
import { MultiRequest, MultiResponse } from './multi.ts';
import { LearnerInfo, QuorumPacket } from './quorumPackets.ts';
import * as records from './records.ts';
import { type Stat, StatPersisted } from './stat.ts';
import javaVectors from './testing/javaVectors.json' with { type: 'json' };
import type { TxnBody } from './txns.ts';
import { decodeTxn, TxnCodec } from './txns.ts';
import { asZxid, makeZxid, NO_ZXID, ZERO_ZXID } from './zxid.ts';

type VectorName = keyof typeof javaVectors;

const data = Uint8Array.of(1, 0xfe);
const passwd = new Uint8Array(16).fill(9, 0, 1);
const acl = READ_ACL_UNSAFE;
const ab = ['/a', '/b'];
const sessionId = 0x100000000000001n;
const stat: Stat = {
  czxid: makeZxid(1, 2),
  mzxid: makeZxid(1, 3),
  ctime: 1_700_000_000_000,
  mtime: 1_700_000_000_001,
  version: 1,
  cversion: 2,
  aversion: 3,
  ephemeralOwner: sessionId,
  dataLength: 5,
  numChildren: 6,
  pzxid: makeZxid(1, 4),
};
const { dataLength, numChildren, ...statPersisted } = stat;

interface Vector {
  readonly name: VectorName;
  readonly encoded: Uint8Array;
  readonly decoded: unknown;
  readonly value: unknown;
}

function vector<T>(name: VectorName, codec: Codec<T>, value: T): Vector {
  const result = decode(codec, fromHex(javaVectors[name]));
  return { name, encoded: encode(codec, value), decoded: result.ok && result.value, value };
}

const txn = (name: VectorName, body: TxnBody): Vector => {
  const header = { clientId: sessionId, cxid: 7, zxid: makeZxid(1, 2), time: 1_700_000_000_000 };
  const digest = body.type === 'error' ? null : { version: 2, treeDigest: -7n };
  return vector(name, TxnCodec, { header, body, digest });
};

const vectors: readonly Vector[] = [
  vector('ConnectRequest', records.ConnectRequest, {
    protocolVersion: 0,
    lastZxidSeen: makeZxid(1, 2),
    timeOut: 4000,
    sessionId,
    passwd,
    readOnly: null,
  }),
  vector('ConnectResponse', records.ConnectResponse, {
    protocolVersion: 0,
    timeOut: 4000,
    sessionId: -2n,
    passwd,
    readOnly: null,
  }),
  vector('RequestHeader', records.RequestHeader, { xid: 7, type: 14 }),
  vector('ReplyHeader', records.ReplyHeader, { xid: -1, zxid: NO_ZXID, err: -101 }),
  vector('CreateRequestNulls', records.CreateRequest, {
    path: '/a',
    data: null,
    acl: null,
    flags: 0,
  }),
  vector('CreateTTLRequest', records.CreateTTLRequest, {
    path: '/a',
    data: new Uint8Array(0),
    acl,
    flags: 5,
    ttl: 1000,
  }),
  vector('DeleteRequest', records.VersionedPath, { path: '/a', version: -1 }),
  vector('GetDataRequest', records.WatchedPath, { path: '/a', watch: true }),
  vector('SetDataRequest', records.SetDataRequest, { path: '/a', data, version: 4 }),
  vector('SetACLRequest', records.SetACLRequest, { path: '/a', acl, version: 4 }),
  vector('ReconfigRequest', records.ReconfigRequest, {
    joiningServers: 'x',
    leavingServers: null,
    newMembers: '',
    curConfigId: makeZxid(2, 0),
  }),
  vector('SetWatches2', records.SetWatches2, {
    relativeZxid: asZxid(5),
    dataWatches: ab,
    existWatches: [],
    childWatches: ['/c'],
    persistentWatches: ab,
    persistentRecursiveWatches: ab,
  }),
  vector('AddWatchRequest', records.AddWatchRequest, { path: '/a', mode: 1 }),
  vector('RemoveWatchesRequest', records.WatchesRequest, { path: '/a', watcherType: 3 }),
  vector('AuthPacket', records.AuthPacket, { authType: 0, scheme: 'digest', auth: data }),
  vector('GetChildren2Response', records.GetChildren2Response, { children: ab, stat }),
  vector('GetDataResponse', records.DataResponse, { data, stat }),
  vector('WatcherEvent', WatcherEvent, { type: 3, state: 3, path: '/a' }),
  vector('StatPersisted', StatPersisted, statPersisted),
  vector('WhoAmIResponse', records.WhoAmIResponse, {
    clientInfo: [{ scheme: 'ip', user: '127.0.0.1' }],
  }),
  vector('MultiRequest', MultiRequest, {
    ops: [
      { type: 'create', path: '/a', data, acl, flags: 1 },
      { type: 'setData', path: '/a', data, version: 2 },
      { type: 'check', path: '/b', version: 3 },
      { type: 'delete', path: '/b', version: -1 },
    ],
  }),
  vector('MultiResponse', MultiResponse, {
    results: [
      { type: 'create', path: '/a' },
      { type: 'create2', path: '/b', stat },
      { type: 'setData', stat },
      { type: 'delete' },
      { type: 'error', err: -101 },
      { type: 'getChildren', children: ab },
      { type: 'getData', data, stat },
    ],
  }),
  vector('QuorumPacket', QuorumPacket, { type: 2, zxid: makeZxid(1, 2), data, authinfo: null }),
  vector('QuorumPacketRequest', QuorumPacket, {
    type: 1,
    zxid: NO_ZXID,
    data,
    authinfo: [{ scheme: 'ip', id: '127.0.0.1' }],
  }),
  vector('LearnerInfo', LearnerInfo, {
    sid: 3,
    protocolVersion: 0x10000,
    configVersion: makeZxid(1, 0),
  }),
  txn('TxnCreate', {
    type: 'create',
    path: '/a',
    data,
    acl,
    ephemeral: true,
    parentCVersion: 3,
  }),
  txn('TxnDelete', { type: 'delete', path: '/a' }),
  txn('TxnSetData', { type: 'setData', path: '/a', data, version: 4 }),
  txn('TxnMulti', {
    type: 'multi',
    txns: [
      { type: 'create', path: '/a', data: null, acl, ephemeral: false, parentCVersion: 3 },
      { type: 'error', err: -2 },
    ],
  }),
  txn('TxnCloseSession', { type: 'closeSession', paths2Delete: ab }),
  txn('TxnError', { type: 'error', err: -101 }),
  txn('TxnCreateTTL', {
    type: 'createTTL',
    path: '/a',
    data,
    acl,
    parentCVersion: 3,
    ttl: 1000,
  }),
  txn('TxnCreateContainer', { type: 'createContainer', path: '/a', data, acl, parentCVersion: 3 }),
  txn('TxnSetACL', { type: 'setACL', path: '/a', acl, version: 2 }),
  txn('TxnCreateSession', { type: 'createSession', timeOut: 4000 }),
];

describe('bytes of the Java classes', () => {
  it.each(vectors)('$name', ({ name, encoded, decoded, value }) => {
    expect(toHex(encoded)).toBe(javaVectors[name]);
    expect(decoded).toEqual(value);
  });

  it('writes a supplementary character as two surrogates', () => {
    const value = { path: '/é😀', data, acl, flags: 3 };
    expect(toHex(encode(records.CreateRequest, value))).toBe(javaVectors.CreateRequest);
  });

  it('reads a create txn of an old log, which lacks parentCVersion', () => {
    expect(decodeTxn(fromHex(javaVectors.TxnCreateV0))).toMatchObject({
      ok: true,
      value: {
        body: { type: 'create', path: '/a', data, acl, ephemeral: true, parentCVersion: -1 },
        digest: null,
      },
    });
  });

  it('reads a closeSession txn without a body', () => {
    const header = { clientId: 1n, cxid: 7, zxid: ZERO_ZXID, time: 0 };
    const full = encode(TxnCodec, {
      header,
      body: { type: 'closeSession', paths2Delete: [] },
      digest: null,
    });
    expect(decodeTxn(full.subarray(0, full.length - 4))).toEqual(decodeTxn(full));
  });

  it('uses every vector', () => {
    const used = new Set<string>(vectors.map((v) => v.name));
    for (const name of ['CreateRequest', 'TxnCreateV0']) used.add(name);
    expect([...used].sort()).toEqual(Object.keys(javaVectors).sort());
  });
});
