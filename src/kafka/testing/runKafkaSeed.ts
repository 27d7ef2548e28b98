/**
 * One run of the swarm: brokers, producers, and random faults and wishes; then everything is
 * healed, all must come back, and what was acknowledged must be there.
 */

import { Prng } from '../../base/prng.ts';
import type { Action } from '../../conductor/actions.ts';
import { DEFAULT_ENSEMBLE } from '../../conductor/config.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { hostOf, KafkaBench, TOOLS } from './KafkaBench.ts';
import { KafkaChecks } from './KafkaChecks.ts';

export interface SeedOutcome {
  readonly violation: string | null;
  readonly seen: ReadonlyMap<string, number>;
  readonly ackedCount: number;
  readonly wasUnclean: boolean;
}

interface Plan {
  readonly brokers: number;
  readonly partitions: number;
  readonly replicas: number;
  readonly minIsr: number;
  readonly unclean: boolean;
  readonly faults: number;
}

const TOPIC = 'orders';
/** Longer than any session lives without its client. */
const DETECTION_MS = 6_000;
/** A new leader has to learn how far its followers are before it shows records. */
const READS_MAX = 10;

export async function runKafkaSeed(
  seed: number,
  onEvent: (event: TraceEvent) => void = () => {},
): Promise<SeedOutcome> {
  const random = new Prng(seed).fork('kafka swarm');
  const brokers = random.pick([3, 3, 4]);
  const replicas = random.pick([2, 3, 3]);
  const plan: Plan = {
    brokers,
    partitions: random.between(1, 3),
    replicas,
    minIsr: random.between(1, Math.min(2, replicas)),
    unclean: random.chance(250),
    faults: random.between(2, 14),
  };
  const checks = new KafkaChecks();
  const bench = await KafkaBench.start({
    brokers,
    sessionTimeoutMs: random.between(1_500, 3_000),
    config: {
      seed,
      participants: random.pick([1, 1, 3]),
      latencyUs: { min: 3_000, max: random.between(4_000, 12_000) },
      server: { ...DEFAULT_ENSEMBLE.server, tickTimeMs: 500, minSessionTimeoutMs: 1_000 },
    },
    onEvent: (event) => {
      onEvent(event);
      checks.observe(event);
    },
  });
  try {
    await new Run(bench, checks, random, plan).run();
  } catch (error) {
    checks.violation ??= error instanceof Error ? error.message : String(error);
  }
  bench.conductor.dispose();
  const ackedCount = [...checks.acked.values()].reduce((sum, list) => sum + list.length, 0);
  const { violation, seen, unclean } = checks;
  return { violation, seen, ackedCount, wasUnclean: unclean.size > 0 };
}

class Run {
  private readonly bench: KafkaBench;
  private readonly checks: KafkaChecks;
  private readonly random: Prng;
  private readonly plan: Plan;
  private readonly ends: { readonly atMs: number; readonly end: () => Promise<void> }[] = [];
  private readonly busy = new Set<number>();

  constructor(bench: KafkaBench, checks: KafkaChecks, random: Prng, plan: Plan) {
    this.bench = bench;
    this.checks = checks;
    this.random = random;
    this.plan = plan;
  }

  async run(): Promise<void> {
    const { bench, plan, random } = this;
    await bench.createTopic(TOPIC, plan.partitions, plan.replicas, {
      'min.insync.replicas': `${plan.minIsr}`,
      'unclean.leader.election.enable': `${plan.unclean}`,
    });
    const writers = ['C21', 'C22', 'C23'];
    for (const [index, writer] of writers.entries()) {
      await bench.addClient(writer);
      const acks = index === 2 ? '1' : 'all';
      const intervalMs = random.pick([20, 80, 200]);
      await bench.tell(writer, 'kafkaProduceLoad', { topic: TOPIC, intervalMs, acks });
    }
    await bench.run(1_000);
    for (let count = 0; count < plan.faults && this.checks.violation === null; count++) {
      await this.fault();
      await this.pass(random.pick([50, 400, 1_500, 4_000]));
    }
    await this.heal();
    for (const writer of writers) {
      await bench.tell(writer, 'kafkaProduceLoad', { topic: TOPIC, stop: true });
    }
    await this.rest();
  }

  private async pass(ms: number): Promise<void> {
    const untilMs = this.bench.nowMs + ms;
    for (;;) {
      this.ends.sort((a, b) => a.atMs - b.atMs);
      const [next] = this.ends;
      if (next === undefined || next.atMs > untilMs) break;
      this.ends.shift();
      await this.bench.run(Math.max(0, next.atMs - this.bench.nowMs));
      await next.end();
    }
    await this.bench.run(Math.max(0, untilMs - this.bench.nowMs));
  }

  private later(end: () => Promise<void>): void {
    const ms = this.random.pick([100, 800, 3_000, 7_000]);
    this.ends.push({ atMs: this.bench.nowMs + this.random.between(50, ms), end });
  }

  private async fault(): Promise<void> {
    const { random, bench, plan } = this;
    const kind = random.pick([
      'kill',
      'kill',
      'pause',
      'pause',
      'expire',
      'cut',
      'cut',
      'apart',
      'slow',
      'lossy',
      'reassign',
      'preferred',
      'shutdown',
      'server',
      'deposed',
    ] as const);
    const broker = random.between(1, plan.brokers);
    const other = (broker % plan.brokers) + 1;
    const [a, b] = [hostOf(broker), random.chance(300) ? 'S1' : hostOf(other)];
    switch (kind) {
      case 'kill':
        return this.whileBusy(
          broker,
          () => bench.kill(broker),
          () => bench.restart(broker),
        );
      case 'shutdown':
        return this.whileBusy(
          broker,
          async () => void (await bench.tell(hostOf(broker), 'kafkaShutdown')),
          async () => {
            await bench.run(6_000);
            await bench.tell(hostOf(broker), 'kafkaBroker', { id: broker });
          },
        );
      case 'pause':
        return this.whileBusy(
          broker,
          () => bench.act({ type: 'pause', target: a }),
          () => bench.act({ type: 'resume', target: a }),
        );
      case 'expire':
        return this.act({ type: 'expireSession', sessionId: bench.sessions.get(a) ?? '0x1' });
      case 'cut':
        return this.link({ from: a, to: b, cut: true }, { from: a, to: b, cut: false });
      case 'slow':
        return this.link(
          { from: b, to: a, extraLatencyUs: 600_000 },
          { from: b, to: a, extraLatencyUs: 0 },
        );
      case 'lossy':
        return this.link({ from: a, to: b, lossPercent: 40 }, { from: a, to: b, lossPercent: 0 });
      case 'apart':
        return this.apart(a);
      case 'server':
        return this.server();
      case 'reassign': {
        const ids = Array.from({ length: plan.brokers }, (_, index) => index + 1);
        const replicas = random.shuffle(ids).slice(0, plan.replicas);
        const partition = random.below(plan.partitions);
        await bench.tell(TOOLS, 'kafkaReassign', { topic: TOPIC, partition, replicas });
        return;
      }
      case 'preferred': {
        const partition = random.below(plan.partitions);
        await bench.tell(TOOLS, 'kafkaElect', { topic: TOPIC, partition, type: 'preferred' });
        return;
      }
      case 'deposed':
        await bench.tell(TOOLS, 'delete', { path: '/controller' });
    }
  }

  /** One thing at a time happens to a broker's process. */
  private async whileBusy(
    broker: number,
    begin: () => Promise<void>,
    end: () => Promise<void>,
  ): Promise<void> {
    if (this.busy.has(broker)) return;
    this.busy.add(broker);
    await begin();
    this.later(async () => {
      this.busy.delete(broker);
      await end();
    });
  }

  private async act(action: Action): Promise<void> {
    await this.bench.conductor.perform(action);
  }

  private async link(
    begin: Extract<Action, { type: 'setLinks' }>['changes'][number],
    end: Extract<Action, { type: 'setLinks' }>['changes'][number],
  ): Promise<void> {
    await this.act({ type: 'setLinks', changes: [begin] });
    this.later(() => this.act({ type: 'setLinks', changes: [end] }));
  }

  /** From all other brokers, but not from ZooKeeper. */
  private async apart(host: string): Promise<void> {
    const others = Array.from({ length: this.plan.brokers }, (_, index) => hostOf(index + 1));
    const changes = (cut: boolean) =>
      others
        .filter((other) => other !== host)
        .flatMap((other) => [
          { from: host, to: other, cut },
          { from: other, to: host, cut },
        ]);
    await this.act({ type: 'setLinks', changes: changes(true) });
    this.later(() => this.act({ type: 'setLinks', changes: changes(false) }));
  }

  private async server(): Promise<void> {
    await this.act({ type: 'kill', target: 'S1' });
    this.later(() => this.act({ type: 'restart', target: 'S1' }));
  }

  private async heal(): Promise<void> {
    while (this.ends.length > 0) {
      const [next] = this.ends.sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      await this.pass(Math.max(1, next.atMs - this.bench.nowMs));
    }
    await this.act({ type: 'heal' });
  }

  private async rest(): Promise<void> {
    const { bench, plan, checks } = this;
    // Whoever is gone must have been missed by now.
    await bench.run(DETECTION_MS);
    // One that was still handing over when it was told to come back.
    for (let id = 1; id <= plan.brokers; id++) {
      await bench.tell(hostOf(id), 'kafkaBroker', { id });
    }
    await bench.until('every partition is led, with all replicas in sync', async () => {
      if (checks.violation !== null) return true;
      const topic = JSON.parse((await bench.get(`/brokers/topics/${TOPIC}`)) ?? '{}');
      for (let partition = 0; partition < plan.partitions; partition++) {
        const state = await bench.stateOf(TOPIC, partition);
        const isr = state['isr'];
        const replicas = topic.partitions?.[partition] as readonly number[] | undefined;
        if (!Array.isArray(isr) || Number(state['leader']) < 0) return false;
        if (isr.length !== replicas?.length || replicas.length !== plan.replicas) return false;
      }
      return (await bench.get('/admin/reassign_partitions')) === null;
    });
    for (let tries = 0; tries < READS_MAX && checks.violation === null; tries++) {
      const loss = await this.readAll();
      if (loss === null) return;
      if (tries === READS_MAX - 1) checks.violation = loss;
      await bench.run(1_000);
    }
  }

  /** What of the acknowledged cannot be read; null if everything can. */
  private async readAll(): Promise<string | null> {
    const { bench, plan, checks } = this;
    const consumed = await bench.must(TOOLS, 'kafkaConsume', { topic: TOPIC, max: 10_000 });
    const records = new Map<string, Map<number, string>>();
    for (const one of consumed as readonly { partition: number; offset: number; value: string }[]) {
      const key = `${TOPIC}-${one.partition}`;
      const its = records.get(key) ?? new Map<number, string>();
      records.set(key, its.set(one.offset, one.value));
    }
    for (let partition = 0; partition < plan.partitions; partition++) {
      const key = `${TOPIC}-${partition}`;
      const loss = checks.lossIn(key, records.get(key) ?? new Map());
      if (loss !== null) return loss;
    }
    return null;
  }
}
