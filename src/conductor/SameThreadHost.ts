/**
 * Participants in the thread of the conductor: the simulator. Messages are handed over as
 * objects.
 */

import { assert } from '../base/assert.ts';
import type { ParticipantId } from '../network/address.ts';
import type { Message } from '../network/Message.ts';
import { createParticipant, type Programs } from './createParticipant.ts';
import type { Participant } from './Participant.ts';
import type { Grant, Launch, ParticipantHost, WindowReport } from './ParticipantHost.ts';

export class SameThreadHost implements ParticipantHost {
  private readonly programs: Programs;
  private readonly participants = new Map<ParticipantId, Participant>();

  constructor(programs: Programs) {
    this.programs = programs;
  }

  start(launch: Launch): void {
    const sendOut = (message: Message) => this.participants.get(message.to)?.take(message);
    this.participants.set(launch.who, createParticipant(launch, this.programs, sendOut));
  }

  run(grants: readonly Grant[]): readonly WindowReport[] | Promise<readonly WindowReport[]> {
    const reports: WindowReport[] = [];
    for (let i = 0; i < grants.length; i++) {
      const grant = grants[i] as Grant;
      const report = this.participantOf(grant).run(grant);
      if (report instanceof Promise) return this.finish(grants, i + 1, reports, report);
      reports.push(report);
    }
    return reports;
  }

  stop(who: ParticipantId): void {
    this.participants.delete(who);
  }

  dispose(): void {
    this.participants.clear();
  }

  /** The rest of a window, from the first participant that needs to wait for async code. */
  private async finish(
    grants: readonly Grant[],
    from: number,
    reports: WindowReport[],
    first: Promise<WindowReport>,
  ): Promise<readonly WindowReport[]> {
    reports.push(await first);
    for (const grant of grants.slice(from))
      reports.push(await this.participantOf(grant).run(grant));
    return reports;
  }

  private participantOf({ who }: Grant): Participant {
    const participant = this.participants.get(who);
    assert(participant !== undefined, `${who} is not running`);
    return participant;
  }
}
