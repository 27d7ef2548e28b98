/** Runs one line of the console. */

import type { Lab } from '../Lab.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { describeUnknown, findCommand } from './registry.ts';
import { tokenize } from './tokenize.ts';

/** Never rejects. A mistake is answered by one line that says what was expected. */
export async function execute(lab: Lab, line: string): Promise<ExecResult> {
  const words = tokenize(line);
  if (!words.ok) return failed(words.error);
  lab.lines.add(line.trim());
  const [name, ...rest] = words.value;
  if (name === undefined) return done('');
  const command = findCommand(name);
  if (command === undefined) return failed(describeUnknown(name));
  try {
    return await command.run(lab, rest);
  } catch (error) {
    return failed(describeError(command, error));
  }
}

function describeError(command: Command, error: unknown): string {
  if (error instanceof Mistake) return `${error.message} Usage: ${command.usage}`;
  return `${command.name} failed: ${error instanceof Error ? error.message : String(error)}`;
}
