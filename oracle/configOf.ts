/** A setting in the words of our servers. */

import { DEFAULT_CONFIG, type ServerConfig } from '../src/server/config.ts';
import { SUPER_DIGEST } from './ensemble.mjs';
import { ENFORCED_SCHEMES, SASL_SUPER_USER, SASL_USERS } from './sasl.ts';
import type { Setting } from './Wire.ts';

export function configOf(setting: Setting): Omit<ServerConfig, 'sid' | 'peers'> {
  return {
    ...DEFAULT_CONFIG,
    tickTimeMs: setting.tickTimeMs,
    minSessionTimeoutMs: 2 * setting.tickTimeMs,
    maxSessionTimeoutMs: setting.maxSessionTimeoutMs,
    extendedTypesEnabled: setting.extendedTypesEnabled,
    enforceQuota: setting.enforceQuota,
    containerCheckIntervalMs: setting.containerCheckIntervalMs,
    requestThrottleMaxRequests: setting.requestThrottleMaxRequests,
    eagerACLCheckEnabled: setting.eagerACLCheckEnabled,
    digestAuthEnabled: setting.digestAuthEnabled,
    superDigest: setting.hasSuperUser ? SUPER_DIGEST : null,
    sasl:
      setting.sasl === 'off'
        ? null
        : {
            users: SASL_USERS,
            superUsers: [SASL_SUPER_USER],
            allowFailedClients: setting.sasl === 'allowed',
          },
    enforceAuthSchemes: setting.sasl === 'required' ? ENFORCED_SCHEMES : [],
    fourLetterWords: setting.fourLetterWords,
    maxClientCnxns: setting.maxClientCnxns,
    reconfigEnabled: setting.reconfigEnabled,
    readOnlyModeEnabled: setting.readOnlyModeEnabled,
    localSessionsEnabled: setting.localSessions !== 'off',
    localSessionsUpgradingEnabled: setting.localSessions === 'upgraded',
  };
}
