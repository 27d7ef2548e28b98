/**
 * Participants in Web Workers: one for each server, one for all clients, and a port between every
 * two of them. The page sends grants and gets reports; messages go from worker to worker. A
 * worker begins a window when every pack that was posted to it in earlier windows has come, so
 * that threads and queues leave no mark on the run.
 */

import type {
  Grant,
  Launch,
  ParticipantHost,
  WindowReport,
} from '../../conductor/ParticipantHost.ts';
import { isServerId, type ParticipantId } from '../../network/address.ts';
import { CLIENTS, type PackCount, type WorkerNumber, type WorkerRole } from './protocol.ts';
import { RemoteWorker, type Spawn } from './RemoteWorker.ts';

export class WorkerHost implements ParticipantHost {
  private readonly spawn: Spawn;
  private readonly onError: (error: unknown) => void;
  private readonly workers = new Map<WorkerNumber, RemoteWorker>();
  private readonly byRole = new Map<WorkerRole, RemoteWorker>();
  private nextNumber = 1;

  /** `onError`: a worker failed while nobody waited for it. */
  constructor(spawn: Spawn, onError: (error: unknown) => void) {
    this.spawn = spawn;
    this.onError = onError;
  }

  start(launch: Launch): void {
    const role = roleOf(launch.who);
    const worker = this.byRole.get(role) ?? this.addWorker(role);
    worker.tell({ type: 'start', launch });
  }

  async run(grants: readonly Grant[]): Promise<readonly WindowReport[]> {
    const shares = new Map<RemoteWorker, Grant[]>();
    for (const grant of grants) {
      const worker = this.workerOf(grant.who);
      const share = shares.get(worker);
      if (share === undefined) shares.set(worker, [grant]);
      else share.push(grant);
    }
    // All counts are read before any worker runs: they are those of earlier windows.
    const runs = [...shares].map(([worker, share]) => {
      return { worker, share, expected: this.expectedBy(worker) };
    });
    const parts = await Promise.all(
      runs.map(({ worker, share, expected }) => runShare(worker, share, expected)),
    );
    const reports = new Map(parts.flat().map((report) => [report.who, report]));
    return grants.map(({ who }) => reportOf(reports, who));
  }

  stop(who: ParticipantId): void {
    const worker = this.workerOf(who);
    if (worker.role === CLIENTS) worker.tell({ type: 'stop', who });
    else this.retire(worker).catch(this.onError);
  }

  dispose(): void {
    for (const worker of this.workers.values()) worker.terminate();
    this.workers.clear();
    this.byRole.clear();
  }

  private addWorker(role: WorkerRole): RemoteWorker {
    const worker = new RemoteWorker(this.nextNumber++, role, this.spawn);
    for (const other of this.workers.values()) {
      const { port1, port2 } = new MessageChannel();
      const { number, role: otherRole } = other;
      worker.tell({ type: 'connect', worker: number, role: otherRole, port: port1 }, [port1]);
      other.tell({ type: 'connect', worker: worker.number, role, port: port2 }, [port2]);
    }
    this.workers.set(worker.number, worker);
    this.byRole.set(role, worker);
    return worker;
  }

  /** Terminates a worker once all that it sent has arrived. */
  private async retire(worker: RemoteWorker): Promise<void> {
    this.byRole.delete(worker.role);
    const waits: Promise<unknown>[] = [];
    for (const [number, count] of worker.posted) {
      const expected = [{ worker: worker.number, count }];
      const receiver = this.workers.get(number);
      if (receiver !== undefined) waits.push(receiver.ask({ type: 'await', expected }));
    }
    await Promise.all(waits);
    worker.terminate();
    this.workers.delete(worker.number);
    for (const other of this.workers.values()) {
      other.tell({ type: 'disconnect', worker: worker.number });
      other.posted.delete(worker.number);
    }
  }

  private expectedBy(receiver: RemoteWorker): readonly PackCount[] {
    const expected: PackCount[] = [];
    for (const { number: worker, posted } of this.workers.values()) {
      const count = posted.get(receiver.number);
      if (count !== undefined) expected.push({ worker, count });
    }
    return expected;
  }

  private workerOf(who: ParticipantId): RemoteWorker {
    const worker = this.byRole.get(roleOf(who));
    if (worker === undefined) throw new Error(`${who} has no worker`);
    return worker;
  }
}

const roleOf = (who: ParticipantId): WorkerRole => (isServerId(who) ? who : CLIENTS);

async function runShare(
  worker: RemoteWorker,
  grants: readonly Grant[],
  expected: readonly PackCount[],
): Promise<readonly WindowReport[]> {
  const answer = await worker.ask({ type: 'run', grants, expected });
  if (answer?.type !== 'reports') throw new Error(`the worker of ${worker.role} was terminated`);
  for (const { worker: receiver, count } of answer.posted) worker.posted.set(receiver, count);
  return answer.reports;
}

function reportOf(reports: ReadonlyMap<ParticipantId, WindowReport>, who: string): WindowReport {
  const report = reports.get(who);
  if (report === undefined) throw new Error(`no report of ${who}`);
  return report;
}
