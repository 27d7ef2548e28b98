import { expect, test } from 'vitest';
import { RECIPE_CASES } from './recipeCases.ts';
import { recipeScenario } from './recipeScenario.ts';
import { runRecipe } from './runRecipe.ts';

/** Of each recipe; `npm run swarm:recipes` runs 300. */
const SEEDS = [1, 2, 3];

const drain = () => new Promise<void>((resolve) => setImmediate(resolve));

test.each(RECIPE_CASES)('$name keeps its promises under faults', async (recipe) => {
  for (const seed of SEEDS) {
    const scenario = recipeScenario(seed, recipe.clientCount);
    expect([seed, await runRecipe(scenario, recipe, drain)]).toEqual([seed, null]);
  }
});

test('one seed gives one run', async () => {
  const [recipe] = RECIPE_CASES;
  if (recipe === undefined) throw new Error('no recipes');
  const runs: string[] = [];
  for (let i = 0; i < 2; i++) {
    const events: string[] = [];
    const keep = (event: object): void => {
      events.push(
        JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
      );
    };
    await runRecipe(recipeScenario(7, recipe.clientCount), recipe, drain, keep);
    runs.push(events.join('\n'));
  }
  expect(runs[0]?.length).toBeGreaterThan(10_000);
  expect(runs[1]).toBe(runs[0]);
});
