// npm run bench [-- engine] [page] [recipes] [oracle [--zookeeper 3.9]] [--json]: measures, asserts
// nothing, and prints one table. Figures of a machine that does something else meanwhile say
// little.

import { parseArgs } from 'node:util';
import { measureEngine } from './bench/engine.ts';
import { measureOracle } from './bench/oracle.ts';
import { measurePage } from './bench/page.ts';
import { measureRecipes } from './bench/recipes.ts';
import { type Figure, printTable } from './bench/table.ts';

const SECTIONS: Readonly<Record<string, () => AsyncIterable<Figure>>> = {
  engine: measureEngine,
  page: measurePage,
  recipes: measureRecipes,
  oracle: () => measureOracle(values.zookeeper),
};

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    zookeeper: { type: 'string', default: '3.8' },
  },
  allowPositionals: true,
});

async function main(): Promise<void> {
  const unknown = positionals.find((name) => SECTIONS[name] === undefined);
  if (unknown !== undefined) {
    console.error(`npm run bench takes: ${Object.keys(SECTIONS).join(', ')}, --zookeeper, --json`);
    process.exit(2);
  }
  const figures: Figure[] = [];
  for (const name of positionals.length === 0 ? Object.keys(SECTIONS) : positionals) {
    for await (const figure of SECTIONS[name]?.() ?? []) {
      figures.push(figure);
      if (!values.json) printTable([figure]);
    }
  }
  if (values.json) console.log(JSON.stringify(figures, null, 2));
}

await main();
// The server of the page has nothing more to do, and would keep the process.
process.exit();
