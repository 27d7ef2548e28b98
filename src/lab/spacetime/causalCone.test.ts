import { describe, expect, test } from 'vitest';
import { causalCone } from './causalCone.ts';
import type { Arrow } from './SpaceTime.ts';

/** 'A>B 1-3': sent by A at 1, at B at 3; `x` at the end: lost on the way. */
function arrow(text: string): Arrow {
  const [, from = '', to = '', sent, arrive, lost] = /(\w)>(\w) (\d+)-(\d+)(x?)/.exec(text) ?? [];
  const [sentUs, arriveUs] = [Number(sent), Number(arrive)];
  const diesUs = lost === 'x' ? arriveUs : null;
  return { key: text, from, to, kind: 'ACK', zxid: 0, sentUs, arriveUs, diesUs };
}

function coneOf(key: string, ...texts: string[]) {
  const arrows = texts.map(arrow).sort((a, b) => a.sentUs - b.sentUs);
  const { before, after } = causalCone(arrows, arrow(key));
  return { before: [...before].sort(), after: [...after].sort() };
}

describe('causalCone', () => {
  test('follows messages through those who got them, both ways', () => {
    const all = ['A>B 1-3', 'B>C 4-6', 'C>D 7-9'];
    expect(coneOf('B>C 4-6', ...all)).toEqual({ before: ['A>B 1-3'], after: ['C>D 7-9'] });
    expect(coneOf('A>B 1-3', ...all)).toEqual({ before: [], after: ['B>C 4-6', 'C>D 7-9'] });
  });

  test('what was sent before the news came is at the same time', () => {
    expect(coneOf('A>B 1-5', 'A>B 1-5', 'B>C 4-6')).toEqual({ before: [], after: [] });
    expect(coneOf('B>C 4-6', 'A>B 1-5', 'B>C 4-6')).toEqual({ before: [], after: [] });
  });

  test('an answer that is sent the moment a message arrives is caused by it', () => {
    expect(coneOf('A>B 1-5', 'A>B 1-5', 'B>A 5-9').after).toEqual(['B>A 5-9']);
  });

  test('a process remembers: what it sent earlier led to what it sends later', () => {
    const all = ['A>B 1-3', 'A>C 2-4', 'A>D 5-7'];
    expect(coneOf('A>D 5-7', ...all)).toEqual({ before: [], after: [] });
    expect(coneOf('A>D 5-7', 'B>A 1-3', 'B>C 0-2', 'A>D 5-7').before).toEqual(['B>A 1-3']);
  });

  test('a lost message leads to nothing', () => {
    expect(coneOf('A>B 1-3x', 'A>B 1-3x', 'B>C 4-6').after).toEqual([]);
    expect(coneOf('B>C 4-6', 'A>B 1-3x', 'B>C 4-6').before).toEqual([]);
  });
});
