/**
 * Grants virtual time to the participants. A window is no longer than the smallest link latency,
 * so nothing that is sent inside it can arrive inside it, and all may run it at once. Windows
 * start at the next event: quiet time is skipped. How a run is cut into windows, steps and calls
 * changes nothing in it; only the seed, the configuration and the actions do.
 *
 * Invariants: (1) everything up to `doneUs` has happened; beyond it only events and actions up to
 * `touchedUs`. (2) An action is stamped later than all that had happened when it came, and goes
 * before all else at its time.
 */

import { assert } from '../base/assert.ts';
import { Fnv64 } from '../base/fnv.ts';
import { err, ok, type Result } from '../base/result.ts';
import { orderOf, serverId } from '../network/address.ts';
import type { DiskFiles } from '../server/disk.ts';
import { hashTrace } from '../trace/hashTrace.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import type { Action, StampedAction } from './actions.ts';
import type { EnsembleConfig } from './config.ts';
import { Disk } from './Disk.ts';
import type { Member } from './Member.ts';
import { mergeTraces } from './mergeTraces.ts';
import type { OutsideInput } from './Outside.ts';
import type { Grant, ParticipantHost, WindowReport } from './ParticipantHost.ts';
import { type OpenDisk, World } from './World.ts';

/** Actions kept; a longer run goes on, but cannot be replayed. */
export const ACTIONS_MAX = 1_000_000;

export type OnTrace = (events: readonly TraceEvent[]) => void;
export type ActionResult = Result<StampedAction, string>;

interface Waiting {
  readonly action: Action;
  readonly resolve: (result: ActionResult) => void;
}

export class Conductor {
  private readonly world: World;
  private readonly host: ParticipantHost;
  private readonly onTrace: OnTrace;
  private readonly windowUs: number;
  private readonly hash = new Fnv64();
  private readonly taken: StampedAction[] = [];
  private takenCount = 0;
  /** For their times, soonest first. */
  private scheduled: StampedAction[] = [];
  /** For as soon as the window under way has ended. */
  private waiting: Waiting[] = [];
  private tail: Promise<unknown> = Promise.resolve();
  private doneUs = -1;
  private touchedUs = -1;

  /** `onTrace` gets every event once, in global order. */
  constructor(
    config: EnsembleConfig,
    host: ParticipantHost,
    onTrace: OnTrace,
    openDisk: OpenDisk = () => new Disk(config.files),
  ) {
    this.host = host;
    this.onTrace = onTrace;
    this.windowUs = config.latencyUs.min;
    this.world = new World(config, host, openDisk);
  }

  get nowUs(): number {
    return Math.max(this.doneUs, this.touchedUs, 0);
  }

  /** Infinity if nothing will ever happen by itself. */
  get nextEventUs(): number {
    return Math.min(this.world.nextUs, this.scheduled[0]?.atUs ?? Number.POSITIVE_INFINITY);
  }

  /** What was done from outside so far: with the configuration it is the run. */
  get actions(): readonly StampedAction[] {
    return this.taken;
  }

  /** Of every event that `onTrace` has got. */
  get traceHash(): string {
    return this.hash.hex();
  }

  /** What a server would read from its disk now. */
  diskOf(sid: number): DiskFiles {
    return this.world.filesOf(serverId(sid));
  }

  /** Runs everything up to and including `untilUs`. */
  advanceTo(untilUs: number): Promise<void> {
    return this.inTurn(async () => {
      await this.runUntil(untilUs, true);
    });
  }

  /**
   * For a host that keeps to a clock: `inputs` happen as soon as possible, then all that is due up
   * to `untilUs`; quiet time passes up to `nowUs` only, so that what comes next is not late.
   */
  serve(inputs: readonly OutsideInput[], nowUs: number, untilUs: number): Promise<void> {
    return this.inTurn(async () => {
      await this.takeWaiting();
      this.world.tellOutside(Math.max(this.doneUs, this.touchedUs) + 1, inputs);
      await this.runUntil(untilUs, true, nowUs);
    });
  }

  /** Runs the next event, and no other. False if there is none. */
  step(): Promise<boolean> {
    return this.inTurn(async () => {
      await this.takeWaiting();
      return await this.runOne();
    });
  }

  /**
   * Does it as soon as possible; a replay diverges here, and what was scheduled for later is
   * forgotten. The error says why it cannot be done; then nothing has changed.
   */
  perform(action: Action): Promise<ActionResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ action, resolve });
      this.inTurn(() => this.takeWaiting()).catch(reject);
    });
  }

  /**
   * For a replay: takes effect at its time, which must be still to come. Ignored if it cannot be
   * done then.
   */
  schedule(stamped: StampedAction): void {
    const { atUs } = stamped;
    assert(Number.isSafeInteger(atUs) && atUs > Math.max(this.doneUs, this.touchedUs), 'too late');
    let at = this.scheduled.length;
    while (at > 0 && (this.scheduled[at - 1]?.atUs ?? 0) > atUs) at -= 1;
    this.scheduled.splice(at, 0, stamped);
  }

  dispose(): void {
    this.host.dispose();
  }

  /** One caller at a time. */
  private inTurn<T>(job: () => Promise<T>): Promise<T> {
    const result = this.tail.then(job);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async runUntil(untilUs: number, takesWaiting: boolean, restUs = untilUs): Promise<void> {
    for (;;) {
      if (takesWaiting && this.waiting.length > 0) await this.takeWaiting();
      const fromUs = this.world.nextUs;
      const actionUs = this.scheduled[0]?.atUs ?? Number.POSITIVE_INFINITY;
      if (Math.min(fromUs, actionUs) > untilUs) break;
      if (actionUs <= fromUs) {
        this.applyScheduled();
        continue;
      }
      const endUs = Math.min(fromUs + this.windowUs - 1, untilUs, actionUs - 1);
      const reports = this.host.run(this.grantsUntil(endUs));
      this.absorb(reports instanceof Promise ? await reports : reports, endUs);
      this.doneUs = Math.max(this.doneUs, endUs);
    }
    this.doneUs = Math.max(this.doneUs, restUs);
    this.emit(this.world.takeTrace(this.doneUs));
  }

  private grantsUntil(untilUs: number): readonly Grant[] {
    const grants: Grant[] = [];
    for (const member of this.world.members.values()) {
      if (member.nextUs <= untilUs) grants.push(grantTo(member, untilUs, Number.POSITIVE_INFINITY));
    }
    return grants;
  }

  private async runOne(): Promise<boolean> {
    for (;;) {
      const atUs = this.nextEventUs;
      if (atUs === Number.POSITIVE_INFINITY) return false;
      if (this.scheduled[0]?.atUs === atUs) {
        this.applyScheduled();
        return true;
      }
      const first = [...this.world.members.values()]
        .filter(({ nextUs }) => nextUs === atUs)
        .reduce((a, b) => (a.order < b.order ? a : b));
      const reports = await this.host.run([grantTo(first, atUs, 1)]);
      this.touchedUs = Math.max(this.touchedUs, atUs);
      this.absorb(reports, atUs);
      if (reports.some(({ handled }) => handled > 0)) return true;
    }
  }

  private async takeWaiting(): Promise<void> {
    const { waiting } = this;
    this.waiting = [];
    for (const { action, resolve } of waiting) {
      const atUs = Math.max(this.doneUs, this.touchedUs) + 1;
      await this.runUntil(atUs - 1, false);
      const error = this.world.check(action);
      if (error === null) this.scheduled = [];
      resolve(error === null ? ok(this.apply({ atUs, action })) : err(error));
    }
  }

  private applyScheduled(): void {
    const stamped = this.scheduled.shift();
    if (stamped === undefined) return;
    this.doneUs = Math.max(this.doneUs, stamped.atUs - 1);
    if (this.world.check(stamped.action) === null) this.apply(stamped);
  }

  private apply(stamped: StampedAction): StampedAction {
    const { atUs, action } = stamped;
    this.touchedUs = atUs;
    this.world.apply(atUs, this.takenCount, action);
    this.takenCount += 1;
    if (this.taken.length < ACTIONS_MAX) this.taken.push(stamped);
    this.emit(this.world.takeTrace(atUs));
    return stamped;
  }

  private absorb(reports: readonly WindowReport[], untilUs: number): void {
    this.world.absorb(reports, untilUs);
    const lists = reports.map(({ who, trace }) => ({ order: orderOf(who), events: trace }));
    this.emit(mergeTraces([{ order: 0, events: this.world.takeTrace(untilUs) }, ...lists]));
  }

  private emit(events: readonly TraceEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) hashTrace(this.hash, event);
    this.onTrace(events);
  }
}

function grantTo(member: Member, untilUs: number, eventsMax: number): Grant {
  return { who: member.id, untilUs, eventsMax, inputs: member.takeInputs() };
}
