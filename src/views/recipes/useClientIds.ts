/** Names of the clients that are there. */

import type { EnsembleState } from '../../lab/model.ts';
import { useEnsemble } from '../LabContext.ts';

const clientIdsOf = (state: EnsembleState) => Object.keys(state.clients).join(' ');

export function useClientIds(): readonly string[] {
  return useEnsemble(clientIdsOf)
    .split(' ')
    .filter((id) => id !== '');
}
