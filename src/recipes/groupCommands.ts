/** Membership, services, and znodes that are kept in being, as commands. */

import { ArgumentError, integer, oneOf, optional, text } from '../client/args.ts';
import { pathProblem } from '../protocol/paths.ts';
import { formatSessionId } from '../protocol/sessionId.ts';
import { type CommandEntry, command, Parts } from './commandTable.ts';
import type { Member } from './GroupMember.ts';
import { GroupMember } from './GroupMember.ts';
import { PersistentNode } from './PersistentNode.ts';
import { ServiceDiscovery } from './ServiceDiscovery.ts';
import type { ServiceInstance } from './serviceInstance.ts';

const PORT_MAX = 65_535;

export const groupArgs = {
  /**
   * Answers when it is in, or its name is taken. `id`: its name in the group; left out: its session
   * id.
   */
  join: { path: text, id: optional(text), payload: optional(text) },
  leave: { path: text },
  /** Those whom this member of the group knows of. */
  members: { path: text },
  /** An instance of the service `name` below `path`. `id` left out: drawn. */
  register: {
    path: text,
    name: text,
    id: optional(text),
    address: optional(text),
    port: optional(integer(1, PORT_MAX)),
    payload: optional(text),
    serviceType: optional(oneOf(['DYNAMIC', 'STATIC', 'PERMANENT'])),
  },
  unregister: { path: text, name: text },
  /** Left out: the names of all services. */
  discover: { path: text, name: optional(text) },
  /** Makes the znode again whenever it is gone. */
  keep: { path: text, data: optional(text), mode: optional(oneOf(['EPHEMERAL', 'PERSISTENT'])) },
  unkeep: { path: text },
} as const;

export interface GroupResults {
  /** Not in while somebody else has its name. */
  join: { readonly id: string; readonly isIn: boolean };
  leave: null;
  members: { readonly members: readonly (Member & { readonly [key: string]: string })[] };
  register: { readonly id: string; readonly isThere: boolean };
  unregister: null;
  discover: {
    readonly names?: readonly string[];
    readonly instances?: readonly ServiceInstance[];
  };
  /** Not there while it is somebody else's. */
  keep: { readonly isThere: boolean };
  unkeep: null;
}

export function groupCommands(): readonly CommandEntry[] {
  return [...memberCommands(), ...serviceCommands(), ...keepCommands()];
}

function memberCommands(): readonly CommandEntry[] {
  const members = new Parts<GroupMember>();
  return [
    command('join', groupArgs.join, async (context, args) => {
      const { path, id = formatSessionId(context.zk.sessionId), payload = '' } = args;
      const make = () => new GroupMember(context, path, requireName(id, 'id'), payload);
      const member = members.add(path, `is in the group on ${path}`, make);
      await members.begin(context, 'member', path, member);
      return { id, isIn: member.isIn };
    }),
    command('leave', groupArgs.leave, async (_, { path }) => {
      await members.take(path, `is not in the group on ${path}`).close();
      return null;
    }),
    command('members', groupArgs.members, async (_, { path }) => {
      const known = members.need(path, `is not in the group on ${path}`).members;
      return { members: known.map((member) => ({ ...member })) };
    }),
  ];
}

function serviceCommands(): readonly CommandEntry[] {
  const services = new Parts<PersistentNode>();
  return [
    command('register', groupArgs.register, async (context, args) => {
      const { path, name, id = context.uuid(), address = '', port = null, payload = null } = args;
      const { serviceType = 'DYNAMIC' } = args;
      const instance = { name, id, address, port, payload, serviceType };
      const key = `${path}/${requireName(name, 'name')}`;
      requireName(id, 'id');
      const make = () => new ServiceDiscovery(context, path).register(instance);
      const node = services.add(key, `has registered ${name} below ${path}`, make);
      await services.begin(context, 'service', key, node);
      return { id, isThere: node.isThere };
    }),
    command('unregister', groupArgs.unregister, async (_, { path, name }) => {
      await services.take(`${path}/${name}`, `has not registered ${name} below ${path}`).close();
      return null;
    }),
    command('discover', groupArgs.discover, async (context, { path, name }) => {
      const discovery = new ServiceDiscovery(context, path);
      if (name === undefined) return { names: await discovery.names() };
      const instances = await discovery.instances(requireName(name, 'name'));
      return { instances: instances.map((instance) => ({ ...instance })) };
    }),
  ];
}

function keepCommands(): readonly CommandEntry[] {
  const nodes = new Parts<PersistentNode>();
  return [
    command('keep', groupArgs.keep, async (context, { path, data = '', mode = 'EPHEMERAL' }) => {
      const make = () => new PersistentNode(context, path, { data, mode });
      const node = nodes.add(path, `keeps ${path}`, make);
      await nodes.begin(context, 'persistentNode', path, node);
      return { isThere: node.isThere };
    }),
    command('unkeep', groupArgs.unkeep, async (_, { path }) => {
      await nodes.take(path, `does not keep ${path}`).close();
      return null;
    }),
  ];
}

/** A part of a path. */
export function requireName(name: string, what: string): string {
  if (name.includes('/') || pathProblem(`/${name}`) !== null) {
    throw new ArgumentError(`${what} must be part of a path, not ${JSON.stringify(name)}`);
  }
  return name;
}
