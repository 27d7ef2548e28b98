/** Cases by the servers that they need. Within a group they run in this order on one ensemble. */

import type { Case } from '../Case.ts';
import { DEFAULT_SETTING, type Setting } from '../Wire.ts';
import { nodeCases, rootCases } from './nodes.ts';

export interface Group {
  readonly name: string;
  readonly setting: Setting;
  readonly cases: readonly Case[];
}

export const groups: readonly Group[] = [
  { name: 'standalone', setting: DEFAULT_SETTING, cases: [...rootCases, ...nodeCases] },
];
