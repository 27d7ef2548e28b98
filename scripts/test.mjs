// npm test: everything, in order, one line each; the whole output of the step that fails.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureBrowser } from './browser.mjs';
import { ensureInstalled, fail, ROOT } from './setup.mjs';

const SWARM_SEEDS = 500;

/** One step: `args` run by this Node; `gist` picks from its output what the line should tell. */
const STEPS = [
  { name: 'types, pure folders', args: tool('typescript/bin/tsc', '-p', 'tsconfig.pure.json') },
  { name: 'types, web', args: tool('typescript/bin/tsc', '-p', 'tsconfig.web.json') },
  { name: 'types, all with tests', args: tool('typescript/bin/tsc', '-p', 'tsconfig.json') },
  {
    name: 'lint and format',
    args: tool('@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.'),
    gist: /Checked \d+ files/,
  },
  {
    name: 'unit and property',
    args: tool('vitest/vitest.mjs', 'run'),
    gist: /Tests +(\d+ passed.*?) *\n/,
  },
  {
    name: 'swarm',
    args: tool('tsx/dist/cli.mjs', 'scripts/swarm.ts', '--seeds', `${SWARM_SEEDS}`),
    gist: /([^\n]+)\n*$/,
  },
  { name: 'build', args: tool('vite/bin/vite.js', 'build') },
  { name: 'size budget', args: ['scripts/budget.mjs'], isShown: true },
  {
    name: 'end to end',
    args: tool('@playwright/test/cli.js', 'test'),
    before: prepareBrowser,
    gist: /(?:\d+ flaky.*)?\d+ passed/s,
  },
];

function tool(path, ...args) {
  return [join('node_modules', path), ...args];
}

async function prepareBrowser() {
  return { CHROMIUM_PATH: await ensureBrowser(), E2E_PORT: `${await freePort()}` };
}

function freePort() {
  const server = createServer();
  return new Promise((done, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function run(args, env) {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, CI: '1', NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((done) => {
    child.on('close', (code) => done({ code, output: stripVTControlCharacters(output) }));
  });
}

function line(mark, name, startMs, gist = '') {
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1).padStart(6);
  console.log(`${mark.padEnd(4)} ${name.padEnd(22)}${seconds} s   ${gist}`.trimEnd());
}

ensureInstalled();
const firstMs = Date.now();
for (const { name, args, before, gist, isShown } of STEPS) {
  const env = await before?.();
  const startMs = Date.now();
  const { code, output } = await run(args, env);
  const found = gist?.exec(output);
  line(code === 0 ? 'ok' : 'FAIL', name, startMs, found?.[1] ?? found?.[0]);
  if (isShown || code !== 0) console.log(output.trimEnd());
  if (code !== 0) fail(`npm test stopped at: ${name}`);
}
line('ok', 'all', firstMs);
