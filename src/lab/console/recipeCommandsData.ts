/** Groups, services, configuration, counters, caches, queues and two-phase commit. */

import { toInteger } from './Arguments.ts';
import { nextPath } from './ask.ts';
import { type Command, Mistake } from './command.ts';
import {
  ask,
  completeAfter,
  completeClient,
  onPath,
  readLine,
  subcommands,
  tell,
  timeoutOf,
} from './recipeLine.ts';
import { ZNODE_COMMANDS } from './znodeCommands.ts';

const SAFE = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
const VERSION = { min: -1, max: 2 ** 31 - 1 };
const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const DURATION_MS = { min: 0, max: 3_600_000 };
const PORT = { min: 1, max: 65_535 };

type Run = Command['run'];

const join: Run = (lab, words) => {
  const { client, args } = readLine(lab, words, { valued: ['--as', '--data'] });
  const path = nextPath(args);
  args.end();
  const request = { path, id: args.option('--as') ?? client, payload: args.option('--data') ?? '' };
  return ask(lab, client, 'join', request, ({ id, isIn }) =>
    isIn ? `joins ${path} as ${id}` : `waits: somebody else is ${id} in ${path}`,
  );
};

const leave: Run = onPath('leave', (path) => `leaves ${path}`);

const members: Run = onPath('members', (_, known) => {
  return `sees [${known.members.map(({ id }) => id).join(', ')}]`;
});

const register: Run = (lab, words) => {
  const options = ['--id', '--address', '--port', '--data'];
  const { client, args } = readLine(lab, words, { valued: options });
  const path = nextPath(args);
  const name = args.next('the name of a service');
  const port = args.integerOption('--port', PORT);
  const address = args.option('--address');
  const payload = args.option('--data');
  args.end();
  const request = {
    path,
    name,
    id: args.option('--id') ?? client,
    ...(port !== null && { port }),
    ...(address !== null && { address }),
    ...(payload !== null && { payload }),
  };
  return ask(lab, client, 'register', request, ({ id, isThere }) =>
    isThere ? `registers ${name} as ${id}` : `waits: somebody else is ${id} of ${name}`,
  );
};

const unregister: Run = (lab, words) => {
  const { client, args } = readLine(lab, words);
  const path = nextPath(args);
  const name = args.next('the name of a service');
  args.end();
  return ask(lab, client, 'unregister', { path, name }, () => `takes ${name} back`);
};

const discover: Run = (lab, words) => {
  const { client, args } = readLine(lab, words);
  const path = nextPath(args);
  const name = args.optional();
  args.end();
  const request = { path, ...(name !== null && { name }) };
  return ask(lab, client, 'discover', request, ({ names, instances }) => {
    if (instances === undefined) return `finds [${names?.join(', ')}]`;
    const found = instances.map(({ id, address, port }) => {
      const at = [address, port].filter((part) => part !== null && part !== '').join(':');
      return at === '' ? id : `${id} at ${at}`;
    });
    return `finds [${found.join(', ')}]`;
  });
};

const keep: Run = (lab, words) => {
  const { client, args } = readLine(lab, words, { flags: ['--persistent'] });
  const path = nextPath(args);
  const data = args.optional() ?? '';
  args.end();
  const mode = args.has('--persistent') ? ('PERSISTENT' as const) : ('EPHEMERAL' as const);
  return ask(lab, client, 'keep', { path, data, mode }, ({ isThere }) =>
    isThere ? `keeps ${path}` : `waits: ${path} is somebody else's`,
  );
};

const unkeep: Run = onPath('unkeep', (path) => `keeps ${path} no more`);

const changeConfig = subcommands({
  set: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['-v'] });
    const path = nextPath(args);
    const data = args.next('the configuration');
    const version = args.integerOption('-v', VERSION);
    args.end();
    const request = { path, data, ...(version !== null && { version }) };
    return ask(lab, client, 'configSet', request, (set) =>
      set.version === null
        ? `changes nothing: somebody else has changed ${path}`
        : `sets ${path}, version ${set.version}`,
    );
  },
  watch: onPath('configWatch', (path) => `follows ${path}`),
  unwatch: onPath('configUnwatch', (path) => `follows ${path} no more`),
});

/** zkCli's command of this name: what the ensemble is made of. */
const plainConfig = ZNODE_COMMANDS.find(({ name }) => name === 'config');

const config: Run = (lab, words) =>
  plainConfig === undefined || /^[a-z]/.test(words[0] ?? '')
    ? changeConfig(lab, words)
    : plainConfig.run(lab, words);

const counter = subcommands({
  add: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--lock'] });
    const path = nextPath(args);
    const delta = toInteger(args.next('a number to add'), 'a number to add', SAFE);
    const lock = args.option('--lock');
    args.end();
    const request = { path, delta, ...(lock !== null && { lock }) };
    return ask(lab, client, 'counterAdd', request, ({ succeeded, pre, post }) =>
      succeeded ? `makes ${post} of ${pre}` : `gives up: others were first each time`,
    );
  },
  get: onPath('counterGet', (_, { value }) => `reads ${value}`),
});

/** A number that clients follow, and set over what they see. */
const count = subcommands({
  watch: onPath('countWatch', (path, { count: now }) => `follows ${path}, now ${now}`),
  unwatch: onPath('countUnwatch', (path) => `follows ${path} no more`),
  set: (lab, words) => {
    const { client, args } = readLine(lab, words);
    const path = nextPath(args);
    const wanted = toInteger(args.next('a number'), 'a number', INT32);
    args.end();
    return ask(lab, client, 'countSet', { path, count: wanted }, (set) =>
      set.succeeded
        ? `sets ${set.count}`
        : `sets nothing: it has not seen what is there by now; it knows ${set.count}`,
    );
  },
});

const showCache = onPath('cacheShow', (_, { znodes }) =>
  [`has ${znodes.length}`, ...znodes.map((one) => `${one.path} ${one.data}`)].join('\n'),
);
const closeCache = onPath('uncache', (path) => `keeps no copy of ${path}`);

const cache: Run = (lab, words) => {
  const [first, ...rest] = words;
  if (first === 'show') return showCache(lab, rest);
  if (first === 'close') return closeCache(lab, rest);
  const { client, args } = readLine(lab, words, { flags: ['--node', '--children'] });
  args.exclude('--node', '--children');
  const path = nextPath(args);
  args.end();
  const scope = args.has('--node') ? 'node' : args.has('--children') ? 'children' : 'tree';
  return ask(lab, client, 'cache', { path, scope }, () => `keeps a copy of ${path}`);
};

const queue = subcommands({
  put: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--priority', '--delay'] });
    args.exclude('--priority', '--delay');
    const path = nextPath(args);
    const data = args.next('what to put');
    const priority = args.integerOption('--priority', INT32);
    const delayMs = args.integerOption('--delay', DURATION_MS);
    args.end();
    const place = { ...(priority !== null && { priority }), ...(delayMs !== null && { delayMs }) };
    return ask(lab, client, 'queuePut', { path, data, ...place }, () => `puts ${data}`);
  },
  take: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--timeout'] });
    const path = nextPath(args);
    const request = { path, ...timeoutOf(args) };
    args.end();
    return tell(lab, client, 'queueTake', request, `waits for an item of ${path}`);
  },
  consume: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--work', '--locks'] });
    const path = nextPath(args);
    const workMs = args.integerOption('--work', DURATION_MS);
    const lockPath = args.option('--locks');
    args.end();
    const how = { ...(workMs !== null && { workMs }), ...(lockPath !== null && { lockPath }) };
    return ask(lab, client, 'queueConsume', { path, ...how }, () => `consumes ${path}`);
  },
  stop: onPath('queueStop', (path, { items }) => {
    return `consumes ${path} no more, after [${items.join(', ')}]`;
  }),
  offer: (lab, words) => {
    const { client, args } = readLine(lab, words);
    const path = nextPath(args);
    const data = args.next('what to put');
    args.end();
    return ask(lab, client, 'queueOffer', { path, data }, () => `offers ${data}`);
  },
  poll: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--timeout'] });
    const path = nextPath(args);
    const request = { path, ...timeoutOf(args) };
    args.end();
    return tell(lab, client, 'queuePoll', request, `waits for an element of ${path}`);
  },
});

const twoPhase = subcommands({
  begin: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--timeout'] });
    const path = nextPath(args);
    const sites = args
      .next('sites such as C2,C3')
      .split(',')
      .filter((site) => site !== '');
    const request = { path, sites, ...timeoutOf(args) };
    args.end();
    return ask(lab, client, 'txBegin', request, () => `asks ${sites.join(', ')} for their votes`);
  },
  vote: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--as'] });
    const path = nextPath(args);
    const vote = args.next('commit or abort');
    args.end();
    if (vote !== 'commit' && vote !== 'abort') {
      throw new Mistake(`Expected commit or abort, got "${vote}".`);
    }
    const site = args.option('--as') ?? client;
    return ask(lab, client, 'txVote', { path, site, vote }, () => `votes ${vote}`);
  },
  recover: (lab, words) => {
    const { client, args } = readLine(lab, words, { valued: ['--timeout'] });
    const path = nextPath(args);
    const request = { path, ...timeoutOf(args) };
    args.end();
    return tell(lab, client, 'txRecover', request, `takes the coordinator's place in ${path}`);
  },
});

/** Name, usage, summary, what it does, and what completes it. */
type Row = readonly [string, string, string, Run, NonNullable<Command['complete']>];

const ROWS: readonly Row[] = [
  [
    'join',
    'join [client] path [--as id] [--data text]',
    'Becomes a member of a group, and sees who else is.',
    join,
    completeClient,
  ],
  ['leave', 'leave [client] path', 'Leaves a group.', leave, completeClient],
  [
    'members',
    'members [client] path',
    'Whom a member of a group sees in it.',
    members,
    completeClient,
  ],
  [
    'register',
    'register [client] path service [--id id] [--address host] [--port n] [--data text]',
    'Registers an instance of a service for as long as the session lives.',
    register,
    completeClient,
  ],
  ['unregister', 'unregister [client] path service', 'Takes it back.', unregister, completeClient],
  [
    'discover',
    'discover [client] path [service]',
    'Instances of a service, or the names of all services.',
    discover,
    completeClient,
  ],
  [
    'keep',
    'keep [client] path [data] [--persistent]',
    'Makes a znode again whenever it is gone.',
    keep,
    completeClient,
  ],
  ['unkeep', 'unkeep [client] path', 'Deletes it, and makes it no more.', unkeep, completeClient],
  [
    'config',
    'config [-s] | config set [client] path data [-v version]' +
      ' | config watch|unwatch [client] path',
    'The configuration of the ensemble; or changes one that clients follow, or follows it.',
    config,
    completeAfter('set', 'watch', 'unwatch'),
  ],
  [
    'counter',
    'counter add [client] path number [--lock path] | counter get [client] path',
    'Adds to a number, exactly once; or reads it.',
    counter,
    completeAfter('add', 'get'),
  ],
  [
    'count',
    'count watch|unwatch [client] path | count set [client] path number',
    'Follows a number that many set; sets it over the one that this client sees.',
    count,
    completeAfter('watch', 'unwatch', 'set'),
  ],
  [
    'cache',
    'cache [client] path [--node|--children] | cache show|close [client] path',
    'Keeps a copy of a subtree, a znode or its children; shows it; ends it.',
    cache,
    completeAfter('show', 'close'),
  ],
  [
    'queue',
    'queue put [client] path data [--priority n|--delay ms]' +
      ' | queue take [client] path [--timeout ms]' +
      ' | queue consume [client] path [--work ms] [--locks path] | queue stop [client] path' +
      ' | queue offer [client] path data | queue poll [client] path [--timeout ms]',
    'Puts an item, takes one, or takes them as they come; offer and poll are those of ZooKeeper.',
    queue,
    completeAfter('put', 'take', 'consume', 'stop', 'offer', 'poll'),
  ],
  [
    '2pc',
    '2pc begin [client] path sites [--timeout ms]' +
      ' | 2pc vote [client] path commit|abort [--as site]' +
      ' | 2pc recover [client] path [--timeout ms]',
    'Two-phase commit: asks sites such as C2,C3; votes; replaces a dead coordinator.',
    twoPhase,
    completeAfter('begin', 'vote', 'recover'),
  ],
];

export const DATA_RECIPES: readonly Command[] = ROWS.map(
  ([name, usage, summary, run, complete]) => ({
    name,
    group: 'recipes',
    usage,
    summary,
    run,
    complete,
  }),
);
