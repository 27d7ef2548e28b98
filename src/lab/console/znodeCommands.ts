/**
 * zkCli's commands, for the client of the prompt.
 * Source: org.apache.zookeeper.cli of ZooKeeper 3.8. Departs: `multi` is not in zkCli.
 */

import type { CommandArgs } from '../../client/commandTypes.ts';
import type { WatcherTypeName } from '../../protocol/events.ts';
import type { Lab } from '../Lab.ts';
import { Arguments } from './Arguments.ts';
import { ask, nextPath, silent, versionOf } from './ask.ts';
import { type Command, type ExecResult, Mistake } from './command.ts';
import { checkAcl, toCreateArgs, toDeleteArgs, toMultiArgs, toSetArgs } from './writeOps.ts';
import {
  aclText,
  connectString,
  identitiesText,
  listText,
  multiText,
  quotaText,
  statText,
} from './zkCliText.ts';

const CONFIG_NODE = '/zookeeper/config';

type Run = (lab: Lab, words: readonly string[]) => Promise<ExecResult>;

const ls: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-s', '-w', '-R'] });
  const path = nextPath(args);
  args.end();
  const recursive = args.has('-R');
  return ask(lab, 'ls', { path, watch: args.has('-w'), recursive }, ({ children, stat }) => {
    const names = recursive ? children.join('\n') : listText(children);
    return args.has('-s') ? `${names}\n${statText(stat)}` : names;
  });
};

const get: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-s', '-w'] });
  const path = nextPath(args);
  args.end();
  return ask(lab, 'get', { path, watch: args.has('-w') }, ({ data, stat }) =>
    args.has('-s') ? `${data}\n${statText(stat)}` : `${data}`,
  );
};

const stat: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-w'] });
  const path = nextPath(args);
  args.end();
  return ask(lab, 'stat', { path, watch: args.has('-w') }, (result) => statText(result.stat));
};

const set: Run = async (lab, words) => {
  const { isVerbose, set: args } = toSetArgs(words);
  return ask(lab, 'set', args, (result) => (isVerbose ? statText(result.stat) : ''));
};

const create: Run = async (lab, words) =>
  ask(lab, 'create', toCreateArgs(words), ({ path }) => `Created ${path}`);

const remove: Run = async (lab, words) => ask(lab, 'delete', toDeleteArgs(words), silent);

/** For commands that take a path and nothing else. */
const onPath =
  (run: (lab: Lab, path: string) => Promise<ExecResult>): Run =>
  async (lab, words) => {
    const args = new Arguments(words);
    const path = nextPath(args);
    args.end();
    return run(lab, path);
  };

const deleteall = onPath((lab, path) => ask(lab, 'deleteall', { path }, silent));
const sync = onPath((lab, path) => ask(lab, 'sync', { path }, () => 'Sync is OK'));
const getAllChildrenNumber = onPath((lab, path) =>
  ask(lab, 'getAllChildrenNumber', { path }, ({ count }) => `${count}`),
);
const listquota = onPath((lab, path) =>
  ask(lab, 'listquota', { path }, (quota) => quotaText(path, quota)),
);

const getAcl: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-s'] });
  const path = nextPath(args);
  args.end();
  return ask(lab, 'getAcl', { path }, (result) =>
    args.has('-s') ? `${aclText(result.acl)}\n${statText(result.stat)}` : aclText(result.acl),
  );
};

const setAcl: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-s'], valued: ['-v'] });
  const path = nextPath(args);
  const acl = checkAcl(args.next('an ACL such as world:anyone:cdrwa'));
  args.end();
  return ask(lab, 'setAcl', { path, acl, ...versionOf(args) }, (result) =>
    args.has('-s') ? statText(result.stat) : '',
  );
};

const addauth: Run = async (lab, words) => {
  const args = new Arguments(words);
  const scheme = args.next('a scheme such as digest');
  const auth = args.optional() ?? '';
  args.end();
  return ask(lab, 'addauth', { scheme, auth }, silent);
};

const withoutArguments =
  (run: (lab: Lab) => Promise<ExecResult>): Run =>
  async (lab, words) => {
    new Arguments(words).end();
    return run(lab);
  };

const getEphemerals: Run = async (lab, words) => {
  const args = new Arguments(words);
  const path = args.optional();
  args.end();
  return ask(lab, 'getEphemerals', path === null ? {} : { path }, ({ paths }) => listText(paths));
};

const addWatch: Run = async (lab, words) => {
  const args = new Arguments(words, { valued: ['-m'] });
  const mode = args.option('-m') ?? 'PERSISTENT_RECURSIVE';
  if (mode !== 'PERSISTENT' && mode !== 'PERSISTENT_RECURSIVE') {
    throw new Mistake(`Expected PERSISTENT or PERSISTENT_RECURSIVE after -m, got "${mode}".`);
  }
  const path = nextPath(args);
  args.end();
  return ask(lab, 'addWatch', { path, mode }, silent);
};

const removewatches: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-c', '-d', '-a', '-l'] });
  args.exclude('-c', '-d', '-a');
  const path = nextPath(args);
  args.end();
  const type: WatcherTypeName = args.has('-c') ? 'Children' : args.has('-d') ? 'Data' : 'Any';
  return ask(lab, 'removewatches', { path, type, local: args.has('-l') }, silent);
};

type Limit = NonNullable<CommandArgs<'delquota'>['which']>;

const LIMITS: Readonly<Record<string, Limit>> = {
  '-n': 'count',
  '-b': 'bytes',
  '-N': 'countHard',
  '-B': 'bytesHard',
};

const setquota: Run = async (lab, words) => {
  const args = new Arguments(words, { valued: Object.keys(LIMITS) });
  const range = { min: -1, max: Number.MAX_SAFE_INTEGER };
  const limits: { [K in Limit]?: number } = {};
  for (const [option, limit] of Object.entries(LIMITS)) {
    const value = args.integerOption(option, range);
    if (value !== null) limits[limit] = value;
  }
  if (Object.keys(limits).length === 0) throw new Mistake('Expected a limit such as -n 5.');
  const path = nextPath(args);
  args.end();
  return ask(lab, 'setquota', { path, ...limits }, silent);
};

const delquota: Run = async (lab, words) => {
  const options = Object.keys(LIMITS);
  const args = new Arguments(words, { flags: options });
  args.exclude(...options);
  const which = LIMITS[options.find((option) => args.has(option)) ?? ''];
  const path = nextPath(args);
  args.end();
  return ask(lab, 'delquota', { path, ...(which !== undefined && { which }) }, silent);
};

const CHANGES = { joining: '-add', leaving: '-remove', members: '-members' } as const;

const config: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-c', '-w', '-s'] });
  args.end();
  const request = { path: CONFIG_NODE, watch: args.has('-w') };
  return ask(lab, 'get', request, (result) => {
    const text = args.has('-c') ? connectString(result.data ?? '') : `${result.data}`;
    return args.has('-s') ? `${text}\n${statText(result.stat)}` : text;
  });
};

const reconfig: Run = async (lab, words) => {
  const args = new Arguments(words, { flags: ['-s'], valued: [...Object.values(CHANGES), '-v'] });
  args.exclude('-members', '-add');
  args.exclude('-members', '-remove');
  args.end();
  const change: Record<string, string> = {};
  for (const [name, option] of Object.entries({ ...CHANGES, version: '-v' })) {
    const value = args.option(option);
    if (value !== null) change[name] = value;
  }
  return ask(lab, 'reconfig', change, ({ data, stat }) => {
    const text = `Committed new configuration:\n${data}`;
    return args.has('-s') ? `${text}\n${statText(stat)}` : text;
  });
};

const multi: Run = async (lab, words) =>
  ask(lab, 'multi', toMultiArgs(words), ({ results }) => multiText(results));

const whoami = withoutArguments((lab) => ask(lab, 'whoami', {}, identitiesText));
const close = withoutArguments((lab) => ask(lab, 'close', {}, silent));
const connect = withoutArguments((lab) =>
  ask(lab, 'connect', {}, ({ sessionId }) => `Session ${sessionId}`),
);

const command = (usage: string, summary: string, run: Run): Command => ({
  name: usage.split(' ')[0] ?? usage,
  group: 'znodes',
  usage,
  summary,
  run,
});

export const ZNODE_COMMANDS: readonly Command[] = [
  command('ls [-s] [-w] [-R] path', 'Children of a znode; -R everything below, one by line.', ls),
  command('get [-s] [-w] path', 'Data of a znode; -s with its stat, -w with a watch.', get),
  command('stat [-w] path', 'Versions, zxids and times of a znode.', stat),
  command('set [-s] [-v version] path data', 'Writes the data; -v only over that version.', set),
  command(
    'create [-s] [-e] [-c] [-t ttl] path [data] [acl]',
    'Creates a znode: -s numbered, -e ephemeral, -c a container, -t with a time to live in ms.',
    create,
  ),
  command('delete [-v version] path', 'Deletes a znode without children.', remove),
  command('deleteall path', 'Deletes a znode and everything below.', deleteall),
  command('getAcl [-s] path', 'Who may do what.', getAcl),
  command('setAcl [-s] [-v version] path acl', 'Says who may do what: world:anyone:r.', setAcl),
  command('addauth scheme auth', 'Proves who the client is: addauth digest bob:secret.', addauth),
  command('whoami', 'Who the server takes the client for.', whoami),
  command('sync path', 'Waits until the server has caught up.', sync),
  command('getEphemerals [path]', 'Ephemeral znodes of this session.', getEphemerals),
  command('getAllChildrenNumber path', 'How many znodes are below.', getAllChildrenNumber),
  command(
    'addWatch [-m PERSISTENT|PERSISTENT_RECURSIVE] path',
    'A watch that stays; recursive unless told.',
    addWatch,
  ),
  command('removewatches path [-c|-d|-a] [-l]', 'Ends watches of this session.', removewatches),
  command(
    'setquota -n|-b|-N|-B value path',
    'Limits znodes (-n) or bytes (-b) below; capital letters refuse, small ones warn.',
    setquota,
  ),
  command('listquota path', 'A quota and what is used of it.', listquota),
  command('delquota [-n|-b|-N|-B] path', 'Takes a quota away.', delquota),
  command(
    'config [-c] [-w] [-s]',
    'The members of the ensemble, as its servers know them.',
    config,
  ),
  command(
    'reconfig [-s] [-v version] [-add specs] [-remove ids] | -members specs',
    'Changes the members, as super user (addauth digest super:test): reconfig -remove 3.',
    reconfig,
  ),
  command(
    'multi { create /a ; set /b 1 ; check /c 0 ; delete /d }',
    'All of it or nothing.',
    multi,
  ),
  command('connect', 'Opens a new session when the old one has ended.', connect),
  command('close', 'Ends the session, and with it its ephemeral znodes.', close),
];
