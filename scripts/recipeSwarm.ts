// npm run swarm:recipes -- [--seeds N] [--from M] [--recipe name]: puts each recipe of src/recipes
// through N seeds of random faults, with its safety and its liveness property.

import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RECIPE_CASES } from '../src/swarm/recipes/recipeCases.ts';
import { recipeScenario } from '../src/swarm/recipes/recipeScenario.ts';
import { runRecipe } from '../src/swarm/recipes/runRecipe.ts';

const WORKERS_MAX = 8;
/** Argument of the processes that this one starts; jobs come to them, reports go back. */
const WORKER = 'worker';

interface Job {
  readonly recipe: string;
  readonly seed: number;
}

interface Report extends Job {
  readonly violation: string | null;
}

const drain = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

async function run({ recipe: name, seed }: Job): Promise<Report> {
  const recipe = RECIPE_CASES.find((one) => one.name === name);
  if (recipe === undefined) throw new Error(`no recipe ${name}`);
  const violation = await runRecipe(recipeScenario(seed, recipe.clientCount), recipe, drain);
  return { recipe: name, seed, violation };
}

/** A process each, since tsx does not reach into worker threads. */
async function runAll(jobs: readonly Job[], onReport: (report: Report) => void): Promise<void> {
  const waiting = [...jobs];
  const count = Math.min(availableParallelism(), WORKERS_MAX, jobs.length);
  await Promise.all(
    Array.from({ length: count }, async () => {
      const script = fileURLToPath(import.meta.url);
      const worker = fork(script, [WORKER], { execArgv: ['--import', 'tsx'] });
      try {
        for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
          onReport(await ask(worker, job));
        }
      } finally {
        worker.disconnect();
      }
    }),
  );
}

function ask(worker: ChildProcess, job: Job): Promise<Report> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`${job.recipe} seed ${job.seed} ended its process`));
    worker.once('exit', onExit);
    worker.once('message', (message) => {
      worker.off('exit', onExit);
      resolve(message as Report);
    });
    worker.send(job);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      recipe: { type: 'string' },
      seeds: { type: 'string', default: '300' },
      from: { type: 'string', default: '1' },
    },
  });
  const [count, from] = [Number(values.seeds), Number(values.from)];
  const names = RECIPE_CASES.map(({ name }) => name).filter(
    (name) => values.recipe === undefined || name === values.recipe,
  );
  if (names.length === 0 || !Number.isSafeInteger(count) || !Number.isSafeInteger(from)) {
    console.error(`expected a recipe (${RECIPE_CASES.map(({ name }) => name).join(', ')})`);
    process.exitCode = 2;
    return;
  }
  const startMs = performance.now();
  let failed = 0;
  const done = new Map<string, number>();
  const jobs = names.flatMap((recipe) =>
    Array.from({ length: count }, (_, i) => ({ recipe, seed: from + i })),
  );
  await runAll(jobs, ({ recipe, seed, violation }) => {
    if (violation !== null) {
      failed += 1;
      console.log(`${recipe} seed ${seed} FAILS ${violation}`);
    }
    const soFar = (done.get(recipe) ?? 0) + 1;
    done.set(recipe, soFar);
    if (soFar === count) {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
      console.log(`${recipe}: ${count} seeds, ${seconds} s`);
    }
  });
  console.log(`${jobs.length} runs of ${names.length} recipes, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.argv[2] === WORKER) {
  process.on('message', (job: Job) => {
    void run(job).then((report) => process.send?.(report));
  });
} else {
  await main();
}
