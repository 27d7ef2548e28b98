/**
 * Plants a bug in the server and lets the swarm look for it: checks that found none of these would
 * be worth nothing. Each mutant is the real server, loaded anew, with one piece replaced.
 */

import { afterEach, expect, test, vi } from 'vitest';
import { SameThreadHost } from '../conductor/SameThreadHost.ts';
import type { Zxid } from '../protocol/zxid.ts';
import type { ServerConfig } from '../server/config.ts';
import type { Proposal } from '../server/replication.ts';
import { swarmPrograms } from './programs.ts';
import { runScenario } from './runScenario.ts';
import { makeScenario, type Scenario } from './Scenario.ts';
import { leaderCutOff } from './testing/scenarios.ts';

const SEEDS_MAX = 30;
const TIMEOUT_MS = 60_000;
const VOTE = '../server/quorum/Vote.ts';

const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Replaces methods of a class. They are called with the instance first. */
function patch<T>(
  target: { readonly prototype: T },
  methods: Readonly<Record<string, (self: never, ...args: never[]) => unknown>>,
): void {
  for (const [name, method] of Object.entries(methods)) {
    expect(target.prototype).toHaveProperty(name);
    Object.defineProperty(target.prototype, name, {
      value(...args: never[]) {
        return method(this as never, ...args);
      },
    });
  }
}

/** The check that fails, on the first seed on which one does; null if no seed shows anything. */
async function hunt(
  plant: () => Promise<void>,
  scenarioOf: (seed: number) => Scenario = makeScenario,
): Promise<string | null> {
  vi.resetModules();
  await plant();
  const { ZooKeeperServer } = await import('../server/ZooKeeperServer.ts');
  const createServer = (config: ServerConfig) => new ZooKeeperServer(config);
  const programs = { ...swarmPrograms(drain), createServer };
  for (let seed = 1; seed <= SEEDS_MAX; seed++) {
    const { violation } = await runScenario(scenarioOf(seed), new SameThreadHost(programs));
    if (violation !== null) return violation.check;
  }
  return null;
}

afterEach(() => {
  vi.doUnmock(VOTE);
  vi.resetModules();
});

test('vote order: the highest sid wins, whatever its history', {
  timeout: TIMEOUT_MS,
}, async () => {
  const plant = async () => {
    vi.doMock(VOTE, async (original) => ({
      ...(await original<object>()),
      totalOrderPredicate: (one: { leader: number }, two: { leader: number }) =>
        one.leader > two.leader,
    }));
  };
  expect(await hunt(plant)).toBe('voteOrder');
});

test('quorum size: half of the voters are enough', { timeout: TIMEOUT_MS }, async () => {
  const plant = async () => {
    const { QuorumMaj } = await import('../server/quorum/QuorumMaj.ts');
    patch(QuorumMaj, {
      containsQuorum: (self: { voters: readonly number[] }, sids: ReadonlySet<number>) =>
        sids.size * 2 >= self.voters.length,
    });
  };
  expect(['quorumCommit', 'leadership']).toContain(await hunt(plant));
});

test('fsync: a follower acknowledges what it has not written', {
  timeout: TIMEOUT_MS,
}, async () => {
  const plant = async () => {
    const { Follower } = await import('../server/quorum/Follower.ts');
    const { packet } = await import('../server/quorum/packets.ts');
    interface Parts {
      readonly pendingTxns: Map<Zxid, Proposal>;
      readonly send: (outgoing: ReturnType<typeof packet>) => void;
      readonly host: { history: { append(proposal: Proposal, onDurable: () => void): void } };
    }
    patch(Follower, {
      logRequest: (self: Parts, proposal: Proposal) => {
        self.pendingTxns.set(proposal.zxid, proposal);
        self.send(packet('ACK', { zxid: proposal.zxid }));
        self.host.history.append(proposal, () => {});
      },
    });
  };
  expect(await hunt(plant)).toBe('quorumCommit');
});

test('TRUNC: a learner keeps what it should cut off', { timeout: TIMEOUT_MS }, async () => {
  const plant = async () => {
    const { History } = await import('../server/quorum/History.ts');
    interface Parts {
      run(work: (onDurable: () => void) => void, onDone: () => void): void;
    }
    patch(History, {
      truncate: (self: Parts, _zxid: Zxid, onDone: () => void) =>
        self.run((onDurable) => onDurable(), onDone),
    });
  };
  const signs = ['totalOrder', 'primaryIntegrity', 'prefixConsistency', 'serversStand'];
  expect(signs).toContain(await hunt(plant, leaderCutOff));
});

test('commit order: a leader commits two by two, the later one first', {
  timeout: TIMEOUT_MS,
}, async () => {
  const plant = async () => {
    const { Leader } = await import('../server/quorum/Leader.ts');
    interface Parts {
      outstandingProposals: Map<Zxid, { proposal: Proposal; acks: { hasQuorum(): boolean } }>;
      commit(proposal: Proposal): void;
    }
    patch(Leader, {
      tryToCommit: (self: Parts) => {
        const ready = [...self.outstandingProposals.values()].filter(({ acks }) =>
          acks.hasQuorum(),
        );
        if (ready.length < Math.min(2, self.outstandingProposals.size)) return;
        for (const { proposal } of ready.reverse()) {
          self.outstandingProposals.delete(proposal.zxid);
          self.commit(proposal);
        }
      },
    });
  };
  expect(['totalOrder', 'serversStand']).toContain(await hunt(plant));
});

test('ephemerals: they stay when their session ends', { timeout: TIMEOUT_MS }, async () => {
  const plant = async () => {
    const { OutstandingChanges } = await import('../server/pipeline/OutstandingChanges.ts');
    const { DataTree } = await import('../server/tree/DataTree.ts');
    patch(OutstandingChanges, { ephemeralsOf: () => [] });
    patch(DataTree, { killSession: () => {} });
  };
  expect(['ephemerals', 'reads', 'finalTree']).toContain(await hunt(plant));
});
