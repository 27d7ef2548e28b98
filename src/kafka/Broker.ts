/**
 * A broker as a client program: registers under /brokers/ids, stands for controller, keeps the
 * replicas that controllers give it, and answers controllers, other brokers, producers and
 * consumers. When its session expires it registers anew, with a higher broker epoch.
 * Source: Kafka 3.8 KafkaServer.scala, KafkaApis.scala, KafkaZkClient.registerBroker.
 *
 * Departs: after a kill, Kafka refuses to start until the old session's znode is gone; here the
 * broker waits for that.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError, KeeperError } from '../client/KeeperError.ts';
import { createOp, setDataOp } from '../client/ops.ts';
import { PeerError } from '../client/peerNetwork.ts';
import type { JsonValue } from '../client/trace.ts';
import { watchOnce } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import { toJson } from './api.ts';
import { BrokerApis } from './BrokerApis.ts';
import { Controller } from './Controller.ts';
import { IsrWriter } from './IsrWriter.ts';
import { randomId } from './ids.ts';
import type { Partition } from './Partition.ts';
import { brokerPath, CLUSTER_ID, CONTROLLER, PERSISTENT_PATHS } from './paths.ts';
import { ReplicaManager } from './ReplicaManager.ts';
import { decodeBroker, decodeController, encodeBroker, type MalformedZnode } from './records.ts';
import { SETTINGS } from './settings.ts';
import { TopicConfigs } from './TopicConfigs.ts';
import { Zk } from './Zk.ts';

interface Session {
  readonly keeper: ZooKeeper;
  readonly zk: Zk;
  readonly controller: Controller;
}

export class Broker {
  readonly context: ClientContext;
  readonly brokerId: number;
  readonly replicas: ReplicaManager;
  readonly configs: TopicConfigs;
  /** Czxid of its znode in the newest session; 0 before the first. */
  epoch = 0;
  private readonly apis: BrokerApis;
  private readonly isrWriter: IsrWriter;
  private session: Session | null = null;
  private isStopped = false;
  private resolveRegistered: (epoch: number) => void = () => {};

  constructor(context: ClientContext, brokerId: number) {
    this.context = context;
    this.brokerId = brokerId;
    this.replicas = new ReplicaManager(this);
    this.configs = new TopicConfigs((error) => this.problem(error));
    this.apis = new BrokerApis(this);
    this.isrWriter = new IsrWriter(context, (partition) => {
      this.replicas.tell(partition);
      this.replicas.changed.notify();
    });
  }

  get controller(): Controller | null {
    return this.session?.controller ?? null;
  }

  get zk(): Zk | null {
    return this.session?.zk ?? null;
  }

  /** Resolves with the broker epoch when it is registered; goes on until it is stopped. */
  start(): Promise<number> {
    this.note('starting');
    this.context.peers.serve((_, request) => this.apis.answer(request));
    const registered = new Promise<number>((resolve) => {
      this.resolveRegistered = resolve;
    });
    void this.live();
    void this.watchLag();
    return registered;
  }

  /** Controlled shutdown: first others take over what it leads. */
  async shutdown(): Promise<void> {
    this.note('stopping');
    for (let tries = 0; tries < SETTINGS.shutdownRetries; tries++) {
      const left = await this.askToGo();
      if (left === 0) break;
      const text = left === null ? 'no controller answers' : `still leads ${left}`;
      this.context.step('kafka', brokerPath(this.brokerId), `broker ${this.brokerId} ${text}`);
      await this.context.sleep(SETTINGS.shutdownBackoffMs);
    }
    await this.stop();
  }

  /** At once: the session is closed, so that everybody knows. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    const { session } = this;
    this.session = null;
    session?.controller.end('the broker stops');
    this.replicas.end();
    this.context.peers.serve(null);
    await session?.keeper.close();
    this.note('stopped');
  }

  hostOf(broker: number): string | null {
    return this.apis.hostOf(broker);
  }

  minIsrOf(topic: string): number {
    return this.configs.minIsrOf(topic);
  }

  changeIsr(partition: Partition, isr: readonly number[]): void {
    if (this.session !== null) this.isrWriter.change(this.session.zk, partition, isr);
  }

  /** Rejects with PeerError, also where it asks itself. */
  async ask(host: string, api: string, body: object, text: string): Promise<JsonValue> {
    const { peers, id } = this.context;
    const { requestTimeoutMs: timeoutMs } = SETTINGS;
    if (host !== id) return peers.ask(host, { api, body: toJson(body), text, timeoutMs });
    try {
      return (await this.apis.answer({ api, body: toJson(body) })).body;
    } catch (error) {
      throw new PeerError('answered', error instanceof Error ? error.message : String(error));
    }
  }

  problem({ path, message }: MalformedZnode): void {
    this.context.step('kafka', path, `malformed: ${message}`);
    this.context.note('kafka', 'problem', { broker: this.brokerId, path, message });
  }

  private async live(): Promise<void> {
    while (!this.isStopped) {
      const keeper = this.context.openSession();
      const ended = untilEnded(keeper);
      try {
        await keeper.connected();
        await this.join(keeper);
        await ended;
      } catch (error) {
        if (!(error instanceof KeeperError)) throw error;
        this.context.step('kafka', brokerPath(this.brokerId), error.cliMessage);
        if (keeper.isAlive) await this.context.sleep(SETTINGS.retryBackoffMs);
      }
      this.session?.controller.end('the session is over');
      this.session = null;
    }
  }

  private async join(keeper: ZooKeeper): Promise<void> {
    const zk = new Zk(keeper);
    // Requests are carried out in order: parents first, without waiting for each.
    await Promise.all(PERSISTENT_PATHS.map((path) => zk.ensure(path)));
    const id = randomId(this.context.random);
    await zk.ensure(CLUSTER_ID, JSON.stringify({ version: '1', id }));
    this.epoch = await this.register(zk);
    if (this.isStopped) return;
    const controller = new Controller(this, keeper);
    this.session = { keeper, zk, controller };
    await this.configs.begin(zk, this.onConfigChange);
    this.context.step('kafka', brokerPath(this.brokerId), `registered, broker ${this.brokerId}`);
    this.note('running');
    this.resolveRegistered(this.epoch);
    controller.start();
  }

  /** Returns the broker epoch. */
  private async register(zk: Zk): Promise<number> {
    const { context, brokerId } = this;
    const path = brokerPath(brokerId);
    for (;;) {
      try {
        const results = await zk.keeper.multi([
          createOp(path, null, { mode: 'EPHEMERAL' }),
          setDataOp(path, encodeBroker(context.id, context.dateMs), 0),
        ]);
        const [, written] = results;
        if (written !== undefined && 'stat' in written) return written.stat.czxid;
      } catch (error) {
        const isKnown =
          isKeeperError(error, 'NODEEXISTS') || isKeeperError(error, 'CONNECTIONLOSS');
        if (!isKnown) throw error;
      }
      const gone = watchOnce();
      const found = await zk.read(path, gone.watcher);
      if (found === null) continue;
      if (found.stat.ephemeralOwner === zk.keeper.sessionId) return found.stat.czxid;
      context.step('kafka', path, 'wait for the znode of another session to go');
      await gone.fired;
    }
  }

  private async askToGo(): Promise<number | null> {
    const { zk } = this;
    if (zk === null) return null;
    try {
      const controller = await zk.read(CONTROLLER);
      if (controller === null) return null;
      const path = brokerPath(decodeController(CONTROLLER, controller.data));
      const found = await zk.read(path);
      if (found === null) return null;
      const { host } = decodeBroker(path, 0, found.data, 0);
      const request = { brokerId: this.brokerId, brokerEpoch: this.epoch };
      const left = await this.ask(host, 'ControlledShutdown', request, `broker ${this.brokerId}`);
      return typeof left === 'number' ? left : null;
    } catch {
      return null;
    }
  }

  private async watchLag(): Promise<void> {
    while (!this.isStopped) {
      await this.context.sleep(SETTINGS.lagCheckMs);
      this.replicas.shrinkIsrs();
    }
  }

  private readonly onConfigChange = ({ type }: { readonly type: string }): void => {
    const { session } = this;
    if (type === 'None' || session === null) return;
    session.controller.enqueue('config change', async () => {
      const topics = await this.configs.readChanges(session.zk, this.onConfigChange);
      for (const partition of this.replicas.all()) {
        partition.minIsr = this.configs.minIsrOf(partition.topic);
      }
      for (const topic of topics) await session.controller.onConfigChange(topic);
    });
  };

  private note(state: 'starting' | 'running' | 'stopping' | 'stopped'): void {
    const { brokerId: broker, epoch } = this;
    this.context.note('kafka', 'broker', { broker, state, epoch });
  }
}

function untilEnded(keeper: ZooKeeper): Promise<void> {
  return new Promise((resolve) => {
    const stop = keeper.onState(() => {
      if (keeper.isAlive) return;
      stop();
      resolve();
    });
  });
}
