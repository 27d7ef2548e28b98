/** Barriers, membership and services. */

import { utf8Decode } from '../../base/utf8.ts';
import type { ClientContext } from '../../client/ClientContext.ts';
import type { ParticipantId } from '../../network/address.ts';
import { nameOf, parentOf } from '../../protocol/paths.ts';
import { Barrier } from '../../recipes/Barrier.ts';
import { DoubleBarrier } from '../../recipes/DoubleBarrier.ts';
import { GroupMember } from '../../recipes/GroupMember.ts';
import { PersistentNode } from '../../recipes/PersistentNode.ts';
import { ServiceDiscovery } from '../../recipes/ServiceDiscovery.ts';
import type { RecipeCase, RecipeCheck } from './RecipeCase.ts';
import { again, note, noteIn, untilDone } from './RecipeCase.ts';
import type { ServiceTree } from './ServiceTree.ts';

type Observe = RecipeCheck['observe'];

const BARRIER = '/barrier';
const DOUBLE = '/double';
const MEMBERS = 2;
/** For what happened last to be seen everywhere. */
const SETTLE_MS = 4000;

/** One client shuts and opens it; the others wait. */
export const barrier = (
  wait = async (context: ClientContext): Promise<void> => {
    await new Barrier(context, BARRIER).wait();
  },
): RecipeCase => ({
  name: 'barrier',
  clientCount: 3,
  work: async (context, { index, untilMs }) => {
    const gate = new Barrier(context, BARRIER);
    if (index > 0) {
      return again(context, untilMs, async () => {
        note(context, 'waits');
        await wait(context);
        note(context, 'passes');
      });
    }
    await again(context, untilMs, async () => {
      await gate.set();
      await context.sleep(context.random.between(10, 500));
      await gate.remove();
    });
    await untilDone(context, () => gate.remove());
  },
  check: () => {
    const since = new Map<ParticipantId, number>();
    const observe: Observe = (event, tree) => {
      const told = noteIn(event);
      if (told?.word === 'waits') since.set(event.who, event.atUs);
      if (told?.word !== 'passes') return null;
      const shut = tree.get(BARRIER);
      const fromUs = since.get(event.who) ?? 0;
      if (shut === undefined || shut.bornUs >= fromUs) return null;
      return `${event.who} passes, though it is shut since before it came`;
    };
    return { observe };
  },
});

/** Enter, stay, leave; those who find nobody give up. */
export const doubleBarrier = (memberCount = MEMBERS): RecipeCase => ({
  name: 'doubleBarrier',
  clientCount: 3,
  work: (context, { untilMs }) =>
    again(context, untilMs, async () => {
      const gate = new DoubleBarrier(context, DOUBLE, memberCount);
      if (!(await gate.enter({ timeoutMs: 1000 }))) return;
      await context.sleep(context.random.between(1, 300));
      note(context, 'leaves');
      if (await gate.leave()) note(context, 'has left');
    }),
  check: () => new DoubleBarrierCheck(),
});

interface Entered {
  readonly znode: string;
  readonly round: readonly string[];
}

class DoubleBarrierCheck implements RecipeCheck {
  /** Znodes that have seen a moment with enough participants. */
  private readonly met = new Set<string>();
  private readonly inside = new Map<ParticipantId, Entered>();
  private readonly leaving = new Set<string>();

  observe(event: Parameters<Observe>[0], tree: ServiceTree): string | null {
    if (tree.changes.some(({ znode }) => parentOf(znode.path) === DOUBLE)) {
      const present = tree.childrenOf(DOUBLE).filter(({ path }) => nameOf(path) !== 'ready');
      if (present.length >= MEMBERS) for (const { path } of present) this.met.add(path);
    }
    if (event.type === 'belief' && event.recipe === 'doubleBarrier' && event.holds) {
      const ready = tree.get(`${DOUBLE}/ready`);
      const names = ready === undefined ? [] : utf8Decode(ready.data).split('\n');
      const round = names.map((name) => `${DOUBLE}/${name}`);
      this.inside.set(event.who, { znode: event.znode, round });
      if (!this.met.has(event.znode)) return `${event.who} enters alone`;
    }
    const told = noteIn(event);
    const entered = this.inside.get(event.who);
    if (entered === undefined) return null;
    if (told?.word === 'leaves') this.leaving.add(entered.znode);
    return told?.word === 'has left' ? this.onLeft(event.who, entered, tree) : null;
  }

  /** Only those who entered count: one that is in the round may have died before it knew. */
  private onLeft(who: ParticipantId, { round }: Entered, tree: ServiceTree): string | null {
    for (const [other, { znode }] of this.inside) {
      const isIn = other !== who && round.includes(znode) && tree.get(znode) !== undefined;
      if (isIn && !this.leaving.has(znode)) return `${who} has left, and ${other} has not`;
    }
    return null;
  }
}

const CLIENTS = ['C1', 'C2', 'C3'] as const;

/** Each keeps something in being while another deletes it; in the end it must be there. */
function keptCase(
  name: string,
  pathOf: (client: string) => string,
  keep: (context: ClientContext, client: string) => Promise<void>,
  atEnd: (context: ClientContext) => Promise<void> = async () => {},
): RecipeCase {
  return {
    name,
    clientCount: CLIENTS.length,
    work: async (context, { index, untilMs, name: client }) => {
      keep(context, client).catch(() => {});
      await again(context, untilMs, async () => {
        await context.sleep(200);
        if (index !== 0) return;
        const victim = pathOf(context.random.pick(CLIENTS));
        if ((await context.zk.exists(victim)) !== null) await context.zk.delete(victim);
      });
      await context.sleep(SETTLE_MS);
      await untilDone(context, async () => {
        await context.zk.sync('/');
        await atEnd(context);
      });
    },
    check: () => ({
      observe: (event) => {
        const told = noteIn(event);
        if (told === null || told.value === CLIENTS.join()) return null;
        return `${event.who} finds [${told.value}] in the end`;
      },
      atEnd: (tree) => {
        const missing = CLIENTS.find((client) => tree.get(pathOf(client)) === undefined);
        return missing === undefined ? null : `${pathOf(missing)} is not there in the end`;
      },
    }),
  };
}

export const persistentNode = (
  keep = (context: ClientContext, path: string): Promise<void> =>
    new PersistentNode(context, path, { data: 'x' }).run(),
): RecipeCase =>
  keptCase(
    'persistentNode',
    (client) => `/kept/${client}`,
    (context, client) => keep(context, `/kept/${client}`),
  );

const SERVICES = '/services';

export type Register = (context: ClientContext, id: string) => Promise<void>;

const registerAnew: Register = (context, id) => {
  const instance = { name: 'web', id, address: '', port: 80, payload: null };
  return new ServiceDiscovery(context, SERVICES)
    .register({ ...instance, serviceType: 'DYNAMIC' })
    .run();
};

/** In the end everybody must find all. */
export const service = (register: Register = registerAnew): RecipeCase =>
  keptCase(
    'serviceDiscovery',
    (client) => `${SERVICES}/web/${client}`,
    register,
    async (context) => {
      const found = await new ServiceDiscovery(context, SERVICES).instances('web');
      note(context, 'finds', found.map(({ id }) => id).join());
    },
  );

interface AnyMember {
  run(): Promise<void>;
  close(): Promise<void>;
  readonly members: readonly { readonly id: string }[];
}

/** All join; in the end each must see all of them, and then nobody. */
export const groupMember = (
  make = (context: ClientContext, id: string): AnyMember =>
    new GroupMember(context, '/group', id, ''),
): RecipeCase => ({
  name: 'groupMember',
  clientCount: 3,
  work: async (context, { untilMs, name }) => {
    const member = make(context, name);
    const running = member.run();
    await context.sleep(untilMs + SETTLE_MS - context.nowMs);
    note(context, 'sees', member.members.map(({ id }) => id).join());
    await context.sleep(SETTLE_MS);
    await untilDone(context, () => member.close());
    await running;
  },
  check: () => ({
    observe: (event) => {
      const told = noteIn(event);
      if (told === null || told.value === CLIENTS.join()) return null;
      return `${event.who} sees ${told.value} in the end`;
    },
    atEnd: (tree) => {
      const [left] = tree.childrenOf('/group');
      return left === undefined ? null : `${left.path} is left behind`;
    },
  }),
});
