/**
 * A run at a glance, for the timeline: who led when, what was done and what broke, and when there
 * were writes. Every entry comes from a trace event; all lists are bounded.
 */

import type { Action } from '../../conductor/actions.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { plural } from '../format.ts';
import type { Draft } from './Draft.ts';
import type { Sentence } from './narrate.ts';

export type MarkKind =
  | 'election'
  | 'kill'
  | 'restart'
  | 'pause'
  | 'cut'
  | 'heal'
  | 'expiry'
  /** Somebody believes to have a lock, or to lead. */
  | 'hold'
  | 'broken';

export interface Mark {
  readonly atUs: number;
  readonly kind: MarkKind;
  readonly text: string;
}

/** While this leader led. */
export interface Reign {
  readonly epoch: number;
  readonly leader: string;
  readonly fromUs: number;
  /** Infinity while it goes on. */
  readonly untilUs: number;
}

const MARKS_MAX = 1_000;
const REIGNS_MAX = 500;
const BUCKETS_MAX = 600;
const FIRST_BUCKET_US = 10_000;
/** What clients do on their own, not what was asked of them. */
const SESSION_OPS: ReadonlySet<string> = new Set(['createSession', 'closeSession']);

export class Chronicle {
  #marks: readonly Mark[] = [];
  #reigns: readonly Reign[] = [];
  #writes: number[] = [];
  #bucketUs = FIRST_BUCKET_US;
  #version = 0;

  /** Rises with every change. */
  get version(): number {
    return this.#version;
  }

  /** Oldest first; the oldest of very many are forgotten. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  get reigns(): readonly Reign[] {
    return this.#reigns;
  }

  /** Committed writes, counted in slices of this length from the start of the run. */
  get bucketUs(): number {
    return this.#bucketUs;
  }

  get writes(): readonly number[] {
    return this.#writes;
  }

  /** `draft` is the state after the event, `sentence` what is said of it. */
  fold(event: TraceEvent, draft: Draft, sentence: Sentence | null): void {
    this.#foldReigns(event);
    if (isWrite(event, draft)) this.#countWrite(event.atUs);
    const mark = markOf(event, sentence);
    if (mark !== null) this.note(mark);
  }

  note(mark: Mark): void {
    this.#marks = [...this.#marks.slice(1 - MARKS_MAX), mark];
    this.#version += 1;
  }

  #foldReigns(event: TraceEvent): void {
    const { atUs } = event;
    const last = this.#reigns.at(-1);
    if (event.type === 'leaderEstablished') {
      const { who: leader, epoch } = event;
      this.#endReign(atUs);
      const reign = { epoch, leader, fromUs: atUs, untilUs: Number.POSITIVE_INFINITY };
      this.#reigns = [...this.#reigns.slice(1 - REIGNS_MAX), reign];
      this.#version += 1;
    } else if (event.type === 'roleEnded' && event.who === last?.leader) {
      this.#endReign(atUs);
    } else if (event.type === 'processKilled' && event.target === last?.leader) {
      this.#endReign(atUs);
    }
  }

  #endReign(untilUs: number): void {
    const last = this.#reigns.at(-1);
    if (last === undefined || last.untilUs < untilUs) return;
    this.#reigns = [...this.#reigns.slice(0, -1), { ...last, untilUs }];
    this.#version += 1;
  }

  #countWrite(atUs: number): void {
    while (atUs >= this.#bucketUs * BUCKETS_MAX) this.#halve();
    const index = Math.floor(atUs / this.#bucketUs);
    while (this.#writes.length <= index) this.#writes.push(0);
    this.#writes[index] = (this.#writes[index] ?? 0) + 1;
    this.#version += 1;
  }

  /** A longer run is counted in longer slices. */
  #halve(): void {
    const half: number[] = [];
    for (let index = 0; index < this.#writes.length; index += 2) {
      half.push((this.#writes[index] ?? 0) + (this.#writes[index + 1] ?? 0));
    }
    this.#writes = half;
    this.#bucketUs *= 2;
  }
}

/** The leader says first that a txn is committed. */
function isWrite(event: TraceEvent, { txns, committedZxid }: Draft): boolean {
  if (event.type !== 'committed' || event.zxid !== committedZxid) return false;
  const txn = txns.get(event.zxid);
  return txn?.proposedBy === Number(event.who.slice(1)) && !SESSION_OPS.has(txn.op);
}

function markOf(event: TraceEvent, sentence: Sentence | null): Mark | null {
  const { atUs } = event;
  if (event.type === 'actionTaken') {
    const action: Action = JSON.parse(event.action);
    const change = describeLinks(action);
    return change === null ? null : { atUs, ...change };
  }
  const kind = sentence?.milestone === true ? kindOf(event) : null;
  return kind === null || sentence === null ? null : { atUs, kind, text: sentence.text };
}

function kindOf(event: TraceEvent): MarkKind | null {
  switch (event.type) {
    case 'leaderEstablished':
      return 'election';
    case 'processKilled':
    case 'diskWiped':
    case 'recoveryRefused':
      return 'kill';
    case 'processStarted':
    case 'processResumed':
      return 'restart';
    case 'processPaused':
      return 'pause';
    case 'sessionExpired':
      return 'expiry';
    case 'belief':
      return event.holds ? 'hold' : null;
    default:
      return null;
  }
}

/** Many links that change at once are one thing that somebody did. */
function describeLinks(action: Action): Pick<Mark, 'kind' | 'text'> | null {
  if (action.type === 'heal') return { kind: 'heal', text: 'Every link is as in the beginning.' };
  if (action.type !== 'setLinks') return null;
  const cuts = action.changes.filter(({ cut }) => cut === true);
  if (cuts.length > 0) return { kind: 'cut', text: `Cut: ${linksOf(cuts)}.` };
  const held = action.changes.filter((change) => change.held === true);
  if (held.length > 0) return { kind: 'cut', text: `Held: ${linksOf(held)}.` };
  const isWorse = action.changes.some(
    ({ extraLatencyUs = 0, lossPercent = 0 }) => extraLatencyUs > 0 || lossPercent > 0,
  );
  return isWorse
    ? { kind: 'cut', text: `Slow or lossy: ${linksOf(action.changes)}.` }
    : { kind: 'heal', text: `Healed: ${linksOf(action.changes)}.` };
}

function linksOf(changes: readonly { readonly from: string; readonly to: string }[]): string {
  const [first] = changes;
  return changes.length === 1 && first !== undefined
    ? `${first.from} to ${first.to}`
    : plural(changes.length, 'link');
}
