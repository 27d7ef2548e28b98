/** Cases by the servers that they need. Within a group they run in this order on one ensemble. */

import type { Case } from '../Case.ts';
import { DEFAULT_SETTING, type Setting } from '../Wire.ts';
import { accessCases } from './access.ts';
import { ensembleCases, plainCases } from './ensemble.ts';
import { multiCases } from './multi.ts';
import { nodeCases, rootCases } from './nodes.ts';
import { quotaCases, reaperCases } from './quota.ts';
import { expiryCases, sessionCases } from './sessions.ts';
import { watchCases } from './watches.ts';

export interface Group {
  readonly name: string;
  readonly setting: Setting;
  readonly cases: readonly Case[];
}

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
  { name: 'ensemble', setting: { ...DEFAULT_SETTING, size: 3 }, cases: ensembleCases },
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
];
