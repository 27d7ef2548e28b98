/**
 * The dynamic configuration on the disk: the one in force, and a newer one that is not known to be
 * committed. Text as `DynamicConfig.ts` writes it.
 * Source: QuorumPeer.setQuorumVerifier, setLastSeenQuorumVerifier.
 *
 * Invariant: whoever has a reconfiguration in its history has that configuration, or a later one,
 * as `lastSeen`. So whatever is decided after it is decided by quorums of both.
 */

import type { Result } from '../../base/result.ts';
import { err, ok } from '../../base/result.ts';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import { ZERO_ZXID } from '../../protocol/zxid.ts';
import type { ServerConfig } from '../config.ts';
import { type DynamicConfig, formatConfig, parseConfig } from '../DynamicConfig.ts';
import type { QuorumConfigs } from '../database.ts';
import type { DiskFiles, DiskOp } from '../disk.ts';
import type { RecoveryError } from './RecoveryError.ts';

const COMMITTED = 'zoo.cfg.dynamic';
const NEXT = 'zoo.cfg.dynamic.next';
/** Files that hold a configuration, the one in force last. */
export const CONFIG_FILES = [NEXT, COMMITTED] as const;

export interface StoredConfigs {
  readonly committed: DynamicConfig;
  readonly next: DynamicConfig | null;
}

export class ConfigStore implements QuorumConfigs {
  committed: DynamicConfig;
  lastSeen: DynamicConfig;
  private readonly isEnabled: boolean;
  private readonly write: (ops: readonly DiskOp[]) => void;

  /** `write`: before whatever is written later. */
  constructor(stored: StoredConfigs, isEnabled: boolean, write: (ops: readonly DiskOp[]) => void) {
    this.committed = stored.committed;
    this.lastSeen = stored.next ?? stored.committed;
    this.isEnabled = isEnabled;
    this.write = write;
  }

  setLastSeen(config: DynamicConfig): void {
    if (!this.isEnabled || config.version === this.lastSeen.version) return;
    const isPending = config.version > this.committed.version;
    this.lastSeen = isPending ? config : this.committed;
    this.write([isPending ? replace(NEXT, config) : { type: 'remove', file: NEXT }]);
  }

  /** `text`: what /zookeeper/config holds after all that is logged. */
  noteLogged(text: Uint8Array | null): void {
    const config = parseConfig(utf8Decode(text ?? new Uint8Array(0)));
    if (config.ok && config.value.version > this.lastSeen.version) this.setLastSeen(config.value);
  }

  commit(config: DynamicConfig): boolean {
    if (!this.isEnabled || config.version <= this.committed.version) return false;
    this.committed = config;
    const ops = [replace(COMMITTED, config)];
    if (config.version >= this.lastSeen.version) {
      this.lastSeen = config;
      ops.push({ type: 'remove', file: NEXT });
    }
    this.write(ops);
    return true;
  }
}

/** Without files, the configuration is the one that the server was started with. */
export function readConfigs(
  server: ServerConfig,
  files: DiskFiles,
): Result<StoredConfigs, RecoveryError> {
  const committed = readConfig(files, COMMITTED);
  if (!committed.ok) return committed;
  const next = readConfig(files, NEXT);
  if (!next.ok) return next;
  const initial = { peers: server.peers, version: ZERO_ZXID };
  return ok({ committed: committed.value ?? initial, next: next.value });
}

function replace(file: string, config: DynamicConfig): DiskOp {
  return { type: 'replace', file, bytes: utf8Encode(formatConfig(config)) };
}

function readConfig(files: DiskFiles, file: string): Result<DynamicConfig | null, RecoveryError> {
  const bytes = files.get(file);
  if (bytes === undefined) return ok(null);
  const config = parseConfig(utf8Decode(bytes));
  if (!config.ok) return err({ file, offset: 0, reason: 'no dynamic configuration' });
  const hasVoter = config.value.peers.some(({ role }) => role === 'participant');
  return hasVoter ? config : err({ file, offset: 0, reason: 'a configuration without voters' });
}
