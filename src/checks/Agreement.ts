/**
 * TLA+ Agreement, on states: servers that are at the same zxid have the same tree, the one that the
 * leader foresaw when it made the txn; and one zxid is one txn.
 */

import type { ParticipantId } from '../network/address.ts';
import { decodeTxn } from '../protocol/txns.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { formatZxid } from '../protocol/zxid.ts';
import type { TraceEvent } from '../trace/TraceEvent.ts';
import { BoundedMap } from './BoundedMap.ts';
import { BaseCheck, seconds } from './Check.ts';

interface State {
  readonly digest: string;
  /** -1 where it is not told. */
  readonly error: number;
  readonly who: ParticipantId;
  readonly atUs: number;
}

/** Servers that are further behind than this get a snapshot, or find nothing to compare with. */
const STATES_MAX = 20_000;

export class Agreement extends BaseCheck {
  readonly id = 'agreement';
  readonly title = 'Same zxid, same tree';
  private readonly states = new BoundedMap<Zxid, State>(STATES_MAX);
  private readonly foreseen = new BoundedMap<Zxid, { by: ParticipantId; digest: string | null }>(
    STATES_MAX,
  );

  protected fold(event: TraceEvent): void {
    switch (event.type) {
      case 'proposed':
        return this.foresee(event, event.zxid, event.txn);
      case 'applied': {
        const { digest, error, who, atUs } = event;
        return this.compare(event, event.zxid, { digest, error, who, atUs });
      }
      case 'snapshotLoaded': {
        const { digest, who, atUs } = event;
        return this.compare(event, event.zxid, { digest, error: -1, who, atUs });
      }
      default:
        return;
    }
  }

  private foresee(event: TraceEvent, zxid: Zxid, bytes: Uint8Array): void {
    const earlier = this.foreseen.get(zxid);
    if (earlier !== undefined) {
      this.fail(event, `${event.who} proposes ${formatZxid(zxid)}, as ${earlier.by} did before`);
      return;
    }
    const txn = decodeTxn(bytes);
    if (!txn.ok) {
      this.fail(event, `${event.who} proposes ${formatZxid(zxid)}, which is no txn`);
      return;
    }
    const digest = txn.value.digest?.treeDigest ?? null;
    const unsigned = digest === null ? null : String(BigInt.asUintN(64, digest));
    this.foreseen.set(zxid, { by: event.who, digest: unsigned });
  }

  private compare(event: TraceEvent, zxid: Zxid, state: State): void {
    const expected = this.foreseen.get(zxid);
    const at = `at ${formatZxid(zxid)}`;
    if (expected?.digest != null && expected.digest !== state.digest) {
      const { by, digest } = expected;
      this.fail(event, `${state.who} has tree ${state.digest} ${at}, ${by} foresaw ${digest}`);
    }
    const other = this.states.get(zxid);
    if (other === undefined) {
      this.states.set(zxid, state);
      return;
    }
    const isSameError = other.error === state.error || other.error < 0 || state.error < 0;
    if (other.digest === state.digest && isSameError) return;
    const theirs = `${other.who} had ${describe(other)} (${seconds(other.atUs)})`;
    this.fail(event, `${state.who} has ${describe(state)} ${at}, ${theirs}`);
  }
}

function describe({ digest, error }: State): string {
  return error > 0 || error < -1 ? `tree ${digest} and error ${error}` : `tree ${digest}`;
}
