/**
 * The controller of one broker's session: stands for election at /controller and, once elected,
 * looks after brokers, topics and partitions. One thing at a time, in the order in which it hears
 * of them. What it writes carries its epoch and is refused once there is a newer controller; then
 * it resigns. Ends with the session; the next one gets a new Controller.
 * Source: Kafka 3.8 KafkaController.scala.
 */

import type { ClientContext } from '../client/ClientContext.ts';
import { isKeeperError, KeeperError } from '../client/KeeperError.ts';
import { createOp, setDataOp } from '../client/ops.ts';
import type { Watcher } from '../client/watch.ts';
import type { ZooKeeper } from '../client/ZooKeeper.ts';
import type { AnnouncerHost } from './Announcer.ts';
import type { ControlledShutdownRequest, ElectLeadersRequest } from './api.ts';
import { KafkaError } from './api.ts';
import { CONTROLLER, CONTROLLER_EPOCH } from './paths.ts';
import { Reign } from './Reign.ts';
import { decodeController, decodeEpoch, encodeController, MalformedZnode } from './records.ts';
import { ControllerMoved, FencedZk, Zk } from './Zk.ts';

/** Before it tries again what a malformed znode kept it from. */
const REPAIR_WAIT_MS = 1_000;

export interface ControllerHost {
  readonly context: ClientContext;
  readonly brokerId: number;
  ask: AnnouncerHost['ask'];
}

/** Something to be done in turn; a second one of the same name that still waits is the same. */
type Job = () => Promise<void>;

export class Controller {
  private readonly host: ControllerHost;
  private readonly keeper: ZooKeeper;
  private readonly zk: Zk;
  private readonly jobs = new Map<string, Job>();
  private reign: Reign | null = null;
  private isRunning = false;
  private isEnded = false;

  constructor(host: ControllerHost, keeper: ZooKeeper) {
    this.host = host;
    this.keeper = keeper;
    this.zk = new Zk(keeper);
  }

  get isActive(): boolean {
    return this.reign !== null;
  }

  start(): void {
    this.enqueue('elect', () => this.elect());
  }

  /** For good: the session is over, or the broker leaves. */
  end(why: string): void {
    this.resign(why);
    this.isEnded = true;
    this.jobs.clear();
  }

  /** Moves leaders away from a broker that wants to go; how many it leads still. */
  controlledShutdown(request: ControlledShutdownRequest): Promise<number> {
    const name = `shutdown of ${request.brokerId} ${this.host.context.uuid()}`;
    return this.inTurn(name, (reign) => reign.controlledShutdown(request));
  }

  electLeaders(request: ElectLeadersRequest): Promise<number> {
    return this.inTurn(`election ${this.host.context.uuid()}`, (reign) =>
      reign.electOne(request, request.electionType),
    );
  }

  /** Perhaps somebody may lead now who could not before. */
  async onConfigChange(topic: string): Promise<void> {
    await this.reign?.electOffline(topic);
  }

  enqueue(name: string, job: Job): void {
    if (this.isEnded) return;
    if (!this.jobs.has(name)) this.jobs.set(name, job);
    if (!this.isRunning) void this.run();
  }

  private inTurn(name: string, work: (reign: Reign) => Promise<number>): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.reign === null) return reject(new KafkaError('NOT_CONTROLLER'));
      this.enqueue(name, async () => {
        try {
          if (this.reign === null) throw new KafkaError('NOT_CONTROLLER');
          resolve(await work(this.reign));
        } catch (error) {
          reject(error instanceof KafkaError ? error : new KafkaError('NOT_CONTROLLER'));
          if (!(error instanceof KafkaError)) throw error;
        }
      });
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (let next = first(this.jobs); next !== null; next = first(this.jobs)) {
      const [name, job] = next;
      this.jobs.delete(name);
      try {
        await job();
        this.reign?.flush();
      } catch (error) {
        await this.onFailure(name, job, error);
      }
    }
    this.isRunning = false;
  }

  private async onFailure(name: string, job: Job, error: unknown): Promise<void> {
    if (error instanceof ControllerMoved) {
      this.fenced(error.message);
    } else if (error instanceof MalformedZnode) {
      this.problem(error);
      await this.host.context.sleep(REPAIR_WAIT_MS);
      this.enqueue(name, job);
    } else if (error instanceof KeeperError) {
      if (!this.keeper.isAlive) return this.end('the session is over');
      this.step(CONTROLLER, `${name}: ${error.cliMessage}`);
      await this.host.context.sleep(REPAIR_WAIT_MS);
      this.enqueue(name, job);
    } else {
      throw error;
    }
  }

  private async elect(): Promise<void> {
    if (this.reign !== null) return;
    this.step(CONTROLLER, 'look for a controller');
    const known = await this.zk.exists(CONTROLLER, this.onControllerChange);
    if (known?.ephemeralOwner === this.keeper.sessionId) {
      // Of a reign that has ended: somebody else wrote the epoch.
      await this.zk.remove(CONTROLLER);
      return this.start();
    }
    if (known !== null) {
      const found = await this.zk.read(CONTROLLER, this.onControllerChange);
      if (found === null) return this.start();
      const id = decodeController(CONTROLLER, found.data);
      return this.step(CONTROLLER, `broker ${id} is the controller`);
    }
    this.step(CONTROLLER, 'stand for election');
    await this.zk.ensure(CONTROLLER_EPOCH, '0');
    const epochZnode = await this.zk.read(CONTROLLER_EPOCH);
    if (epochZnode === null) return this.start();
    const epoch = decodeEpoch(CONTROLLER_EPOCH, epochZnode.data) + 1;
    const isMine = await this.claim(epoch, epochZnode.stat.version);
    if (!isMine) return this.start();
    await this.take(epoch, epochZnode.stat.version + 1);
  }

  private async claim(epoch: number, epochVersion: number): Promise<boolean> {
    const { brokerId, context } = this.host;
    const mine = encodeController(brokerId, context.dateMs);
    try {
      await this.keeper.multi([
        createOp(CONTROLLER, mine, { mode: 'EPHEMERAL' }),
        setDataOp(CONTROLLER_EPOCH, `${epoch}`, epochVersion),
      ]);
      return true;
    } catch (error) {
      if (isKeeperError(error, 'NODEEXISTS') || isKeeperError(error, 'BADVERSION')) return false;
      if (!isKeeperError(error, 'CONNECTIONLOSS')) throw error;
    }
    // The answer is lost, but perhaps nothing else: ours is told by its session.
    const found = await this.zk.exists(CONTROLLER);
    return found !== null && found.ephemeralOwner === this.keeper.sessionId;
  }

  private async take(epoch: number, epochVersion: number): Promise<void> {
    const { context, brokerId } = this.host;
    this.reign = new Reign({
      context,
      brokerId,
      epoch,
      zk: new FencedZk(this.keeper, epochVersion),
      ask: (host, api, body, text) => this.host.ask(host, api, body, text),
      enqueue: (name, work) => this.enqueueFor(epoch, name, work),
      isCurrent: () => this.reign?.epoch === epoch,
      problem: (error) => this.problem(error),
      onFenced: (why) => this.enqueueFor(epoch, 'fenced', async () => this.fenced(why)),
    });
    this.step(CONTROLLER, `elected: controller epoch ${epoch}`);
    context.note('kafka', 'controller', { broker: brokerId, epoch, isActive: true, why: '' });
    await this.reign.begin();
  }

  /** Work of a reign that has ended is left undone. */
  private enqueueFor(epoch: number, name: string, work: (reign: Reign) => Promise<void>): void {
    // Watches of an earlier reign still fire: their work must not pass for that of this one.
    this.enqueue(`${name}, epoch ${epoch}`, async () => {
      if (this.reign?.epoch === epoch) await work(this.reign);
    });
  }

  private readonly onControllerChange: Watcher = ({ type }) => {
    if (type === 'None') return;
    this.enqueue('controller change', async () => {
      if (this.reign !== null) {
        const found = await this.zk.exists(CONTROLLER, this.onControllerChange);
        if (found?.ephemeralOwner === this.keeper.sessionId) return;
        this.resign(`${CONTROLLER} is somebody else's`);
      }
      await this.elect();
    });
  };

  private fenced(why: string): void {
    const { context, brokerId } = this.host;
    const epoch = this.reign?.epoch ?? 0;
    context.note('kafka', 'fenced', { broker: brokerId, epoch, why });
    this.resign(why);
    this.start();
  }

  private resign(why: string): void {
    const { reign } = this;
    if (reign === null) return;
    this.reign = null;
    const { context, brokerId } = this.host;
    this.step(CONTROLLER, `resigns from controller epoch ${reign.epoch}: ${why}`);
    const { epoch } = reign;
    context.note('kafka', 'controller', { broker: brokerId, epoch, isActive: false, why });
  }

  private problem({ path, message }: MalformedZnode): void {
    this.step(path, `malformed: ${message}`);
    this.host.context.note('kafka', 'problem', { broker: this.host.brokerId, path, message });
  }

  private step(path: string, text: string): void {
    this.host.context.step('kafka', path, text);
  }
}

function first(jobs: ReadonlyMap<string, Job>): readonly [string, Job] | null {
  for (const entry of jobs) return entry;
  return null;
}
