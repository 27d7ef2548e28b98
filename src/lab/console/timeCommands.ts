/** Playback: how fast virtual time is granted. */

import { plural } from '../format.ts';
import type { Lab } from '../Lab.ts';
import { SPEED_MAX, SPEED_MIN } from '../Lab.ts';
import { Arguments, toInteger, toNumber } from './Arguments.ts';
import { describeArrival } from './branchCommands.ts';
import { type Command, done, type ExecResult, failed, Mistake } from './command.ts';
import { actOn } from './serverCommands.ts';
import { findParticipant, participantNames } from './targets.ts';

const STEPS = { min: 1, max: 1_000 };
/** Virtual time that one line may let pass. */
const RUN_MAX_US = 600_000_000;

const UNITS_US: Readonly<Record<string, number>> = { ms: 1_000, s: 1_000_000, m: 60_000_000 };

/** `500ms`, `12.5s`, `2m`; a number alone means seconds. Microseconds. */
function toDurationUs(word: string, what: string): number {
  const [, number, unit] = /^(\d+\.?\d*|\.\d+)(ms|s|m)?$/.exec(word) ?? [];
  if (number === undefined)
    throw new Mistake(`Expected ${what} such as 500ms or 5s, got "${word}".`);
  return Math.round(Number(number) * (UNITS_US[unit ?? 's'] ?? 0));
}

/** The same, or as the page's clock shows it: `1:04.210`. */
function toMomentUs(word: string): number {
  const [, minutes, seconds] = /^(\d{1,6}):([0-5]\d(?:\.\d+)?)$/.exec(word) ?? [];
  if (minutes === undefined) return toDurationUs(word, 'a time');
  return Number(minutes) * 60_000_000 + Math.round(Number(seconds) * 1_000_000);
}

const nowUs = (lab: Lab): number => lab.ensemble.getState().nowUs;

const formatTime = (us: number): string => `${(us / 1_000_000).toFixed(6)} s`;

async function advance(lab: Lab, untilUs: number) {
  await lab.advanceTo(untilUs);
  return done(`Now ${formatTime(nowUs(lab))}`, { nowUs: nowUs(lab) });
}

const play: Command = {
  name: 'play',
  group: 'time',
  usage: 'play',
  summary: 'Lets time pass.',
  run: (lab, words) => {
    new Arguments(words).end();
    lab.setPlayback({ isPlaying: true });
    return done('Time passes.');
  },
};

const pause: Command = {
  name: 'pause',
  group: 'time',
  usage: 'pause [server|client]',
  summary: 'Stops time; with a name, stops that process: messages and timers wait for it.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const name = args.optional();
    args.end();
    if (name !== null) return actOn(lab, 'pause', [findParticipant(lab, name)], 'is paused');
    lab.time.giveUp();
    await lab.pause();
    return done('Time stands still.');
  },
  complete: (lab, words) => (words.length === 0 ? participantNames(lab) : []),
};

const step: Command = {
  name: 'step',
  group: 'time',
  usage: 'step [count]',
  summary: 'Stops time and lets exactly one event happen, or as many as told.',
  run: async (lab, words) => {
    const args = new Arguments(words);
    const count = toInteger(args.optional() ?? '1', 'a number of steps', STEPS);
    args.end();
    await lab.pause();
    let steps = 0;
    while (steps < count && (await lab.step())) steps += 1;
    const nothing = steps < count ? ' Nothing more is to come.' : '';
    const text = `${steps} ${steps === 1 ? 'event' : 'events'}; now ${formatTime(nowUs(lab))}.`;
    return done(text + nothing, { steps, nowUs: nowUs(lab) });
  },
};

const speed: Command = {
  name: 'speed',
  group: 'time',
  usage: 'speed factor',
  summary: 'How fast time passes; 1 is the ordinary speed.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const range = { min: SPEED_MIN, max: SPEED_MAX };
    const factor = toNumber(args.next('a factor'), 'a factor', range);
    args.end();
    lab.setPlayback({ speed: factor });
    return done(`Speed ${factor}`, { speed: factor });
  },
};

const run: Command = {
  name: 'run',
  group: 'time',
  usage: 'run duration',
  summary: 'Lets this much virtual time pass as fast as the machine can: run 5s.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const durationUs = toDurationUs(args.next('a duration such as 5s'), 'a duration');
    args.end();
    if (durationUs > RUN_MAX_US) throw new Mistake('Expected at most 10 minutes.');
    return advance(lab, nowUs(lab) + durationUs);
  },
};

const goto: Command = {
  name: 'goto',
  group: 'time',
  usage: 'goto time',
  summary:
    'The run as it is this long after its start, and stops there: goto 12.5s, goto 1:04.210. To ' +
    'go back, it is executed again from its beginning. What was done later is done again when ' +
    'time passes, until you do something else: that begins a branch.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const untilUs = toMomentUs(args.next('a time such as 12.5s'));
    args.end();
    if (untilUs - lab.time.endUs > RUN_MAX_US) {
      throw new Mistake('Expected at most 10 minutes more than has been seen.');
    }
    return goTo(lab, untilUs);
  },
};

const back: Command = {
  name: 'back',
  group: 'time',
  usage: 'back [duration]',
  summary: 'Goes back by so much virtual time: back 2s; without it, to the last milestone.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const word = args.optional();
    args.end();
    // On the way to somewhere, it is from there.
    const now = lab.time.store.getState().journey?.toUs ?? nowUs(lab);
    if (word !== null) return goTo(lab, Math.max(0, now - toDurationUs(word, 'a duration')));
    const last = lab.recorder.chronicle.marks.findLast(({ atUs }) => atUs < now);
    return goTo(lab, last?.atUs ?? 0);
  },
};

const now: Command = {
  name: 'now',
  group: 'time',
  usage: 'now',
  summary: 'Goes to the newest moment of this run, after going back.',
  run: (lab, words) => {
    new Arguments(words).end();
    return goTo(lab, lab.time.endUs);
  },
};

/** Goes there, and says where that is. */
async function goTo(lab: Lab, untilUs: number): Promise<ExecResult> {
  const trouble = describeArrival(await lab.time.goTo(untilUs));
  if (trouble !== null) return failed(`${trouble} Now ${formatTime(nowUs(lab))}.`);
  const { future } = lab.time.store.getState();
  const left = (future?.run.actions.length ?? 0) - lab.actions.length;
  const hint = left > 0 ? `; ${plural(left, 'action')} will be done again as time passes` : '';
  return done(`Now ${formatTime(nowUs(lab))}${hint}`, { nowUs: nowUs(lab) });
}

export const TIME_COMMANDS: readonly Command[] = [play, pause, step, speed, run, goto, back, now];
