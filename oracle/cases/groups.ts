/** Cases by the servers that they need. Within a group they run in this order on one ensemble. */

import type { Case } from '../Case.ts';
import { DEFAULT_SETTING, type Setting } from '../Wire.ts';
import { accessCases, noDigestCases } from './access.ts';
import { eagerCases } from './eager.ts';
import { ensembleCases, plainCases } from './ensemble.ts';
import {
  minorityCases,
  observerCases,
  readOnlyCases,
  restartCases,
  weightCases,
} from './failures.ts';
import { multiCases } from './multi.ts';
import { nodeCases, rootCases } from './nodes.ts';
import {
  limitCases,
  localSessionCases,
  reconfigCases,
  throttledCases,
  upgradeCases,
  wordCases,
} from './operators.ts';
import { quotaCases, reaperCases } from './quota.ts';
import { saslAllowedCases, saslCases, saslRequiredCases } from './sasl.ts';
import { expiryCases, sessionCases } from './sessions.ts';
import { watchCases } from './watches.ts';

export interface Group {
  readonly name: string;
  readonly setting: Setting;
  readonly cases: readonly Case[];
}

/** Three servers that notice soon what has happened to the others. */
const SMALL_TICK: Setting = { ...DEFAULT_SETTING, size: 3, tickTimeMs: 500 };

export const groups: readonly Group[] = [
  {
    name: 'standalone',
    setting: DEFAULT_SETTING,
    cases: [
      ...rootCases,
      ...nodeCases,
      ...accessCases,
      ...multiCases,
      ...watchCases,
      ...sessionCases,
      ...quotaCases,
    ],
  },
  {
    name: 'expiry',
    setting: { ...DEFAULT_SETTING, tickTimeMs: 500, containerCheckIntervalMs: 1000 },
    cases: [...expiryCases, ...reaperCases],
  },
  {
    name: 'ensemble',
    setting: { ...DEFAULT_SETTING, size: 3 },
    cases: [...ensembleCases, ...restartCases, ...wordCases],
  },
  {
    name: 'defaults',
    setting: {
      ...DEFAULT_SETTING,
      extendedTypesEnabled: false,
      enforceQuota: false,
      fourLetterWords: ['srvr'],
    },
    cases: plainCases,
  },
  {
    name: 'noDigest',
    setting: { ...DEFAULT_SETTING, digestAuthEnabled: false },
    cases: noDigestCases,
  },
  {
    name: 'throttled',
    setting: { ...DEFAULT_SETTING, requestThrottleMaxRequests: 1 },
    cases: throttledCases,
  },
  {
    name: 'eager',
    setting: { ...DEFAULT_SETTING, size: 3, eagerACLCheckEnabled: true },
    cases: eagerCases,
  },
  // The first server is a quorum by itself, the others are none together.
  { name: 'weights', setting: { ...SMALL_TICK, weights: [1, 0, 0] }, cases: weightCases },
  { name: 'limits', setting: { ...DEFAULT_SETTING, maxClientCnxns: 2 }, cases: limitCases },
  {
    name: 'minority',
    setting: { ...SMALL_TICK, readOnlyModeEnabled: false },
    cases: minorityCases,
  },
  // With global sessions alone, 3.8 takes no new ones there.
  {
    name: 'readOnly',
    setting: { ...SMALL_TICK, localSessions: 'upgraded' },
    cases: readOnlyCases,
  },
  { name: 'observer', setting: { ...SMALL_TICK, observers: [2] }, cases: observerCases },
  { name: 'local', setting: { ...SMALL_TICK, localSessions: 'on' }, cases: localSessionCases },
  { name: 'upgraded', setting: { ...SMALL_TICK, localSessions: 'upgraded' }, cases: upgradeCases },
  { name: 'sasl', setting: { ...DEFAULT_SETTING, sasl: 'on' }, cases: saslCases },
  {
    name: 'saslAllowed',
    setting: { ...DEFAULT_SETTING, sasl: 'allowed' },
    cases: saslAllowedCases,
  },
  {
    name: 'saslRequired',
    setting: { ...DEFAULT_SETTING, sasl: 'required' },
    cases: saslRequiredCases,
  },
  { name: 'reconfig', setting: { ...SMALL_TICK, reconfigEnabled: true }, cases: reconfigCases },
];
