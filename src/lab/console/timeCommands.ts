/** Playback: how fast virtual time is granted. */

import type { Lab } from '../Lab.ts';
import { SPEED_MAX, SPEED_MIN } from '../Lab.ts';
import { Arguments, toInteger, toNumber } from './Arguments.ts';
import { type Command, done, Mistake } from './command.ts';
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
    'Lets time pass, as fast as the machine can, until this long after the start: goto 12.5s.',
  run: (lab, words) => {
    const args = new Arguments(words);
    const untilUs = toDurationUs(args.next('a time such as 12.5s'), 'a time');
    args.end();
    const now = nowUs(lab);
    if (untilUs < now) throw new Mistake(`Expected a time after ${formatTime(now)}.`);
    if (untilUs - now > RUN_MAX_US) throw new Mistake('Expected at most 10 minutes from now.');
    return advance(lab, untilUs);
  },
};

export const TIME_COMMANDS: readonly Command[] = [play, pause, step, speed, run, goto];
