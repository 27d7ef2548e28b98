/** Faults of the network. A link is directed: what one sends to the other. */

import type { LinkChange } from '../../conductor/actions.ts';
import { isServerId, type ParticipantId } from '../../network/address.ts';
import { HEALTHY } from '../../network/LinkModel.ts';
import type { Lab } from '../Lab.ts';
import type { MessageView } from '../model.ts';
import { type Range, toInteger } from './Arguments.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { findParticipant, participantNames } from './targets.ts';

interface Link {
  readonly from: ParticipantId;
  readonly to: ParticipantId;
}

const DELAY_MS: Range = { min: 0, max: 60_000 };
const LOSS_PERCENT: Range = { min: 0, max: 100 };
const WORDS = 'such as 1,2 | 3,4,5 or 1>2';

/** `1 2`, `1,2 | 3 | C1`: both directions between every two groups; `1,2>3`: one direction. */
function toLinks(lab: Lab, words: readonly string[]): Link[] {
  const text = words.join(' ');
  const isDirected = text.includes('>');
  const separator = isDirected ? '>' : text.includes('|') ? '|' : /\s+/;
  const groups = text.split(separator).map((group) => toGroup(lab, group));
  if (groups.length < 2 || (isDirected && groups.length > 2)) {
    throw new Mistake(`Expected links ${WORDS}, got "${text}".`);
  }
  const seen = new Set<ParticipantId>();
  for (const id of groups.flat()) {
    if (seen.has(id)) throw new Mistake(`Expected each name once, got ${id} twice.`);
    seen.add(id);
  }
  const links: Link[] = [];
  for (const [fromIndex, group] of groups.entries()) {
    for (const [toIndex, others] of groups.entries()) {
      if (fromIndex === toIndex || (isDirected && fromIndex > toIndex)) continue;
      links.push(...pairs(group, others));
    }
  }
  if (links.length === 0)
    throw new Mistake('Expected a server: clients do not talk to each other.');
  return links;
}

function toGroup(lab: Lab, text: string): ParticipantId[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '');
  if (names.length === 0) throw new Mistake(`Expected links ${WORDS}.`);
  return names.map((name) => findParticipant(lab, name));
}

function pairs(group: readonly ParticipantId[], others: readonly ParticipantId[]): Link[] {
  return group
    .flatMap((from) => others.map((to) => ({ from, to })))
    .filter(({ from, to }) => isServerId(from) || isServerId(to));
}

async function setLinks(
  lab: Lab,
  links: readonly Link[],
  change: Omit<LinkChange, 'from' | 'to'>,
  said: string,
): Promise<ExecResult> {
  const changes = links.map((link) => ({ ...link, ...change }));
  const taken = await lab.act({ type: 'setLinks', changes });
  if (!taken.ok) return failed(taken.error);
  return done(`${describe(links)} ${said}`, changes);
}

const LINKS_SHOWN = 4;

function describe(links: readonly Link[]): string {
  if (links.length > LINKS_SHOWN) return `${links.length} links:`;
  return links.map(({ from, to }) => `${from} to ${to}`).join(', ');
}

/** The last word as a number, the others as links. */
function withNumber(
  lab: Lab,
  words: readonly string[],
  what: string,
  range: Range,
): { links: Link[]; value: number } {
  const last = words.at(-1);
  if (last === undefined || words.length < 2) {
    throw new Mistake(`Expected links ${WORDS}, then ${what}.`);
  }
  const value = toInteger(last, what, range);
  return { links: toLinks(lab, words.slice(0, -1)), value };
}

/** `S1/7`, or the links on which the next message is meant, and perhaps its kind. */
function toMessage(lab: Lab, words: readonly string[]): MessageView {
  const onTheWay = [...lab.recorder.messages.values()].filter(({ diesUs }) => diesUs === null);
  const [first = '', ...others] = words;
  if (/^[sc]\d+\/\d+$/i.test(first) && others.length === 0) {
    const message = onTheWay.find(({ key }) => key === first.toUpperCase());
    if (message === undefined) throw new Mistake(`${first} is not on its way.`);
    return message;
  }
  const { kind, links } = withKind(lab, words);
  const isMeant = (one: MessageView): boolean =>
    links.some(({ from, to }) => one.from === from && one.to === to) &&
    (kind === null || one.kind.toLowerCase() === kind.toLowerCase());
  const [next] = onTheWay.filter(isMeant).sort((a, b) => a.arriveUs - b.arriveUs);
  if (next !== undefined) return next;
  throw new Mistake(`No ${kind ?? 'message'} is on its way: ${describe(links)}.`);
}

function withKind(lab: Lab, words: readonly string[]): { links: Link[]; kind: string | null } {
  const last = words.at(-1) ?? '';
  const isKind = words.length > 1 && /^[a-z]+$/i.test(last) && last !== 'leader';
  return isKind
    ? { links: toLinks(lab, words.slice(0, -1)), kind: last }
    : { links: toLinks(lab, words), kind: null };
}

async function drop(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const { key, from, to, kind } = toMessage(lab, words);
  const id = Number(key.slice(key.indexOf('/') + 1));
  const taken = await lab.act({ type: 'loseMessage', from, to, id });
  if (!taken.ok) return failed(taken.error);
  return done(`${kind} from ${from} to ${to} is lost; it will be sent again`, { from, to, id });
}

async function release(lab: Lab, words: readonly string[]): Promise<ExecResult> {
  const held = Object.values(lab.ensemble.getState().links).filter((link) => link.held);
  const links = words.length > 0 ? toLinks(lab, words) : held;
  if (links.length === 0) return failed('No link is held.');
  return setLinks(lab, links, { held: false }, 'moves on');
}

const complete = (lab: Lab): string[] => participantNames(lab);

export const LINK_COMMANDS: readonly Command[] = [
  {
    name: 'cut',
    group: 'links',
    usage: 'cut 1,2 | 3,4,5',
    summary: 'Cuts every link between the groups; cut 1>2 cuts only what S1 sends to S2.',
    run: (lab, words) => setLinks(lab, toLinks(lab, words), { cut: true }, 'cut'),
    complete,
  },
  {
    name: 'oneway',
    group: 'links',
    usage: 'oneway 1>2',
    summary: 'Cuts what the first sends to the second; the other direction goes on working.',
    run: (lab, words) => {
      if (!words.join(' ').includes('>')) throw new Mistake('Expected a direction such as 1>2.');
      return setLinks(lab, toLinks(lab, words), { cut: true }, 'cut, the other way works');
    },
    complete,
  },
  {
    name: 'slow',
    group: 'links',
    usage: 'slow 1>2 ms',
    summary: 'Adds to the time that messages take; 1 2 means both directions.',
    run: (lab, words) => {
      const { links, value } = withNumber(lab, words, 'milliseconds', DELAY_MS);
      return setLinks(lab, links, { extraLatencyUs: value * 1000 }, `${value} ms slower`);
    },
    complete,
  },
  {
    name: 'lose',
    group: 'links',
    usage: 'lose 1>2 percent',
    summary: 'Loses this share of the messages; 1 2 means both directions.',
    run: (lab, words) => {
      const { links, value } = withNumber(lab, words, 'a percentage', LOSS_PERCENT);
      return setLinks(lab, links, { lossPercent: value }, `loses ${value} %`);
    },
    complete,
  },
  {
    name: 'hold',
    group: 'links',
    usage: 'hold 1>2',
    summary: 'What is on its way stands still, and what is sent waits; 1 2 means both directions.',
    run: (lab, words) => setLinks(lab, toLinks(lab, words), { held: true }, 'held'),
    complete,
  },
  {
    name: 'release',
    group: 'links',
    usage: 'release [1>2]',
    summary: 'What was held moves on, in its order; without a link, everything that is held.',
    run: release,
    complete,
  },
  {
    name: 'drop',
    group: 'links',
    usage: 'drop 1>2 [kind]',
    summary: 'Loses the next message to arrive, such as PROPOSAL. It is sent again after 200 ms.',
    run: drop,
    complete,
  },
  {
    name: 'heal',
    group: 'links',
    usage: 'heal [1,2 | 3 or 1>2]',
    summary: 'Makes these links, or all of them, as they were in the beginning.',
    run: async (lab, words) => {
      if (words.length > 0) {
        return setLinks(lab, toLinks(lab, words), HEALTHY, 'as in the beginning');
      }
      const taken = await lab.act({ type: 'heal' });
      return taken.ok ? done('Every link is as in the beginning.') : failed(taken.error);
    },
    complete,
  },
];
