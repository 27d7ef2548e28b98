// npm run screenshots: the pictures of the README, of the built page.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureBrowser } from './browser.mjs';
import { serve } from './serve.mjs';
import { ensureInstalled, fail, ROOT } from './setup.mjs';

const FIRST_PORT = 4800;
const DESKTOP = { viewport: { width: 1440, height: 900 } };
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
const PICTURES = [
  { file: 'lab.png', options: { ...DESKTOP, colorScheme: 'light' } },
  { file: 'lab-dark.png', options: { ...DESKTOP, colorScheme: 'dark' }, tab: 'Space-time' },
  { file: 'lab-phone.png', options: { ...PHONE, colorScheme: 'light' }, tab: 'Znodes' },
];

/** Three clients in one queue. */
const LINES = [
  'create /app',
  'create /app/config v1',
  'create -e /app/worker-1',
  'lock C1 /locks/a',
  'lock C2 /locks/a',
  'lock C3 /locks/a',
  'run 2s',
  'clear',
  'ls /locks',
  'get /app/config',
];
/** So that proposals and their answers fly while the picture is taken. */
const WRITES = 'load C2 /app/config 100 --every 9';

/** In the page: whether all stages of a write can be seen. */
function isLively() {
  const kinds = window.lab.state().messages.map(({ kind }) => kind);
  const has = (wanted, count) => kinds.filter((kind) => kind === wanted).length >= count;
  return has('PROPOSAL', 3) && has('ACK', 3) && has('COMMIT', 2);
}

async function take(browser, address, { file, options, tab }) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.addInitScript(() =>
    localStorage.setItem('ensemble', JSON.stringify({ firstMinuteDone: true, motion: 'full' })),
  );
  await page.goto(`${address}?seed=7&clients=3`);
  await page.waitForFunction(() => window.lab !== undefined);
  const run = async (line) => {
    const { ok, text } = await page.evaluate((one) => window.lab.exec(one), line);
    if (!ok) fail(`${line}: ${text}`);
  };
  await run('speed 50');
  await page.waitForSelector('.server-established');
  await run('run 1s');
  for (const line of LINES) await run(line);
  await run(WRITES);
  await run('speed 0.5');
  await page.waitForFunction(isLively, null, { polling: 20 });
  await run('pause');
  if (tab !== undefined) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel', { name: tab }).getByRole('button').first().waitFor();
  }
  await page.getByRole('treeitem').first().waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  await page.screenshot({ path: join(ROOT, 'docs', file), animations: 'disabled' });
  await context.close();
  console.log(`docs/${file}`);
}

ensureInstalled();
const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
const build = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (build.status !== 0) fail('The build failed.');
mkdirSync(join(ROOT, 'docs'), { recursive: true });
const address = await serve(join(ROOT, 'dist'), FIRST_PORT, false);
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath: await ensureBrowser(), args });
for (const picture of PICTURES) await take(browser, address, picture);
await browser.close();
process.exit();
