import { beforeAll, describe, expect, it } from 'vitest';
import type { RecipeKind } from '../../lab/recipes/RecipeKind.ts';
import { recipePlaces } from '../../lab/recipes/recipePlaces.ts';
import { type RecipeView, recipeView } from '../../lab/recipes/recipeView.ts';
import { startTestLab, type TestLab } from '../../lab/testing/testLab.ts';
import { startGroups } from './starts.ts';
import { TITLES } from './titles.ts';
import { verbsOf } from './verbs.ts';
import { namesOf, sentenceOf } from './words.ts';

let lab: TestLab;
const views = new Map<RecipeKind, RecipeView>();

const startsOf = (ids: readonly string[]) => startGroups(ids).flatMap(({ starts }) => starts);

/** Everything that the buttons start, at once. */
beforeAll(async () => {
  lab = await startTestLab({}, 4);
  for (const { lines } of startsOf(['C1', 'C2', 'C3', 'C4'])) {
    for (const line of lines) await lab.text(line);
  }
  await lab.text('run 1s');
  for (const place of recipePlaces(lab.lab)) {
    const view = recipeView(lab.lab, place);
    if (view !== null) views.set(place.kind, view);
  }
}, 60_000);

const sentence = (kind: RecipeKind): string => {
  const view = views.get(kind);
  return view === undefined ? '' : sentenceOf(view);
};

describe('what the buttons start', () => {
  it('is found, each by its kind', () => {
    const kinds = recipePlaces(lab.lab).map(({ kind }) => kind);
    const started = startsOf(['C1']).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(started));
    expect(Object.keys(TITLES).sort()).toEqual([...new Set(started)].sort());
  });

  it('is said in a sentence', () => {
    expect(sentence('rwlock')).toMatch(/^C\d.* reads?.*; \d waits?\.$/);
    expect(sentence('semaphore')).toBe('2 of 2 leases are taken; 2 wait.');
    expect(sentence('barrier')).toBe('The gate is shut; C2, C3 and C4 wait.');
    expect(sentence('doubleBarrier')).toBe('Ready: 4 inside.');
    expect(sentence('members')).toBe('4 members as the service has it.');
    expect(sentence('config')).toMatch(/^The service has version 0 .*; 4 of 4 followers run it\.$/);
    expect(sentence('counter')).toBe('The service is at 4, after 4 changes.');
    expect(sentence('twoPhase')).toBe('0 of 3 sites voted; C1 coordinates.');
    expect(sentence('herdLock')).toMatch(/ holds; all 3 others watch its znode\.$/);
    expect(sentence('queue')).toContain('taken by C2, C3 and C4.');
    expect(sentence('delayQueue')).toMatch(/^[12] items?; taken by C2, C3 and C4\.$/);
    expect(sentence('priorityQueue')).toBe('3 items; nobody takes any.');
    expect(sentence('simpleQueue')).toBe('3 items; nobody takes any.');
    expect(sentence('services')).toBe('4 instances as the service has it.');
    expect(sentence('sharedCount')).toBe('The service is at 0, after 0 changes.');
    expect(sentence('kept')).toBe('It is there; C1 and C2 see to it.');
    expect(sentence('cache')).toMatch(
      /^The service has 3 znodes here; C1, C2, C3 and C4 have the same\.$/,
    );
  });

  it('can be gone on with: every verb is a line that the console takes', async () => {
    for (const { kind, path } of recipePlaces(lab.lab)) {
      const view = views.get(kind);
      for (const { label, line } of view === undefined ? [] : verbsOf(view, kind, 'C2', path)) {
        // One vote is enough, and a client that is gone takes part in nothing.
        if (label === 'kill' || label === 'vote abort') continue;
        expect(await lab.run(line ?? ''), line ?? label).toMatchObject({ ok: true });
      }
    }
  });

  it('names few and counts many', () => {
    expect(namesOf(['C1', null])).toBe('C1 and a gone client');
    expect(namesOf(['1', '2', '3', '4', '5', '6', '7'])).toBe('1, 2, 3, 4, 5 and 2 more');
  });
});
