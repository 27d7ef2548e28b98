/**
 * What each voter has on its disk, to tell whether one of them may be wiped. ZooKeeper trusts
 * disks: a voter that has forgotten what it acknowledged, or which epoch it accepted, can make a
 * quorum that knows too little.
 */

import type { ParticipantId } from '../network/address.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';

interface Disk {
  zxid: number;
  acceptedEpoch: number;
}

export class Disks {
  private readonly disks = new Map<ParticipantId, Disk>();

  constructor(voters: readonly ParticipantId[]) {
    for (const voter of voters) this.disks.set(voter, { zxid: 0, acceptedEpoch: 0 });
  }

  observe(event: TraceEvent): void {
    const disk = this.disks.get(event.type === 'diskWiped' ? event.target : event.who);
    if (disk === undefined) return;
    switch (event.type) {
      case 'recovered':
        disk.zxid = event.lastZxid;
        disk.acceptedEpoch = event.acceptedEpoch;
        return;
      case 'logged':
      case 'truncated':
        disk.zxid = event.zxid;
        return;
      case 'snapshotTaken':
        disk.zxid = Math.max(disk.zxid, event.zxid);
        return;
      case 'acceptedEpoch':
        disk.acceptedEpoch = event.epoch;
        return;
      case 'diskWiped':
        disk.zxid = 0;
        disk.acceptedEpoch = 0;
        return;
      default:
        return;
    }
  }

  /** A quorum of the others knows all that this one does. */
  canWipe(server: ParticipantId): boolean {
    const own = this.disks.get(server);
    if (own === undefined) return true;
    let count = 0;
    for (const [other, { zxid, acceptedEpoch }] of this.disks) {
      const knows = zxid >= own.zxid && acceptedEpoch >= own.acceptedEpoch;
      if (other !== server && knows) count += 1;
    }
    return count >= Math.floor(this.disks.size / 2) + 1;
  }
}
