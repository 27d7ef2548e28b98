/**
 * The commands that are one operation or a few: what zkCli has, on typed arguments. Failures are
 * KeeperError or ArgumentError; `commandTypes.ts` says what each takes and returns.
 * Source: org.apache.zookeeper.cli.
 */

import { KeeperErrorCode } from '../protocol/errors.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import { parseAcl } from './aclText.ts';
import { ArgumentError, readArgs } from './args.ts';
import type { ClientContext, Command, CommandRegistry } from './ClientContext.ts';
import type { CommandArgs, CommandResults, PlainCommandName } from './commandTypes.ts';
import { commandArgs } from './commandTypes.ts';
import { aclJson, dataJson, multiResultJson, statJson } from './jsonForms.ts';
import { KeeperError } from './KeeperError.ts';
import { Load } from './Load.ts';
import type { CreateOptions, Op } from './ops.ts';
import { checkOp, createOp, deleteOp, setDataOp } from './ops.ts';
import { deleteQuota, readQuota, setQuota } from './quota.ts';
import type { JsonValue } from './trace.ts';
import { deleteTree, listTree } from './trees.ts';
import type { Watcher } from './watch.ts';

type Handler<K extends PlainCommandName> = (
  context: ClientContext,
  args: CommandArgs<K>,
) => Promise<CommandResults[K]>;
type Handlers<K extends PlainCommandName = PlainCommandName> = { readonly [N in K]: Handler<N> };

const LOADS_MAX = 8;

/** Its events are in the trace already, as `watchDelivered`. */
const noted: Watcher = () => {};

/** One registry for each client process: it keeps the loads that are under way. */
export function createPlainCommands(): CommandRegistry {
  const handlers: Handlers = {
    ...writeCommands,
    ...readCommands,
    ...watchCommands,
    ...quotaCommands,
    ...ensembleCommands,
    ...sessionCommands,
    ...loadCommands(),
  };
  const names = Object.keys(commandArgs) as PlainCommandName[];
  return new Map(names.map((name) => [name, checked(name, handlers)]));
}

function checked<K extends PlainCommandName>(name: K, handlers: Handlers): Command {
  const run: Handler<K> = handlers[name];
  return async (context, args: JsonValue) =>
    run(context, readArgs(commandArgs[name], args, name) as CommandArgs<K>);
}

type CreateArgs = CommandArgs<'create'>;

function createOptions({ mode, ttlMs, acl }: Omit<CreateArgs, 'path'>): CreateOptions {
  const isTimed = mode?.endsWith('_WITH_TTL') === true;
  if (isTimed !== (ttlMs !== undefined)) {
    throw new ArgumentError('ttlMs goes with the modes that end in _WITH_TTL, and only with them');
  }
  return {
    ...(mode !== undefined && { mode }),
    ...(ttlMs !== undefined && { ttlMs }),
    ...(acl !== undefined && { acl: parseAcl(acl) }),
  };
}

function toOp(args: CommandArgs<'multi'>['ops'][number]): Op {
  const { op, path, version, data = null } = args;
  switch (op) {
    case 'create':
      return createOp(path, data, createOptions(args));
    case 'delete':
      return deleteOp(path, version);
    case 'set':
      return setDataOp(path, data, version);
    case 'check':
      return checkOp(path, version);
  }
}

const writeCommands: Handlers<
  'create' | 'create2' | 'delete' | 'deleteall' | 'set' | 'setAcl' | 'multi'
> = {
  async create({ zk }, args) {
    return { path: await zk.create(args.path, args.data ?? null, createOptions(args)) };
  },
  async create2({ zk }, args) {
    const { path, stat } = await zk.create2(args.path, args.data ?? null, createOptions(args));
    return { path, stat: statJson(stat) };
  },
  async delete({ zk }, { path, version }) {
    await zk.delete(path, version);
    return null;
  },
  async deleteall({ zk }, { path }) {
    return { deleted: await deleteTree(zk, path) };
  },
  async set({ zk }, { path, data, version }) {
    return { stat: statJson(await zk.setData(path, data ?? null, version)) };
  },
  async setAcl({ zk }, { path, acl, version }) {
    return { stat: statJson(await zk.setACL(path, parseAcl(acl), version)) };
  },
  async multi({ zk }, { ops }) {
    return { results: (await zk.multi(ops.map(toOp))).map(multiResultJson) };
  },
};

const readCommands: Handlers<
  'get' | 'ls' | 'stat' | 'getAcl' | 'whoami' | 'sync' | 'getEphemerals' | 'getAllChildrenNumber'
> = {
  async get({ zk }, { path, watch }) {
    const { data, stat } = await zk.getData(path, watch ? noted : undefined);
    return { ...dataJson(data), stat: statJson(stat) };
  },
  async ls({ zk }, { path, watch, recursive }) {
    const { children, stat } = await zk.getChildren(path, watch ? noted : undefined);
    const names = recursive ? await listTree(zk, path) : [...children].sort();
    return { children: names, stat: statJson(stat) };
  },
  async stat({ zk }, { path, watch }) {
    const stat = await zk.exists(path, watch ? noted : undefined);
    if (stat === null) throw new KeeperError(KeeperErrorCode.NONODE, path);
    return { stat: statJson(stat) };
  },
  async getAcl({ zk }, { path }) {
    const { acl, stat } = await zk.getACL(path);
    return { acl: aclJson(acl), stat: statJson(stat) };
  },
  async whoami({ zk }) {
    const identities = await zk.whoAmI();
    return { identities: identities.map(({ scheme, user }) => ({ scheme, user })) };
  },
  async sync({ zk }, { path }) {
    await zk.sync(path);
    return null;
  },
  async getEphemerals({ zk }, { path }) {
    return { paths: [...(await zk.getEphemerals(path))].sort() };
  },
  async getAllChildrenNumber({ zk }, { path }) {
    return { count: await zk.getAllChildrenNumber(path) };
  },
};

const watchCommands: Handlers<'addWatch' | 'removewatches'> = {
  async addWatch({ zk }, { path, mode = 'PERSISTENT_RECURSIVE' }) {
    await zk.addWatch(path, mode, noted);
    return null;
  },
  async removewatches({ zk }, { path, type = 'Any', local }) {
    await zk.removeWatches(path, type, local);
    return null;
  },
};

const quotaCommands: Handlers<'setquota' | 'listquota' | 'delquota'> = {
  async setquota({ zk }, { path, ...limits }) {
    await setQuota(zk, path, limits);
    return null;
  },
  listquota: ({ zk }, { path }) => readQuota(zk, path),
  async delquota({ zk }, { path, which }) {
    await deleteQuota(zk, path, which);
    return null;
  },
};

const ensembleCommands: Handlers<'reconfig'> = {
  async reconfig({ zk }, { version, ...change }) {
    const from = version === undefined ? undefined : Number.parseInt(version, 16);
    if (from !== undefined && !(from >= 0)) throw new ArgumentError('version is a hex number');
    const { data, stat } = await zk.reconfig(change, from);
    return { ...dataJson(data), stat: statJson(stat) };
  },
};

const sessionCommands: Handlers<'addauth' | 'connect' | 'close'> = {
  async addauth({ zk }, { scheme, auth }) {
    await zk.addAuth(scheme, auth);
    return null;
  },
  async connect(context) {
    const zk = context.openSession();
    await zk.connected();
    return { sessionId: formatSessionId(zk.sessionId), timeoutMs: zk.sessionTimeoutMs };
  },
  async close({ zk }) {
    await zk.close();
    return null;
  },
};

function loadCommands(): Handlers<'load' | 'stopload'> {
  const loads = new Map<string, Load>();
  return {
    async load(context, { path, count, intervalMs }) {
      if (loads.has(path)) throw new ArgumentError(`there is a load on ${path} already`);
      if (loads.size >= LOADS_MAX) throw new ArgumentError(`${LOADS_MAX} loads are enough`);
      const load = new Load(context, path);
      loads.set(path, load);
      void load.run(count, intervalMs).finally(() => {
        if (loads.get(path) === load) loads.delete(path);
      });
      return null;
    },
    async stopload(_context, { path }) {
      const load = loads.get(path);
      if (load === undefined) throw new ArgumentError(`there is no load on ${path}`);
      load.stop();
      loads.delete(path);
      return { done: load.done, failed: load.failed };
    },
  };
}
