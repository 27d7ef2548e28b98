/** What operators ask of a server whose host lets them: four-letter words and admin commands. */

import type { ConnectionId } from '../events.ts';
import { AdminCommands } from './AdminCommands.ts';
import type { FourLetterParts } from './FourLetterParts.ts';
import { FourLetterWords } from './FourLetterWords.ts';

export interface OperatorCommands {
  onFourLetterWord(connection: ConnectionId, word: string): void;
  onAdminCommand(connection: ConnectionId, command: string): void;
}

/** `environment`: what the host knows of where it runs, `key=value` each. */
export function createOperatorCommands(
  parts: FourLetterParts,
  environment: () => readonly string[] = () => [],
): OperatorCommands {
  const words = new FourLetterWords(parts, environment);
  const admin = new AdminCommands(parts);
  return {
    onFourLetterWord: (connection, word) => words.process(connection, word),
    onAdminCommand: (connection, command) => admin.process(connection, command),
  };
}
