/**
 * What may never be lost is in the history of every later leader. Two things may not: what any
 * server has committed (TLA+ PrimaryIntegrity), and what a client has been told of. The second must
 * be committed as well.
 */

import type { Zxid } from '../protocol/zxid.ts';
import { epochOf, formatZxid, ZERO_ZXID } from '../protocol/zxid.ts';
import type { TraceEvent, TraceOf } from '../trace/TraceEvent.ts';
import { BaseCheck, seconds } from './Check.ts';
import type { CommittedTxns } from './CommittedTxns.ts';
import type { Histories } from './Histories.ts';

interface Kept {
  readonly zxid: Zxid;
  readonly atUs: number;
  /** `S1 committed`, `C1 was told of`. */
  readonly said: string;
}

abstract class SurvivingTxns extends BaseCheck {
  protected readonly histories: Histories;
  private newest: Kept = { zxid: ZERO_ZXID, atUs: 0, said: '' };
  private wiped = '';

  constructor(histories: Histories) {
    super();
    this.histories = histories;
  }

  protected fold(event: TraceEvent): void {
    this.histories.observe(event);
    if (event.type === 'leaderEstablished') this.onEstablished(event);
    else if (event.type === 'diskWiped') {
      this.wiped = `; the disk of ${event.target} was wiped at ${seconds(event.atUs)}`;
    }
  }

  /** It must be in the histories of all leaders there are and will be after its own. */
  protected keep(event: TraceEvent, kept: Kept): void {
    if (kept.zxid > this.newest.zxid) this.newest = kept;
    const { newestEpoch } = this.histories;
    if (newestEpoch <= epochOf(kept.zxid)) return;
    const epoch = this.histories.epoch(newestEpoch);
    if (epoch === undefined || this.histories.contains(epoch.base, kept.zxid)) return;
    this.lost(event, kept, `${epoch.leader}, leader since ${seconds(epoch.establishedUs)},`);
  }

  private onEstablished(event: TraceOf<'leaderEstablished'>): void {
    const { newest } = this;
    const base = this.histories.epoch(event.epoch)?.base ?? ZERO_ZXID;
    // A leader that was slow to notice that it has a successor promises nothing.
    if (event.epoch <= epochOf(newest.zxid)) return;
    if (!this.histories.contains(base, newest.zxid))
      this.lost(event, newest, `leader ${event.who}`);
  }

  private lost(event: TraceEvent, { zxid, said, atUs }: Kept, leader: string): void {
    const kept = `${formatZxid(zxid)}, which ${said} at ${seconds(atUs)}`;
    this.fail(event, `${leader} lacks ${kept}${this.wiped}`);
  }
}

export class PrimaryIntegrity extends SurvivingTxns {
  readonly id = 'primaryIntegrity';
  readonly title = 'Committed is never lost';

  protected override fold(event: TraceEvent): void {
    super.fold(event);
    const { who, atUs } = event;
    const said = `${who} committed`;
    if (event.type === 'committed') {
      this.keep(event, { zxid: event.zxid, atUs, said });
    } else if (event.type === 'leaderEstablished') {
      const base = this.histories.epoch(event.epoch)?.base ?? ZERO_ZXID;
      this.keep(event, { zxid: base, atUs, said: `${said} as the leader of epoch ${event.epoch}` });
    }
  }
}

export class AcknowledgedWrites extends SurvivingTxns {
  readonly id = 'acknowledgedWrites';
  readonly title = 'What a client was told is never lost';
  private readonly committed: CommittedTxns;

  constructor(histories: Histories, committed: CommittedTxns) {
    super(histories);
    this.committed = committed;
  }

  protected override fold(event: TraceEvent): void {
    super.fold(event);
    this.committed.observe(event);
    if (event.type !== 'operationDone' || event.zxid <= 0) return;
    const { who, op, path, atUs } = event;
    const zxid = event.zxid as Zxid;
    const said = `${who} was told of (${op} ${path})`;
    if (this.histories.newestEpoch > 0 && !this.histories.contains(this.committed.end, zxid)) {
      const end = formatZxid(this.committed.end);
      this.fail(
        event,
        `${formatZxid(zxid)}, which ${said}, is not committed (that ends at ${end})`,
      );
      return;
    }
    this.keep(event, { zxid, atUs, said });
  }
}
