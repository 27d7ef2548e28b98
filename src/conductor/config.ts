/** What a run starts from: with the seed and the actions it determines everything that happens. */

import { DEFAULT_CONFIG, type PeerSpec, type ServerConfig } from '../server/config.ts';
import type { DiskFiles } from '../server/disk.ts';

export interface EnsembleConfig {
  readonly seed: number;
  /** Voting members, sids 1..participants. */
  readonly participants: number;
  /** Observers, with the sids after those. */
  readonly observers: number;
  /** One way, drawn evenly per message; the smallest is also the longest window. */
  readonly latencyUs: { readonly min: number; readonly max: number };
  /** From `persist` to `persisted`. */
  readonly diskLatencyUs: number;
  /** What every server's disk holds at first. Left out: nothing. */
  readonly files?: DiskFiles;
  /** Where each server is, in order of sid; see PeerSpec. Left out: as in a lab. */
  readonly addresses?: readonly string[];
  /** All that servers share; see ServerConfig. */
  readonly server: Omit<ServerConfig, 'sid' | 'peers' | 'seed'>;
}

const { seed: _, ...SERVER_DEFAULTS } = DEFAULT_CONFIG;

export const DEFAULT_ENSEMBLE: EnsembleConfig = {
  seed: 1,
  participants: 5,
  observers: 0,
  latencyUs: { min: 10_000, max: 14_000 },
  diskLatencyUs: 3_000,
  server: { ...SERVER_DEFAULTS, enforceQuota: true },
};

/**
 * What each server is told, in order of sid. The seed is the run's: each life of a server draws
 * its own from it.
 */
export function serverConfigs(config: EnsembleConfig): readonly ServerConfig[] {
  const { seed, participants, observers, addresses = [], server } = config;
  const peers: PeerSpec[] = [];
  for (let sid = 1; sid <= participants + observers; sid++) {
    const role = sid <= participants ? 'participant' : 'observer';
    const address = addresses[sid - 1];
    peers.push(address === undefined ? { sid, role } : { sid, role, address });
  }
  return peers.map(({ sid }) => ({ ...server, sid, peers, seed }));
}
