/** All commands by name: console, palette, hotkeys, menus and lessons share them. */

import { Arguments } from './Arguments.ts';
import { BRANCH_COMMANDS } from './branchCommands.ts';
import { CLIENT_COMMANDS } from './clientCommands.ts';
import { type Command, type CommandGroup, done, type ExecResult, Mistake } from './command.ts';
import { FILE_COMMANDS } from './fileCommands.ts';
import { KAFKA_COMMANDS } from './kafkaCommands.ts';
import { LAB_COMMANDS } from './labCommands.ts';
import { LINK_COMMANDS } from './linkCommands.ts';
import { nearest } from './nearest.ts';
import { RECIPE_COMMANDS } from './recipeCommands.ts';
import { SERVER_COMMANDS } from './serverCommands.ts';
import { SHARE_COMMANDS } from './shareCommands.ts';
import { TIME_COMMANDS } from './timeCommands.ts';
import { WHY_COMMAND } from './whyCommand.ts';
import { ZNODE_COMMANDS } from './znodeCommands.ts';

const GROUP_TITLES: Readonly<Record<CommandGroup, string>> = {
  znodes: 'Znodes, for the client of the prompt',
  servers: 'Servers',
  links: 'Links',
  clients: 'Clients',
  recipes: 'Recipes',
  kafka: 'Kafka',
  files: 'Files',
  time: 'Time',
  lab: 'Lab',
};

const help: Command = {
  name: 'help',
  group: 'lab',
  usage: 'help [command]',
  summary: 'All commands, or one of them.',
  run: (_, words) => {
    const args = new Arguments(words);
    const name = args.optional();
    args.end();
    return name === null ? helpAll() : helpOne(name);
  },
  complete: (_, words) => (words.length === 0 ? [...COMMANDS.keys()] : []),
};

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    ...ZNODE_COMMANDS,
    ...SERVER_COMMANDS,
    ...LINK_COMMANDS,
    ...CLIENT_COMMANDS,
    ...RECIPE_COMMANDS,
    ...KAFKA_COMMANDS,
    ...FILE_COMMANDS,
    ...TIME_COMMANDS,
    ...BRANCH_COMMANDS,
    ...SHARE_COMMANDS,
    ...LAB_COMMANDS,
    WHY_COMMAND,
    help,
  ].map((command) => [command.name, command]),
);

/** The command of this name; capitals do not matter. */
export function findCommand(name: string): Command | undefined {
  const wanted = name.toLowerCase();
  for (const command of COMMANDS.values()) {
    if (command.name.toLowerCase() === wanted) return command;
  }
  return undefined;
}

/** `Unknown command "foo". Did you mean "find"? Type help.` */
export function describeUnknown(name: string): string {
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  const guess = nearest(name, [...COMMANDS.keys()]);
  const question = guess === null ? '' : ` Did you mean "${guess}"?`;
  return `Unknown command "${shown}".${question} Type help.`;
}

function helpAll(): ExecResult {
  const blocks = Object.entries(GROUP_TITLES).map(([group, title]) => {
    const commands = [...COMMANDS.values()].filter((command) => command.group === group);
    return [title, ...commands.map(({ usage }) => `  ${usage}`)].join('\n');
  });
  return done(blocks.join('\n'), [...COMMANDS.keys()]);
}

function helpOne(name: string): ExecResult {
  const command = findCommand(name);
  if (command === undefined) throw new Mistake(describeUnknown(name));
  return done(`${command.usage}\n${command.summary}`, command.name);
}
