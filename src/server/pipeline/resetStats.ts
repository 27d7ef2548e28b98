/** Counts anew, but for connections. Source: StatResetCommand. */

import type { FourLetterParts } from './FourLetterParts.ts';

export function resetStats({ cnxns, context, resetProposalStats }: FourLetterParts): void {
  cnxns.stats.reset();
  context.metrics.reset();
  resetProposalStats();
}
