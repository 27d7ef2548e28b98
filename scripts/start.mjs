// npm start: install what is missing, build the page, serve it, say where.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import util from 'node:util';
import { serve } from './serve.mjs';
import { ensureInstalled, fail, ROOT } from './setup.mjs';

const PORT = 4173;
const USAGE = `npm start takes: --port <1..65535> (default ${PORT} or the next free one), --open`;

function readOptions() {
  const options = { port: { type: 'string' }, open: { type: 'boolean' } };
  let values;
  try {
    ({ values } = util.parseArgs({ options }));
  } catch {
    fail(USAGE, 2);
  }
  const { port, open = false } = values;
  const isPort =
    /^\d{1,5}$/.test(port ?? '1') && Number(port ?? 1) > 0 && Number(port ?? 1) < 65536;
  if (!isPort) fail(USAGE, 2);
  return { port: port === undefined ? undefined : Number(port), open };
}

function build() {
  console.log('Building ...');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--logLevel', 'error'];
  if (spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status !== 0) {
    fail('The build failed.');
  }
}

function openBrowser(address) {
  const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[
    process.platform
  ] ?? ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`No browser could be started here; open ${address}`));
  child.unref();
}

const { port, open } = readOptions();
ensureInstalled();
build();
try {
  const address = await serve(join(ROOT, 'dist'), port ?? PORT, port !== undefined);
  console.log(`Ensemble: ${address}   (Ctrl+C ends it)`);
  if (open) openBrowser(address);
} catch (error) {
  const reason = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used: ${error.message}`;
  fail(`Port ${port ?? PORT} ${reason}.`);
}
