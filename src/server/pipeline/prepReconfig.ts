/**
 * reconfig: what is checked, in ZooKeeper's order, and the txn. Its data is the whole new
 * configuration, be it asked for as a change or in full.
 * Source: PrepRequestProcessor.pRequest2Txn (reconfig), ReconfigExceptionTest.
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import { utf8Encode } from '../../base/utf8.ts';
import { Perms } from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import type { RequestOf } from '../../protocol/requests.ts';
import type { PeerSpec, Sid } from '../config.ts';
import {
  addressesOf,
  type DynamicConfig,
  formatConfig,
  parseConfig,
  parsePeer,
} from '../DynamicConfig.ts';
import type { QuorumConfigs } from '../database.ts';
import { checkACL } from '../tree/acl.ts';
import { CONFIG_NODE } from '../tree/systemPaths.ts';
import type { Prepared, PrepStep } from './PrepStep.ts';

const ANY_VERSION = -1;
/** As long as a single server means one without a quorum (standaloneEnabled). */
const VOTERS_MIN = 2;

type Op = RequestOf<'reconfig'>;

export interface Ensemble {
  readonly configs: QuorumConfigs;
  /** Whether a quorum of these is connected and in sync. */
  isQuorumSynced(peers: readonly PeerSpec[]): boolean;
}

export function prepReconfig(step: PrepStep, op: Op, ensemble: Ensemble): Prepared {
  if (!step.config.reconfigEnabled) return err(KeeperErrorCode.RECONFIGDISABLED);
  const session = step.checkSession();
  if (session !== KeeperErrorCode.OK) return err(session);
  const { committed, lastSeen } = ensemble.configs;
  if (committed.peers.length < VOTERS_MIN) return err(KeeperErrorCode.UNIMPLEMENTED);
  if (lastSeen.version !== committed.version) return err(KeeperErrorCode.RECONFIGINPROGRESS);
  if (op.curConfigId !== ANY_VERSION && op.curConfigId !== lastSeen.version) {
    return err(KeeperErrorCode.BADVERSION);
  }
  const peers = op.newMembers === null ? changed(lastSeen, op) : replaced(op.newMembers);
  if (!peers.ok) return peers;
  const voters = peers.value.filter(({ role }) => role === 'participant');
  if (voters.length < VOTERS_MIN) return err(KeeperErrorCode.BADARGUMENTS);
  if (!ensemble.isQuorumSynced(peers.value)) return err(KeeperErrorCode.NEWCONFIGNOQUORUM);
  const node = step.changes.get(CONFIG_NODE);
  if (node === null || !checkACL(node.acl, Perms.WRITE, step.authinfo)) {
    return err(KeeperErrorCode.NOAUTH);
  }
  const data = utf8Encode(formatConfig({ peers: peers.value, version: step.zxid }));
  const stat = { ...node.stat, version: -1, mzxid: step.zxid, mtime: step.timeMs };
  step.changes.set(CONFIG_NODE, { ...node, stat, data }, step.zxid);
  return ok({ type: 'reconfig', path: CONFIG_NODE, data, version: -1 });
}

type NewPeers = Result<readonly PeerSpec[], KeeperErrorCode>;

function replaced(newMembers: string): NewPeers {
  const config = parseConfig(newMembers);
  if (config.ok) return ok(config.value.peers);
  // ZooKeeper words one as a ConfigException and trips over the other.
  return err(
    config.error === 'lines' ? KeeperErrorCode.BADARGUMENTS : KeeperErrorCode.MARSHALLINGERROR,
  );
}

/** Only majorities can be changed by parts. */
function changed({ peers }: DynamicConfig, { leavingServers, joiningServers }: Op): NewPeers {
  if (peers.some(({ group }) => group !== undefined)) return err(KeeperErrorCode.BADARGUMENTS);
  const next = new Map<Sid, PeerSpec>(peers.map((peer) => [peer.sid, peer]));
  for (const leaving of listed(leavingServers)) {
    if (!/^[+-]?\d+$/.test(leaving)) return err(KeeperErrorCode.MARSHALLINGERROR);
    next.delete(Number(leaving));
  }
  for (const joining of listed(joiningServers)) {
    const parts = joining.split('=').filter((part) => part !== '');
    const [name = '', text = ''] = parts;
    if (parts.length !== 2) return err(KeeperErrorCode.BADARGUMENTS);
    const sid = /^[+-]?\d+$/.exec(name.slice(name.lastIndexOf('.') + 1).trim())?.[0];
    if (sid === undefined) return err(KeeperErrorCode.MARSHALLINGERROR);
    const peer = parsePeer(Number(sid), text.trim());
    if (peer === null || !peer.address?.includes(';')) return err(KeeperErrorCode.BADARGUMENTS);
    next.delete(peer.sid);
    if ([...next.values()].some((other) => sharesAddress(peer, other))) {
      return err(KeeperErrorCode.BADARGUMENTS);
    }
    next.set(peer.sid, peer);
  }
  return ok([...next.values()].sort((a, b) => a.sid - b.sid));
}

function listed(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function sharesAddress(a: PeerSpec, b: PeerSpec): boolean {
  const others = addressesOf(b);
  return addressesOf(a).some((address) => others.includes(address));
}
