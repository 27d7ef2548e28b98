/** What operators ask of a server whose host lets them: four-letter words and admin commands. */

import type { ConnectionId } from '../events.ts';
import { AdminCommands } from './AdminCommands.ts';
import type { FourLetterParts } from './FourLetterParts.ts';
import { FourLetterWords } from './FourLetterWords.ts';

export interface OperatorCommands {
  onFourLetterWord(connection: ConnectionId, word: string): void;
  onAdminCommand(connection: ConnectionId, command: string): void;
}

export function createOperatorCommands(parts: FourLetterParts): OperatorCommands {
  const words = new FourLetterWords(parts);
  const admin = new AdminCommands(parts);
  return {
    onFourLetterWord: (connection, word) => words.process(connection, word),
    onAdminCommand: (connection, command) => admin.process(connection, command),
  };
}
