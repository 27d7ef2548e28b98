/**
 * Why something happened: from an event back to what set it off, hop by hop. A participant acts
 * when a message arrives, a timer runs out, its disk has written, or it is told to; a message
 * leads on to its sender. Source: Lamport, "Time, Clocks, and the Ordering of Events" (1978), for
 * happened-before.
 */

import type { RingBuffer } from '../../base/RingBuffer.ts';
import { CONDUCTOR, type ParticipantId } from '../../network/address.ts';
import type { TraceEvent, TraceOf, TraceType } from '../../trace/TraceEvent.ts';
import { formatBytes, shortZxid } from '../format.ts';
import type { EnsembleState } from '../model.ts';
import { Draft } from '../recorder/Draft.ts';
import { narrate } from '../recorder/narrate.ts';

export interface Cause {
  readonly atUs: number;
  readonly who: ParticipantId;
  /** What `who` did then, as a sentence. */
  readonly text: string;
  /** What set it off, as the end of a sentence; null where the chain ends. */
  readonly because: string | null;
}

type Events = RingBuffer<TraceEvent>;

/** What set an event off, and the event that leads further back; null where nothing does. */
interface Origin {
  readonly because: string | null;
  readonly before: number | null;
}

const CAUSES_MAX = 16;
const NONE: Origin = { because: null, before: null };
const TRIGGERS: ReadonlySet<TraceType> = new Set([
  'messageDelivered',
  'timerFired',
  'commandStarted',
]);

/** The newest first. `index`: of the event in question. */
export function causesOf(events: Events, index: number, state: EnsembleState): readonly Cause[] {
  const draft = new Draft(state);
  const causes: Cause[] = [];
  for (let at: number | null = index; at !== null && causes.length < CAUSES_MAX; ) {
    const event: TraceEvent | undefined = events.at(at);
    if (event === undefined) break;
    const origin = originOf(events, at, event);
    const { atUs, who } = event;
    causes.push({ atUs, who, text: textOf(events, at, event, draft), because: origin.because });
    at = origin.before;
  }
  return causes;
}

function originOf(events: Events, index: number, event: TraceEvent): Origin {
  if (event.who === CONDUCTOR) return NONE;
  const trigger = triggerOf(events, index, event);
  if (trigger === null) return onDiskOrFault(events, index, event);
  const { at, cause } = trigger;
  switch (cause.type) {
    case 'messageDelivered': {
      const sent = findSent(events, at, cause);
      const kind = sent === null ? 'a message' : nameOf(sent.message);
      return { because: `${kind} from ${cause.from} arrived`, before: sent?.at ?? null };
    }
    case 'timerFired':
      return {
        because: `its timer ${cause.timer} ran out`,
        before: findLast(
          events,
          at,
          (one) => one.who === cause.who && one.type === 'timerSet' && one.timer === cause.timer,
        ),
      };
    default:
      return { because: 'somebody told it to', before: null };
  }
}

const nameOf = ({ kind }: TraceOf<'messageSent'>): string =>
  kind === 'RST' ? 'the reset of a connection' : kind;

/** The nearest trigger of the same moment, at the same participant. */
function triggerOf(events: Events, index: number, { who, atUs }: TraceEvent) {
  for (let at = index; at >= 0; at--) {
    const cause = events.at(at);
    if (cause === undefined || cause.atUs !== atUs) return null;
    if (cause.who === who && TRIGGERS.has(cause.type)) return { at, cause };
  }
  return null;
}

/** Without a trigger of its own it was the disk's doing, or the conductor's. */
function onDiskOrFault(events: Events, index: number, { who, atUs }: TraceEvent): Origin {
  const fault = findLast(
    events,
    index,
    (one) => one.atUs === atUs && 'target' in one && one.target === who,
    atUs,
  );
  if (fault !== null) return { because: faultWord(events.at(fault)), before: fault };
  const written = findLast(
    events,
    index,
    (one) => one.who === who && one.type === 'diskWrite' && one.doneUs === atUs,
  );
  return written === null ? NONE : { because: 'its disk had written', before: written };
}

const faultWord = (fault: TraceEvent | undefined): string =>
  fault?.type === 'processStarted' ? 'it was started' : 'its process ended';

function findSent(events: Events, index: number, { from, id }: TraceOf<'messageDelivered'>) {
  for (let at = index - 1; at >= 0; at--) {
    const message = events.at(at);
    if (message?.who === from && message.type === 'messageSent' && message.id === id) {
      return { at, message };
    }
  }
  return null;
}

/** Index of the newest such event before `index`, not older than `fromUs`. */
export function findLast(
  events: Events,
  index: number,
  matches: (event: TraceEvent) => boolean,
  fromUs = 0,
): number | null {
  for (let at = index - 1; at >= 0; at--) {
    const event = events.at(at);
    if (event === undefined || event.atUs < fromUs) return null;
    if (matches(event)) return at;
  }
  return null;
}

/** The event, or what was done in the same moment: a message, say, is sent for a reason. */
function textOf(events: Events, index: number, event: TraceEvent, draft: Draft): string {
  const moment = momentOf(events, index, event);
  for (const say of [(one: TraceEvent) => narrate(one, draft)?.text ?? null, plainDeed]) {
    for (const one of moment) {
      const text = say(one);
      if (text !== null) return text;
    }
  }
  return bareSentence(event);
}

/** What a participant did at one trigger: the event, what came before it, what came after. */
function momentOf(events: Events, index: number, event: TraceEvent): readonly TraceEvent[] {
  const moment: TraceEvent[] = [];
  for (const direction of [-1, 1]) {
    for (let at = direction === -1 ? index : index + 1; ; at += direction) {
      const one = events.at(at);
      if (one === undefined || one.atUs !== event.atUs) break;
      if (one.who !== event.who) continue;
      if (!TRIGGERS.has(one.type)) moment.push(one);
      else if (at !== index) break;
    }
  }
  return moment;
}

/** What the narration leaves out, as everybody does it all the time. */
function plainDeed(event: TraceEvent): string | null {
  const { who } = event;
  switch (event.type) {
    case 'logged':
      return `${who} has ${shortZxid(event.zxid)} on its disk.`;
    case 'committed':
      return `${who} commits ${shortZxid(event.zxid)}.`;
    case 'requestReceived':
      return `${who} gets the request ${event.op} ${event.path}`.trimEnd().concat('.');
    case 'stateChanged':
      return `${who} is ${event.state.toLowerCase()}, phase ${event.phase.toLowerCase()}.`;
    case 'learnerSynced':
      return `${who} has S${event.learner} up to date.`;
    case 'recovered':
      return `${who} starts and reads its disk: the last txn is ${shortZxid(event.lastZxid)}.`;
    default:
      return null;
  }
}

function bareSentence(event: TraceEvent): string {
  const { who } = event;
  switch (event.type) {
    case 'messageSent':
      return `${who} sends ${event.to} ${event.kind}${event.text === '' ? '' : ` (${event.text})`}.`;
    case 'timerSet':
      return `${who} sets its timer ${event.timer}.`;
    case 'diskWrite':
      return `${who} writes ${formatBytes(event.bytes)} to its disk.`;
    case 'processStarted':
      return `${event.target} is started.`;
    default:
      return `${who}: ${event.type}.`;
  }
}
